import { limitOf } from "../../../checks/deployment/health-check.ts";
import { certainContainerName, chooseContainer } from "../../../domain/aws/application-container.ts";
import type { Container, Service, TaskDefinition } from "../../../domain/aws/ecs.ts";
import { releaseOf } from "../../../domain/aws/release-of.ts";
import type { TargetCheck } from "../../../domain/aws/setup.ts";
import type { Release } from "../../../domain/release.ts";
import type { ActionReadContext } from "../../../domain/services.ts";
import { definitionOnce, drainSecondsOnce } from "../../ecs/rollout/read-once.ts";

/** Settings that decide how long ECS and the load balancer wait. Each is absent where it could not be read. */
export interface DeploymentSetup {
  /** After how many seconds ECS stops a started task that is never healthy. */
  readonly killSeconds?: number;
  /** Seconds that a deregistered target has for its open requests. */
  readonly drainSeconds?: number;
  /** Seconds between SIGTERM and SIGKILL of the old tasks. */
  readonly stopSeconds?: number;
  /** The application's container in the new revision. */
  readonly container?: Container;
  readonly to: Release;
  readonly from?: Release;
}

/** Without anything in `stopTimeout`. [D: ContainerDefinition] */
const STOP_SECONDS = 30;

/** Calls that `readSetup` makes with one target group. */
export const SETUP_CALLS = 4;

/** `old`: the revision that is replaced, where it is known. */
export async function readSetup(
  service: Service,
  wanted: string,
  old: string | undefined,
  { services, target }: ActionReadContext,
): Promise<DeploymentSetup> {
  const [next, before, groups, drains] = await Promise.all([
    definitionOnce(services, wanted).catch(() => undefined),
    old === undefined ? undefined : definitionOnce(services, old).catch(() => undefined),
    services.aws.targetGroups(service.targetGroups).catch(() => []),
    Promise.all(service.targetGroups.map((group) => drainSecondsOnce(services, group))).catch(() => []),
  ]);
  const container = applicationOf(next, service, target.container);
  const checks = groups.flatMap(({ check }) => check ?? []);
  const killSeconds = killAfter(service, container, checks);
  return {
    ...(killSeconds !== undefined && { killSeconds }),
    ...(drains.length > 0 && { drainSeconds: Math.max(...drains) }),
    ...(before !== undefined && { stopSeconds: stopSecondsOf(before) }),
    ...(container && { container }),
    to: releaseOf(wanted, next, service, target.container),
    ...(old !== undefined && { from: releaseOf(old, before, service, target.container) }),
  };
}

const stopSecondsOf = ({ containers }: TaskDefinition): number =>
  Math.max(0, ...containers.map(({ stopTimeout = STOP_SECONDS }) => stopTimeout));

function applicationOf(
  definition: TaskDefinition | undefined,
  { balancers }: Service,
  named: string | undefined,
): Container | undefined {
  const { containers = [] } = definition ?? {};
  const chosen = certainContainerName(chooseContainer({ named, balancers, containers }));
  return containers.find(({ name }) => name === chosen);
}

/**
 * ECS stops a task at the first check that fails for good: its container's (start period, then retries × interval) or
 * the load balancer's. During the grace period it ignores both. [D: CreateService, healthCheckGracePeriodSeconds]
 */
export function killAfter(
  { graceSeconds = 0 }: Pick<Service, "graceSeconds">,
  container: Pick<Container, "health"> | undefined,
  checks: readonly TargetCheck[],
): number | undefined {
  const own = container?.health === undefined ? [] : [limitOf(container.health).seconds];
  const limits = [...own, ...checks.map(({ interval, unhealthyAfter }) => interval * unhealthyAfter)];
  return limits.length === 0 ? undefined : Math.max(graceSeconds, Math.min(...limits));
}
