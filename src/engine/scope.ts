import type { Execution } from "../domain/execution.ts";
import type { Runbook, Step } from "../domain/runbook.ts";
import type { Scope } from "../runbook/reference.ts";
import { actionOf } from "./plan.ts";
import type { Planner } from "./run.ts";

/**
 * What the step's inputs may name: the execution's inputs, the target, and the outputs on record. A step that never ran
 * will give a restoring step nothing: an input that may be left out is left out. A restoring step that needs such a
 * value stays unplanned, because there is nothing to put back.
 */
export function scopeOfStep<World>(
  planner: Planner<World>,
  { finally: restoring }: Runbook,
  execution: Execution,
  step: Step,
): Scope {
  const scope = { inputs: execution.started.inputs, target: planner.target, steps: outputsOnRecord(execution) };
  if (!restoring.some(({ id }) => id === step.id)) return scope;
  const { inputs } = actionOf(planner, step);
  const missing = Object.entries(step.with).flatMap(([name, binding]) =>
    binding.kind === "output" && scope.steps[binding.step] === undefined ? [{ name, from: binding.step }] : [],
  );
  if (missing.some(({ name }) => inputs[name]?.required !== false)) return scope;
  const never = missing.map(({ from }) => [from, { outputs: {}, origin: "read" }] as const);
  return { ...scope, steps: { ...scope.steps, ...Object.fromEntries(never) } };
}

function outputsOnRecord({ steps }: Execution): Scope["steps"] {
  const given = Object.entries(steps).map(([id, { outputs }]) => [id, { outputs, origin: "read" }] as const);
  return Object.fromEntries(given);
}
