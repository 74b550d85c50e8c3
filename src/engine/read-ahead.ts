import type { Runbook } from "../domain/runbook.ts";
import { bind, type Scope } from "../runbook/reference.ts";
import { actionOf, isLeftOut, valuesOf } from "./plan.ts";
import type { Planner } from "./run.ts";

/**
 * Begins what the steps of a plan will read whatever earlier ones give. Steps are observed one after another, and on a
 * slow network each read that only then begins costs a round trip. `planner` makes each read once.
 */
export function readAhead<World>(
  planner: Planner<World>,
  { steps, finally: restoring }: Runbook,
  inputs: Scope["inputs"],
): void {
  const scope = { inputs, target: planner.target, steps: {} };
  const reads = [...steps, ...restoring].flatMap((step) => {
    if (isLeftOut(step, inputs)) return [];
    return actionOf(planner, step).early?.(valuesOf(bind(step, scope)) as never) ?? [];
  });
  if (reads.length > 0) planner.beginReads?.(planner.services, reads);
}
