import type { ScalingTarget, Service } from "../../domain/aws/ecs.ts";
import { ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ExecCheck, RollbackCheck } from "../check.ts";

export const scaling: RollbackCheck = {
  question: "whether auto scaling acts on the service",
  validAfterSend: true,
  run: async ({ service, cluster }, { aws }) => [
    judgeScaling(service, await aws.around.scalingTarget(cluster, service.name)),
  ],
};

export function judgeScaling({ name, desired }: Service, target: ScalingTarget | undefined): Finding {
  if (target === undefined) return ok("scaling-none", `no auto scaling acts on ${name}`);
  const { least, most } = target;
  const range = `auto scaling (${least} to ${most} tasks)`;
  if (desired < least || desired > most)
    return warn(
      "scaling-out-of-range",
      `${desired} tasks are wanted, outside of what ${range} allows: it will change that`,
    );
  const [suspended, active] = partition(target);
  if (active.length === 0) return ok("scaling-suspended", `${range} is suspended`);
  const but = suspended.length === 0 ? "" : `, but for scaling ${suspended.join(" and ")}`;
  return warn(
    "scaling-active",
    `${range} is active${but}: it may add tasks while the revert rolls out, never take any`,
  );
}

/** Which of its three ways of scaling are suspended, and which are not. */
function partition({ inSuspended, outSuspended, scheduledSuspended }: ScalingTarget): [string[], string[]] {
  const ways: [string, boolean][] = [
    ["in", inSuspended],
    ["out", outSuspended],
    ["by schedule", scheduledSuspended],
  ];
  const named = (wanted: boolean) => ways.filter(([, isSuspended]) => isSuspended === wanted).map(([way]) => way);
  return [named(true), named(false)];
}

export const execScaling: ExecCheck = {
  question: "whether auto scaling acts on the service",
  async run({ target }, { aws }) {
    return [judgeExecScaling(await aws.around.scalingTarget(target.cluster, target.service))];
  },
};

/** Scaling in may stop the task in use, and a task that scaling out starts migrates again. */
export function judgeExecScaling(target: ScalingTarget | undefined): Finding {
  if (target === undefined) return ok("scaling-none", "no auto scaling acts on the service");
  const range = `auto scaling (${target.least} to ${target.most} tasks)`;
  const isHeld = target.inSuspended && target.outSuspended && target.scheduledSuspended;
  return isHeld
    ? ok("scaling-suspended", `${range} is suspended`)
    : warn("scaling-active", `${range} is active: it will be held while the command runs`);
}
