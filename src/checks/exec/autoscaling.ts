import type { ScalingTarget } from "../../domain/aws/ecs.ts";
import { ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ExecCheck } from "../exec-check.ts";

export const scaling: ExecCheck = {
  asks: "whether auto scaling acts on the service",
  async look({ target }, { aws }) {
    return [judgeScaling(await aws.around.scalingTarget(target.cluster, target.service))];
  },
};

/** Scaling in may stop the very task, and a task that scaling out starts migrates again. */
export function judgeScaling(target: ScalingTarget | undefined): Finding {
  if (target === undefined) return ok("scaling-none", "no auto scaling acts on the service");
  const range = `auto scaling (${target.least} to ${target.most} tasks)`;
  const isHeld = target.inSuspended && target.outSuspended && target.scheduledSuspended;
  return isHeld
    ? ok("scaling-suspended", `${range} is suspended`)
    : warn("scaling-active", `${range} is active: it will be held while the command runs`);
}
