import { awsLine } from "../../domain/aws/cli-command.ts";
import type { Service } from "../../domain/aws/ecs.ts";
import type { ServiceSetup } from "../../domain/aws/setup.ts";
import { type CheckFinding, fail, notTried, ok, warn } from "../../domain/diagnosis.ts";
import * as finding from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Target } from "../../domain/target.ts";
import type { RollbackCheck } from "../check.ts";
import type { DoctorCheck } from "../doctor-check.ts";

/** Whether a deployment has room to start new tasks before it stops old ones. Documented: 100 % and 200 %. */
export const capacity: DoctorCheck = {
  id: "capacity",
  title: "Capacity",
  async run({ reads, setup, target }) {
    const { cluster, service: name } = target;
    const [found, { desired }] = await Promise.all([setup.service(cluster, name), reads.ecs.service(cluster, name)]);
    return [found === undefined ? notTried(`there is no service ${name}`) : judgeCapacity(found, desired, target)];
  },
};

export function judgeCapacity(
  { minimumHealthyPercent: least, maximumPercent: most, breaker }: ServiceSetup,
  desired: number,
  { cluster, service, region }: Target,
): CheckFinding {
  // Send the whole configuration, so that nothing depends on what ECS does with members that are not named.
  const deploymentConfiguration = {
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    ...(breaker && { deploymentCircuitBreaker: breaker }),
  };
  if (least === undefined || most === undefined)
    return notTried(`ECS does not say how many tasks of ${service} a rollout may stop and start (minimum, maximum)`);
  const input = { cluster, service, deploymentConfiguration };
  const fix = awsLine({ service: "ecs", name: "UpdateService", input }, region);
  const { ceiling, floor } = boundsOf(desired, least, most);
  const extra = ceiling - desired;
  const spare = desired - floor;
  const evidence = `minimum ${least} %, maximum ${most} %`;
  if (desired > 0 && extra <= 0 && spare <= 0)
    return fail(
      `${evidence}: with ${desired} tasks ECS can neither start nor stop one, so a rollout stands still`,
      fix,
    );
  if (least < 100) return warn(`${evidence}: a rollout takes up to ${spare} of ${desired} tasks out of service`, fix);
  if (most < 200)
    return warn(`${evidence}: a rollout has room for ${extra} more tasks at a time, so it is slower`, fix);
  return ok(`${evidence}: new tasks start before old ones stop`);
}

const ASKS = "whether the deployment has room to move";

export const room: RollbackCheck = {
  question: ASKS,
  run: async ({ service }) => [judgeRoom(service)],
};

export function judgeRoom({ desired, maximumPercent, minimumHealthyPercent }: Service): Finding {
  if (desired === 0)
    return finding.warn("room-none", "the service is scaled to 0: a rollback starts no task, and proves nothing");
  if (minimumHealthyPercent === undefined || maximumPercent === undefined)
    return finding.notChecked(ASKS, "ECS does not say how many tasks a deployment may stop and start");
  const { ceiling, floor } = boundsOf(desired, minimumHealthyPercent, maximumPercent);
  const limits = `${minimumHealthyPercent} % to ${maximumPercent} % of ${desired} tasks`;
  if (ceiling <= desired && floor >= desired)
    return finding.block("cannot-move", `the rollout cannot proceed: ${limits} let ECS neither start nor stop a task`);
  if (ceiling < 2 * desired)
    return finding.warn("room-little", `${limits}: ${ceiling - desired} new tasks at a time, so the rollout is slower`);
  return finding.ok("room-enough", `up to ${ceiling} tasks during the rollout, never below ${desired}`);
}

/** ECS's own arithmetic: it may start tasks up to the ceiling and stop down to the floor (reference: ecs.md §2.3). */
function boundsOf(desired: number, minimumPercent: number, maximumPercent: number) {
  return {
    ceiling: Math.floor((desired * maximumPercent) / 100),
    floor: Math.ceil((desired * minimumPercent) / 100),
  };
}
