import { hasEffect, NO_RECORD } from "../domain/execution.ts";
import { blocks, type PlannedStep } from "../domain/plan.ts";
import type { Step } from "../domain/runbook.ts";
import { planStep } from "./plan.ts";
import { between, openerOf } from "./put-back.ts";
import type { Run } from "./run.ts";
import { undoing } from "./undoing.ts";

/**
 * A step that put back what an earlier one changed is taken back only for the sake of what was done between the two: a
 * service does not go down to one task again where nothing else is left to be undone.
 */
export async function isNeedless<World>(run: Run<World>, id: string): Promise<boolean> {
  const { execution, runbook } = run;
  const opener = openerOf(execution, id);
  if (opener === undefined || execution.steps[id]?.undoing !== undefined) return false;
  if (runbook.finally.some((step) => step.id === id)) return false;
  for (const inner of between(execution, opener, id)) if (await isLeft(run, inner)) return false;
  return true;
}

async function isLeft<World>(run: Run<World>, id: string): Promise<boolean> {
  const step = run.runbook.steps.find((one) => one.id === id);
  if (step === undefined) return false;
  const { undoing: open } = run.execution.steps[id] ?? NO_RECORD;
  if (open !== undefined) return true;
  if (openerOf(run.execution, id) !== undefined) return !(await isNeedless(run, id));
  const planned = await planOfUndo(run, step);
  return planned === "unknown" || (planned !== undefined && (planned.operation !== null || blocks(planned).length > 0));
}

/**
 * The restoring step with this id, where what it put back blocks an undo before it: auto scaling that acts again, for
 * instance. The action says by which findings; any other that a restoring step put back stays there.
 */
export async function inTheWay<World>(run: Run<World>, id: string): Promise<Step | undefined> {
  const { runbook, execution, engine } = run;
  const step = runbook.finally.find((one) => one.id === id);
  const opener = openerOf(execution, id);
  const clears = step === undefined ? [] : (engine.registry[step.action]?.clears ?? []);
  if (opener === undefined || clears.length === 0) return undefined;
  if (execution.steps[id]?.undoing !== undefined) return step;
  for (const inner of between(execution, opener, id)) {
    const own = runbook.steps.find((one) => one.id === inner) ?? (await inTheWay(run, inner));
    const planned = own === undefined ? undefined : await planOfUndo(run, own);
    if (planned === undefined || planned === "unknown") continue;
    if (blocks(planned).some(({ code }) => clears.includes(code))) return step;
  }
  return undefined;
}

/** The undo as it would be now, without its preflight, which changes nothing here; undefined where there is none. */
async function planOfUndo<World>(run: Run<World>, step: Step): Promise<PlannedStep | "unknown" | undefined> {
  const record = run.execution.steps[step.id] ?? NO_RECORD;
  const undo = record.confirmed?.undo;
  if (undo?.kind !== "operation" || !hasEffect(record)) return undefined;
  const scope = { inputs: run.inputs, target: run.engine.target, steps: {} };
  return planStep(run.engine, undoing(step, undo.with), scope).catch(() => "unknown" as const);
}
