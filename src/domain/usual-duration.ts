import type { PlannedStep } from "./plan.ts";

const MINUTE = 60;

/** How long a step of an action usually takes, in seconds, as its documentation or AWS's says. Others take no time. */
const USUAL: Readonly<Record<string, number>> = {
  "ecs.waitForRollout": 5 * MINUTE,
  "ecs.scaleService": MINUTE,
  "ecs.cutOver": 3 * MINUTE,
  "vulcan.migrateOnStartup": 5 * MINUTE,
  "vulcan.migrateUpInTask": 5 * MINUTE,
  "vulcan.migrateDown": MINUTE,
  "vulcan.migrateDownInTask": 2 * MINUTE,
  "scaling.awaitQuiet": 5 * MINUTE,
  "rds.restoreToTime": 20 * MINUTE,
  "rds.alignSettings": 5 * MINUTE,
  "rds.rename": 10 * MINUTE,
  "rds.protectInstance": 10 * MINUTE,
};

/** What the steps that wait usually take together, in seconds; a watch takes what it is told to. */
export function usualSeconds(steps: readonly PlannedStep[]): number {
  return steps.reduce((sum, step) => sum + usualSecondsOf(step), 0);
}

function usualSecondsOf({ action, inputs, readiness }: PlannedStep): number {
  if (readiness === "left-out" || readiness === "unchanged") return 0;
  const watched = inputs.for?.value;
  if (action === "watch.service" && typeof watched === "number") return watched;
  return USUAL[action] ?? 0;
}
