import { hasEffect } from "../domain/execution.ts";
import { blocks, type PlannedStep } from "../domain/plan.ts";
import type { Step } from "../domain/runbook.ts";
import { NO_RECORD } from "../domain/step-record.ts";
import { planStep } from "./plan.ts";
import { between, changedBy } from "./put-back.ts";
import type { Run } from "./run.ts";
import { undoStepOf } from "./undoing.ts";

/**
 * An undo of a step that put back an earlier change serves only the undo of the steps between the two. Without such
 * steps it is needless: a service must not scale down to one task again for nothing.
 */
export async function isNeedless<World>(run: Run<World>, id: string): Promise<boolean> {
  const { execution, runbook } = run;
  const opener = changedBy(execution, id);
  if (opener === undefined || execution.steps[id]?.undoing !== undefined) return false;
  if (runbook.finally.some((step) => step.id === id)) return false;
  for (const inner of between(execution, opener, id)) if (await isStillToUndo(run, inner)) return false;
  return true;
}

async function isStillToUndo<World>(run: Run<World>, id: string): Promise<boolean> {
  const step = run.runbook.steps.find((one) => one.id === id);
  if (step === undefined) return false;
  const { undoing: open } = run.execution.steps[id] ?? NO_RECORD;
  if (open !== undefined) return true;
  if (changedBy(run.execution, id) !== undefined) return !(await isNeedless(run, id));
  const planned = await planOfUndo(run, step);
  return planned === "unknown" || (planned !== undefined && (planned.operation !== null || blocks(planned).length > 0));
}

/**
 * The restoring step with this id, where what it put back blocks the undo of an earlier step, e.g. active auto scaling.
 * The action names the findings that count. What any other restoring step put back stays.
 */
export async function restoringStepThatBlocks<World>(run: Run<World>, id: string): Promise<Step | undefined> {
  const { runbook, execution, engine } = run;
  const step = runbook.finally.find((one) => one.id === id);
  const opener = changedBy(execution, id);
  const clears = step === undefined ? [] : (engine.registry[step.action]?.undoUnblocks ?? []);
  if (opener === undefined || clears.length === 0) return undefined;
  if (execution.steps[id]?.undoing !== undefined) return step;
  for (const inner of between(execution, opener, id)) {
    const own = runbook.steps.find((one) => one.id === inner) ?? (await restoringStepThatBlocks(run, inner));
    const planned = own === undefined ? undefined : await planOfUndo(run, own);
    if (planned === undefined || planned === "unknown") continue;
    if (blocks(planned).some(({ code }) => clears.includes(code))) return step;
  }
  return undefined;
}

/** The undo as planned now, without its preflight, which makes no difference here; undefined where there is none. */
async function planOfUndo<World>(run: Run<World>, step: Step): Promise<PlannedStep | "unknown" | undefined> {
  const record = run.execution.steps[step.id] ?? NO_RECORD;
  const undo = record.confirmed?.undo;
  if (undo?.kind !== "operation" || !hasEffect(record)) return undefined;
  const scope = { inputs: run.inputs, target: run.engine.target, steps: {} };
  return planStep(run.engine, undoStepOf(step, undo.with), scope).catch(() => "unknown" as const);
}
