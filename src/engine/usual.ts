import type { Step } from "../domain/runbook.ts";
import { bind } from "../runbook/reference.ts";
import { isLeftOut, valuesOf } from "./plan.ts";
import type { Run } from "./run.ts";
import { scopeOfStep } from "./scope.ts";

/** About how many seconds a step takes: as measured on this target, else as documented. Undefined: not known. */
export function usualOf<World>(run: Run<World>, step: Step): number | undefined {
  const { engine, runbook, execution } = run;
  if (isLeftOut(step, execution.started.inputs)) return 0;
  const action = engine.registry[step.action];
  const known = () => valuesOf(bind(step, scopeOfStep(engine, runbook, execution, step)));
  // The time between a read's plan and its end has its question in it.
  const isAskedRead = action?.risk === "read" && step.confirm !== undefined && step.confirm !== "none";
  const measured = isAskedRead ? undefined : engine.measured?.(step.action, step.id);
  return measured ?? action?.usualSeconds?.(known() as never, engine.clock.now());
}

/** About how many seconds the steps after this one take, if each question is answered at once. */
export function usualAfter<World>(run: Run<World>, id: string): number | undefined {
  const { steps } = run.runbook;
  const at = steps.findIndex((step) => step.id === id);
  if (at === -1) return undefined;
  return steps.slice(at + 1).reduce((sum, step) => sum + (usualOf(run, step) ?? 0), 0);
}
