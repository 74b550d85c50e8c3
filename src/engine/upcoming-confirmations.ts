import { OpsError } from "../domain/error.ts";
import { type Execution, hasEffect, undoable } from "../domain/execution.ts";
import { blocks, type Phase, type PlannedStep } from "../domain/plan.ts";
import type { Runbook, Step } from "../domain/runbook.ts";
import { NO_RECORD, type StepRecord } from "../domain/step-record.ts";
import type { Scope } from "../runbook/reference.ts";
import { attemptOf, type Interrupted } from "./attempt.ts";
import { actionOf, isLeftOut, mayWrite, originOf, planStep, unplanned } from "./plan.ts";
import { frozen, type Planner } from "./run.ts";
import { undoStepOf } from "./undoing.ts";

/**
 * The steps that are still to be done or undone, planned as far as possible now: the needed answers are known before
 * the first request. Reads only. A step that cannot be planned in the present state counts as planned later.
 */
export async function planUpcomingSteps<World>(
  planner: Planner<World>,
  runbook: Runbook,
  execution: Execution,
  mode: Phase,
): Promise<readonly PlannedStep[]> {
  const moment = frozen(planner);
  const { steps, begun } = await (mode === "undo" ? stepsToUndo : stepsToDo)(planner, runbook, execution);
  const given = { ...outputsOf(execution) };
  const scope = { inputs: execution.started.inputs, target: planner.target, steps: given };
  const planned: PlannedStep[] = [];
  let pendingStep = begun;
  const cleared = mode === "undo" ? clearedBlocks(planner, runbook, execution) : NONE;
  let awaitedStep: string | undefined;
  for (const step of steps) {
    const next = await planIfPossible(moment, step, scope, { phase: mode, pendingStep }, { awaitedStep, cleared });
    planned.push(next);
    if (mode === "do") given[step.id] = { outputs: next.outputs, origin: originOf(next) };
    if (mayWrite(next)) pendingStep = step.id;
    if (next.waitsFor !== undefined) awaitedStep = step.id;
  }
  return planned;
}

const NONE: ReadonlySet<string> = new Set();

/** Codes of blocks that an undo clears by itself: it first takes back the restoring step that put them there. */
function clearedBlocks<World>(
  { registry }: Planner<World>,
  { finally: restoring }: Runbook,
  execution: Execution,
): ReadonlySet<string> {
  const standing = restoring.filter(({ id }) => hasEffect(recordOf(execution, id)));
  return new Set(standing.flatMap(({ action }) => registry[action]?.undoUnblocks ?? []));
}

interface Before {
  /** The nearest earlier step that waits. */
  readonly awaitedStep: string | undefined;
  readonly cleared: ReadonlySet<string>;
}

/**
 * The present state may not fit yet a step that comes after a write or a wait, or that a restoring step blocks. It is
 * planned when its turn comes.
 */
async function planIfPossible<World>(
  planner: Planner<World>,
  step: Step,
  scope: Scope,
  planning: { readonly phase: Phase; readonly pendingStep: string | undefined },
  { awaitedStep, cleared }: Before,
): Promise<PlannedStep> {
  const before = planning.pendingStep ?? awaitedStep;
  const later = () => unplanned(planner, step, scope, before ?? step.id);
  try {
    const planned = await planStep(planner, step, scope, planning);
    const blocked = blocks(planned);
    const isLater = before !== undefined || blocked.every(({ code }) => cleared.has(code));
    return blocked.length > 0 && isLater ? await later() : planned;
  } catch (error) {
    if (error instanceof OpsError) return later();
    throw error;
  }
}

/** The outputs of a step that was in progress are not all on record: a missing one counts as not known yet. */
function outputsOf({ steps }: Execution): Record<string, Scope["steps"][string]> {
  const given = Object.entries(steps)
    .filter(([, { state }]) => FINISHED.has(state))
    .map(
      ([id, { state, outputs }]) => [id, { outputs, origin: state === "interrupted" ? "predicted" : "read" }] as const,
    );
  return Object.fromEntries(given);
}

const FINISHED: ReadonlySet<StepRecord["state"]> = new Set(["done", "skipped", "interrupted"]);

/** Steps in their order, and the step that was in progress, whose effect reads may not show yet. */
interface Upcoming {
  readonly steps: readonly Step[];
  readonly begun: string | undefined;
}

const recordOf = ({ steps }: Execution, id: string): StepRecord => steps[id] ?? NO_RECORD;

async function stepsToDo<World>(planner: Planner<World>, { steps }: Runbook, execution: Execution): Promise<Upcoming> {
  const upcoming: Step[] = [];
  let begun: string | undefined;
  for (const step of steps) {
    const { state, confirmed, sent } = recordOf(execution, step.id);
    if (isLeftOut(step, execution.started.inputs) || state === "done" || state === "skipped") continue;
    const wasBegun = state === "interrupted" && confirmed !== undefined;
    if (wasBegun && !(await neverHappened(planner, step, { confirmed, ...(sent && { sent }) }))) begun = step.id;
    else upcoming.push(step);
  }
  return { steps: upcoming, begun };
}

async function stepsToUndo<World>(
  planner: Planner<World>,
  { steps }: Runbook,
  execution: Execution,
): Promise<Upcoming> {
  const upcoming: Step[] = [];
  let begun: string | undefined;
  for (const id of undoable(execution)) {
    const { state, confirmed, sent, undoing: back } = recordOf(execution, id);
    const step = steps.find((each) => each.id === id);
    if (step === undefined || confirmed?.undo.kind !== "operation") continue;
    const isOpen = state === "interrupted" && sent === undefined;
    if (isOpen && (await neverHappened(planner, step, { confirmed }))) continue;
    const undo = undoStepOf(step, confirmed.undo.with);
    if (back !== undefined && !(await neverHappened(planner, undo, back))) begun = id;
    else upcoming.push(undo);
  }
  return { steps: upcoming, begun };
}

/** A step whose request has no answer on record is asked again only where a read shows that it had no effect. */
async function neverHappened<World>(planner: Planner<World>, step: Step, interrupted: Interrupted): Promise<boolean> {
  if (interrupted.sent !== undefined) return false;
  const { inputs } = interrupted.confirmed;
  const probe = await actionOf(planner, step).probe?.(inputs as never, attemptOf(interrupted), planner);
  return probe?.kind === "notDone";
}
