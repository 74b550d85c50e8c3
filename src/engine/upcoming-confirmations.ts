import { OpsError } from "../domain/error.ts";
import { type Execution, NO_RECORD, type StepRecord, undoable } from "../domain/execution.ts";
import { blocks, type Phase, type PlannedStep } from "../domain/plan.ts";
import type { Runbook, Step } from "../domain/runbook.ts";
import type { Scope } from "../runbook/reference.ts";
import { attemptOf, type Interrupted } from "./attempt.ts";
import { actionOf, isLeftOut, mayWrite, originOf, planStep, unplanned } from "./plan.ts";
import type { Planner } from "./run.ts";
import { undoing } from "./undoing.ts";

/**
 * The steps that are still to be done, or to be taken back, as well as they can be planned now: their answers are known
 * before the first request. Reads only. One that cannot be planned half-way counts as planned later.
 */
export async function stepsAhead<World>(
  planner: Planner<World>,
  runbook: Runbook,
  execution: Execution,
  mode: Phase,
): Promise<readonly PlannedStep[]> {
  const frozen = { ...planner, world: planner.snapshot() };
  const { steps, begun } = await (mode === "undo" ? toUndo : toDo)(planner, runbook, execution);
  const given = { ...givenBy(execution) };
  const scope = { inputs: execution.started.inputs, target: planner.target, steps: given };
  const planned: PlannedStep[] = [];
  let ahead = begun;
  for (const step of steps) {
    const next = await planIfPossible(frozen, step, scope, { phase: mode, ahead });
    planned.push(next);
    if (mode === "do") given[step.id] = { outputs: next.outputs, origin: originOf(next) };
    if (mayWrite(next)) ahead = step.id;
  }
  return planned;
}

/** A world half-way may not fit a later step yet: then it is planned when its turn comes. */
async function planIfPossible<World>(
  planner: Planner<World>,
  step: Step,
  scope: Scope,
  planning: { readonly phase: Phase; readonly ahead: string | undefined },
): Promise<PlannedStep> {
  const { ahead } = planning;
  const later = () => unplanned(planner, step, scope, ahead ?? step.id);
  try {
    const planned = await planStep(planner, step, scope, planning);
    return blocks(planned).length > 0 && ahead !== undefined ? await later() : planned;
  } catch (error) {
    if (error instanceof OpsError) return later();
    throw error;
  }
}

/** What a step gives that was under way is not all on record yet: it counts as not known. */
function givenBy({ steps }: Execution): Record<string, Scope["steps"][string]> {
  const given = Object.entries(steps)
    .filter(([, { state }]) => BEHIND.has(state))
    .map(
      ([id, { state, outputs }]) => [id, { outputs, origin: state === "interrupted" ? "predicted" : "read" }] as const,
    );
  return Object.fromEntries(given);
}

const BEHIND: ReadonlySet<StepRecord["state"]> = new Set(["done", "skipped", "interrupted"]);

/** Steps in their order, and the one that was under way, which reads may not show yet. */
interface Course {
  readonly steps: readonly Step[];
  readonly begun: string | undefined;
}

const recordOf = ({ steps }: Execution, id: string): StepRecord => steps[id] ?? NO_RECORD;

async function toDo<World>(planner: Planner<World>, { steps }: Runbook, execution: Execution): Promise<Course> {
  const found: Step[] = [];
  let begun: string | undefined;
  for (const step of steps) {
    const { state, confirmed, sent } = recordOf(execution, step.id);
    if (isLeftOut(step, execution.started.inputs) || state === "done" || state === "skipped") continue;
    const wasBegun = state === "interrupted" && confirmed !== undefined;
    if (wasBegun && !(await neverHappened(planner, step, { confirmed, ...(sent && { sent }) }))) begun = step.id;
    else found.push(step);
  }
  return { steps: found, begun };
}

async function toUndo<World>(planner: Planner<World>, { steps }: Runbook, execution: Execution): Promise<Course> {
  const found: Step[] = [];
  let begun: string | undefined;
  for (const id of undoable(execution)) {
    const { state, confirmed, sent, undoing: back } = recordOf(execution, id);
    const step = steps.find((each) => each.id === id);
    if (step === undefined || confirmed?.undo.kind !== "operation") continue;
    const isOpen = state === "interrupted" && sent === undefined;
    if (isOpen && (await neverHappened(planner, step, { confirmed }))) continue;
    const undo = undoing(step, confirmed.undo.with);
    if (back !== undefined && !(await neverHappened(planner, undo, back))) begun = id;
    else found.push(undo);
  }
  return { steps: found, begun };
}

/** One whose request has no answer on record is asked again only where reading shows that it had no effect. */
async function neverHappened<World>(planner: Planner<World>, step: Step, interrupted: Interrupted): Promise<boolean> {
  if (interrupted.sent !== undefined) return false;
  const { inputs } = interrupted.confirmed;
  const probe = await actionOf(planner, step).probe?.(inputs as never, attemptOf(interrupted), planner);
  return probe?.kind === "notDone";
}
