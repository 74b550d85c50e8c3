import type { Service } from "../../domain/aws/ecs.ts";
import { block, notChecked, notTried, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Target } from "../../domain/target.ts";
import type { DoctorCheck } from "../doctor-subject.ts";
import type { RollbackCheck } from "../rollback-subject.ts";
import { serviceOf } from "../subject.ts";
import { documentedDeployment } from "./documented-deployment.ts";

/** Whether a deployment has room to start new tasks before it stops old ones. Documented: 100 % and 200 %. */
export const capacity: DoctorCheck = {
  id: "capacity",
  question: "Capacity",
  run: async (subject) => [judgeCapacity(await serviceOf(subject), subject.target)],
};

export function judgeCapacity(found: Service, target: Target): Finding {
  const room = roomOf(found);
  if (room === undefined)
    return notTried(
      `ECS does not say how many tasks of ${target.service} a rollout may stop and start (minimum, maximum)`,
    );
  const { desired } = found;
  const { least, most, extra, spare, isStuck } = room;
  const fix = [documentedDeployment(found, target)];
  const evidence = `minimum ${least} %, maximum ${most} %`;
  if (isStuck) {
    const text = `${evidence}: with ${desired} tasks ECS can neither start nor stop one, so a rollout stands still`;
    return block("cannot-move", text, fix);
  }
  if (least < 100)
    return warn("room-lent", `${evidence}: a rollout takes up to ${spare} of ${desired} tasks out of service`, fix);
  if (most < 200) {
    const text = `${evidence}: a rollout has room for ${extra} more tasks at a time, so it is slower`;
    return warn("room-little", text, fix);
  }
  return ok("room-enough", `${evidence}: new tasks start before old ones stop`);
}

const ASKS = "whether the deployment has room to move";

export const room: RollbackCheck = {
  id: "room",
  question: ASKS,
  run: async ({ service }) => [judgeRoom(service)],
};

export function judgeRoom(service: Service): Finding {
  const { desired } = service;
  if (desired === 0)
    return warn("room-none", "the service is scaled to 0: a rollback starts no task, and proves nothing");
  const room = roomOf(service);
  if (room === undefined) return notChecked(ASKS, "ECS does not say how many tasks a deployment may stop and start");
  const { least, most, extra, spare, isStuck } = room;
  const limits = `${least} % to ${most} % of ${desired} tasks`;
  if (isStuck)
    return block("cannot-move", `the rollout cannot proceed: ${limits} let ECS neither start nor stop a task`);
  if (extra < desired) return warn("room-little", `${limits}: ${extra} new tasks at a time, so the rollout is slower`);
  return ok(
    "room-enough",
    `up to ${desired + extra} tasks during the rollout, never below ${desired - Math.max(0, spare)}`,
  );
}

/**
 * How many tasks a rollout may start before it stops one, and stop before it starts one, by ECS's own arithmetic
 * (reference: ecs.md §2.3). Undefined where ECS does not say its limits.
 */
export function roomOf({ desired, minimumHealthyPercent: least, maximumPercent: most }: Service) {
  if (least === undefined || most === undefined) return undefined;
  const extra = Math.floor((desired * most) / 100) - desired;
  const spare = desired - Math.ceil((desired * least) / 100);
  return { least, most, extra, spare, isStuck: desired > 0 && extra <= 0 && spare <= 0 };
}
