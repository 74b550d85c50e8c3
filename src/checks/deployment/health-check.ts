import { certainContainerName } from "../../domain/aws/application-container.ts";
import { awsLine } from "../../domain/aws/cli-command.ts";
import type { Container, HealthSetup } from "../../domain/aws/ecs.ts";
import { ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Target } from "../../domain/target.ts";
import type { DoctorCheck } from "../doctor-subject.ts";
import { choiceOf } from "../exec-subject.ts";
import { definitionOf, serviceOf } from "../subject.ts";

/** Whether containers have health checks, and how long one may take to become healthy, including its migrations. */
export const healthCheck: DoctorCheck = {
  id: "health",
  question: "Health check",
  async run(subject) {
    const [{ targetGroups, graceSeconds = 0 }, { containers }, choice] = await Promise.all([
      serviceOf(subject),
      definitionOf(subject),
      choiceOf(subject),
    ]);
    const around = { isBalanced: targetGroups.length > 0, graceSeconds };
    const application = certainContainerName(choice);
    return watched(containers, application).map((container) => judgeHealth(container, around, subject.target));
  },
};

const DOCUMENTED = '"healthCheck": {"interval": 30, "timeout": 5, "retries": 3, "startPeriod": 60, "command": …}';

/** A sidecar needs no check of its own. If it is not certain which one is, any container with a check is enough. */
export function watched(containers: readonly Container[], application?: string): readonly Container[] {
  const found = containers.filter(({ name, health }) => name === application || health !== undefined);
  return found.length > 0 ? found : containers;
}

/** What else detects a bad task, and how long ECS ignores it. */
interface Around {
  readonly isBalanced: boolean;
  readonly graceSeconds: number;
}

export function judgeHealth(
  { name, health }: Container,
  { isBalanced, graceSeconds: grace }: Around,
  { cluster, service, region }: Target,
): Finding {
  const fix = [`${DOCUMENTED} of container ${name}, in a new revision.`];
  if (health === undefined) {
    const rest = isBalanced
      ? "the load balancer alone tells a bad task"
      : "ECS takes any task that runs for a good one";
    return warn("health-check-absent", `container ${name} has none: ${rest}`, fix);
  }
  const { interval, timeout, startPeriod } = health;
  const { seconds, rule } = limitOf(health);
  const evidence = `${name}: a task that is not healthy after ${seconds} s (${rule}) is stopped, its migrations with it`;
  if (timeout >= interval)
    return warn(CODE, `${evidence}; its timeout (${timeout} s) is no shorter than its interval`, fix);
  if (startPeriod === 0) return warn(CODE, `${evidence}; without a startPeriod failures while it starts count`, fix);
  if (isBalanced && grace < startPeriod) {
    const input = { cluster, service, healthCheckGracePeriodSeconds: startPeriod };
    const text = `${evidence}; the load balancer may have it stopped before, after a grace period of ${grace} s`;
    return warn(CODE, text, [awsLine({ service: "ecs", name: "UpdateService", input }, region)]);
  }
  return ok(CODE, evidence);
}

const CODE = "health-check";

/** After how long a task that does not answer is stopped, and how that is counted. */
export const limitOf = ({ startPeriod, retries, interval }: HealthSetup) => ({
  seconds: startPeriod + retries * interval,
  rule: `${startPeriod} s + ${retries} × ${interval} s`,
});
