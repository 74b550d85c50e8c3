import type { Registry } from "../domain/action.ts";
import { commandLine } from "../domain/command-line.ts";
import type { Execution } from "../domain/execution.ts";
import type { Change } from "../domain/operation.ts";
import { blocks, type PlannedStep } from "../domain/plan.ts";
import type { Runbook, Step } from "../domain/runbook.ts";
import { NO_RECORD } from "../domain/step-record.ts";
import { type Unfinished, unfinishedChange } from "../domain/unfinished.ts";
import { planStep } from "./plan.ts";
import { restorersOf, stepsNotPutBack } from "./put-back.ts";
import type { Planner } from "./run.ts";
import { scopeOfStep } from "./scope.ts";

/**
 * What the execution changed for its run and has not put back, as its restoring steps see it now. Reads only. A value
 * that another operator has set since stays, and is not named. What cannot be read is named as the journal has it.
 */
export async function findUnfinished<World>(
  planner: Planner<World>,
  runbook: Runbook,
  execution: Execution,
): Promise<readonly Unfinished[]> {
  const open = stepsNotPutBack(execution, runbook);
  const found = await Promise.all(open.map((step) => findLeftBy(planner, runbook, execution, step)));
  return found.flat();
}

/** The same by the journal alone: nothing is read. */
export function unfinishedOnRecord<World>(
  registry: Registry<World>,
  runbook: Runbook,
  execution: Execution,
): readonly Unfinished[] {
  return stepsNotPutBack(execution, runbook).flatMap((step) => leftOnRecord(registry, execution, step));
}

async function findLeftBy<World>(
  planner: Planner<World>,
  runbook: Runbook,
  execution: Execution,
  step: Step,
): Promise<readonly Unfinished[]> {
  const plans = await Promise.all(
    restorersOf(runbook, step).map((restoring) => planRestoring(planner, runbook, execution, restoring)),
  );
  const changes = plans.flatMap((plan) => (plan?.operation ? plan.changes : []));
  if (changes.length > 0) return changes.map((change) => leftNow(planner.registry, execution, step, change));
  const isOpen = plans.some((plan) => plan === undefined || plan.waitsFor !== undefined || blocks(plan).length > 0);
  return isOpen ? leftOnRecord(planner.registry, execution, step) : [];
}

/** Undefined where the present state cannot be read. */
function planRestoring<World>(
  planner: Planner<World>,
  runbook: Runbook,
  execution: Execution,
  step: Step,
): Promise<PlannedStep | undefined> {
  const scope = scopeOfStep(planner, runbook, execution, step);
  return planStep(planner, step, scope, { isRestoring: true }).catch(() => undefined);
}

/** The restoring step's change leads back: what it starts from is there now. */
function leftNow<World>(
  registry: Registry<World>,
  execution: Execution,
  { action }: Step,
  { before: now, after: before, ...whose }: Change,
): Unfinished {
  const change = { ...whose, before, after: now };
  return unfinishedChange(kindOf(registry, action, change), change, resumeLine(execution), now);
}

function leftOnRecord<World>(
  registry: Registry<World>,
  execution: Execution,
  { id, action, title }: Step,
): readonly Unfinished[] {
  const unnamed: Change = { subject: `step ${id}`, property: title, before: "not done", after: "done" };
  const { changes = [] } = execution.steps[id] ?? NO_RECORD;
  return (changes.length > 0 ? changes : [unnamed]).map((change) =>
    unfinishedChange(kindOf(registry, action, change), change, resumeLine(execution)),
  );
}

function kindOf<World>(registry: Registry<World>, action: string, change: Change) {
  return registry[action]?.leaves?.(change) ?? "change";
}

/** `resume` runs the restoring steps, in an undo as well. */
const resumeLine = ({ id }: Execution) => commandLine`vulcan-ops resume ${id}`;
