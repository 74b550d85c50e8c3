import { certainContainerName, chooseContainer } from "../../domain/aws/application-container.ts";
import { awsLine } from "../../domain/aws/cli-command.ts";
import type { ContainerSetup } from "../../domain/aws/setup.ts";
import { type CheckFinding, ok, warn } from "../../domain/diagnosis.ts";
import type { Target } from "../../domain/target.ts";
import type { DoctorCheck } from "../doctor-check.ts";

/** Whether containers have health checks, and how long one may take to become healthy, including its migrations. */
export const healthCheck: DoctorCheck = {
  id: "health",
  title: "Health check",
  async run({ reads, setup, target }) {
    const { cluster, service: name } = target;
    const service = await reads.ecs.service(cluster, name);
    const [containers, found] = await Promise.all([
      setup.containers(service.taskDefinition),
      setup.service(cluster, name),
    ]);
    const around = { isBalanced: service.targetGroups.length > 0, graceSeconds: found?.graceSeconds ?? 0 };
    const { balancers } = service;
    const application = certainContainerName(chooseContainer({ named: target.container, balancers, containers }));
    return watched(containers, application).map((container) => judgeHealth(container, around, target));
  },
};

const DOCUMENTED = '"healthCheck": {"interval": 30, "timeout": 5, "retries": 3, "startPeriod": 60, "command": …}';

/** A sidecar needs no check of its own. If it is not certain which one is, any container with a check is enough. */
export function watched(containers: readonly ContainerSetup[], application?: string): readonly ContainerSetup[] {
  const found = containers.filter(({ name, health }) => name === application || health !== undefined);
  return found.length > 0 ? found : containers;
}

/** What else detects a bad task, and how long ECS ignores it. */
interface Around {
  readonly isBalanced: boolean;
  readonly graceSeconds: number;
}

export function judgeHealth(
  { name, health }: ContainerSetup,
  { isBalanced, graceSeconds: grace }: Around,
  { cluster, service, region }: Target,
): CheckFinding {
  const fix = `${DOCUMENTED} of container ${name}, in a new revision.`;
  if (health === undefined) {
    const rest = isBalanced
      ? "the load balancer alone tells a bad task"
      : "ECS takes any task that runs for a good one";
    return warn(`container ${name} has none: ${rest}`, fix);
  }
  const { interval, timeout, retries, startPeriod } = health;
  const limit = startPeriod + retries * interval;
  const sum = `${startPeriod} s + ${retries} × ${interval} s`;
  const evidence = `${name}: a task that is not healthy after ${limit} s (${sum}) is stopped, its migrations with it`;
  if (timeout >= interval) return warn(`${evidence}; its timeout (${timeout} s) is no shorter than its interval`, fix);
  if (startPeriod === 0) return warn(`${evidence}; without a startPeriod failures while it starts count`, fix);
  if (isBalanced && grace < startPeriod) {
    return warn(
      `${evidence}; the load balancer may have it stopped before, after a grace period of ${grace} s`,
      awsLine(
        {
          service: "ecs",
          name: "UpdateService",
          input: { cluster, service, healthCheckGracePeriodSeconds: startPeriod },
        },
        region,
      ),
    );
  }
  return ok(evidence);
}
