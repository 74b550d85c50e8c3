import type { ScalingTarget, Service } from "../../domain/aws/ecs.ts";
import { ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ExecCheck } from "../exec-subject.ts";
import type { RollbackCheck } from "../rollback-subject.ts";

const ASKS = "whether auto scaling acts on the service";

export const scaling: RollbackCheck = {
  id: "scaling",
  question: ASKS,
  validAfterSend: true,
  run: async ({ service, target, reads }) => [
    judgeScaling(service, await reads.around.scalingTarget(target.cluster, service.name)),
  ],
};

export function judgeScaling({ name, desired }: Service, target: ScalingTarget | undefined): Finding {
  if (target !== undefined && (desired < target.least || desired > target.most))
    return warn(
      "scaling-out-of-range",
      `${desired} tasks are wanted, outside of what ${rangeOf(target)} allows: it will change that`,
    );
  return judgeActivity(name, target, (suspended) => {
    const but = suspended.length === 0 ? "" : `, but for scaling ${suspended.join(" and ")}`;
    return `${but}: it may add tasks while the revert rolls out, never take any`;
  });
}

export const execScaling: ExecCheck = {
  id: "scaling",
  question: ASKS,
  async run({ target, reads }) {
    return [judgeExecScaling(await reads.around.scalingTarget(target.cluster, target.service))];
  },
};

/** Scaling in may stop the task in use, and a task that scaling out starts migrates again. */
export const judgeExecScaling = (target: ScalingTarget | undefined): Finding =>
  judgeActivity("the service", target, () => ": it will be held while the command runs");

/** `effect`: what follows where some of its ways are active, by those that are suspended. */
function judgeActivity(
  name: string,
  target: ScalingTarget | undefined,
  effect: (suspended: readonly string[]) => string,
): Finding {
  if (target === undefined) return ok("scaling-none", `no auto scaling acts on ${name}`);
  const { suspended, active } = waysOf(target);
  return active.length === 0
    ? ok("scaling-suspended", `${rangeOf(target)} is suspended`)
    : warn("scaling-active", `${rangeOf(target)} is active${effect(suspended)}`);
}

const rangeOf = ({ least, most }: ScalingTarget): string => `auto scaling (${least} to ${most} tasks)`;

/** Which of its three ways of scaling are suspended, and which are not. */
export function waysOf({ inSuspended, outSuspended, scheduledSuspended }: ScalingTarget) {
  const ways: [string, boolean][] = [
    ["in", inSuspended],
    ["out", outSuspended],
    ["by schedule", scheduledSuspended],
  ];
  const named = (wanted: boolean) => ways.filter(([, isSuspended]) => isSuspended === wanted).map(([way]) => way);
  return { suspended: named(true), active: named(false) };
}
