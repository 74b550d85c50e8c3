import { type Execution, hasEffect } from "../domain/execution.ts";
import type { StepConfirmed } from "../domain/execution-event.ts";
import { sameJson } from "../domain/json.ts";
import type { Runbook, Step } from "../domain/runbook.ts";
import { NO_RECORD, type StepRecord } from "../domain/step-record.ts";

/** The step whose change this one put back, if any: the nearest earlier step that its request undoes. */
export function changedBy(execution: Execution, id: string): string | undefined {
  const closer = execution.steps[id]?.confirmed;
  if (closer === undefined) return undefined;
  const before = execution.written.slice(0, execution.written.indexOf(id));
  return before.findLast((one) => isInverse(execution.steps[one]?.confirmed, closer));
}

/** The steps that put back what this one changed. */
export function putBackBy(execution: Execution, id: string): readonly string[] {
  const opener = execution.steps[id]?.confirmed;
  const after = execution.written.slice(execution.written.indexOf(id) + 1);
  return after.filter((one) => isInverse(opener, execution.steps[one]?.confirmed));
}

/** The later request is the one that undoes the earlier. */
export function isInverse(earlier: StepConfirmed | undefined, later: StepConfirmed | undefined): boolean {
  if (earlier?.undo.kind !== "operation" || later === undefined) return false;
  return sameJson(earlier.undo.operation as never, later.operation as never);
}

/** The written steps between the two that still have an effect, the last first. */
export function between(execution: Execution, opener: string, closer: string): readonly string[] {
  const { written, steps } = execution;
  const inner = written.slice(written.indexOf(opener) + 1, written.indexOf(closer));
  return inner.filter((id) => hasEffect(steps[id] ?? NO_RECORD)).reverse();
}

/**
 * The restoring step that has put something back, if any. After that, the other steps must not run any more. A request
 * that AWS refused put nothing back, and neither does an announcement.
 */
export function restoredBy({ steps }: Execution, runbook: Runbook): Step | undefined {
  return runbook.finally.find(({ id }) => {
    const record = steps[id] ?? NO_RECORD;
    return hasEffect(record) && record.confirmed?.undo.kind === "operation";
  });
}

/**
 * Steps that changed something for the run alone and that nothing has put back: neither a later step, nor a restoring
 * step, nor an undo. This is by the journal; the present state is read elsewhere.
 */
export function stepsNotPutBack(execution: Execution, runbook: Runbook): readonly Step[] {
  return runbook.steps.filter((step) => isForTheRun(execution, runbook, step) && !isPutBack(execution, runbook, step));
}

/** There is a restoring step for it, and it has not itself put something back. */
function isForTheRun(execution: Execution, runbook: Runbook, step: Step): boolean {
  const record = execution.steps[step.id] ?? NO_RECORD;
  const isChange = hasEffect(record) && record.confirmed?.undo.kind === "operation";
  return isChange && restorersOf(runbook, step).length > 0 && changedBy(execution, step.id) === undefined;
}

/** Restoring steps of the same action: those that use this step's outputs, else those that use no such other step's. */
export function restorersOf({ steps, finally: restoring }: Runbook, { id, action }: Step): readonly Step[] {
  const same = restoring.filter((step) => step.action === action);
  const others = steps.filter((step) => step.action === action && step.id !== id);
  const bound = same.filter((step) => isBoundTo(step, id));
  return bound.length > 0 ? bound : same.filter((step) => !others.some((other) => isBoundTo(step, other.id)));
}

/** An input of the step is bound to an output of step `id`. */
export function isBoundTo({ with: given }: Step, id: string): boolean {
  return Object.values(given).some((binding) => binding.kind === "output" && binding.step === id);
}

/**
 * By a later step, or by a restoring step after the change. An undo of what set the same property in between may have
 * brought the change back: what was put back, or found there, before that is old.
 */
function isPutBack(execution: Execution, runbook: Runbook, step: Step): boolean {
  const { id } = step;
  const { steps } = execution;
  const closers = putBackBy(execution, id).map((one) => steps[one] ?? NO_RECORD);
  if (closers.some((record) => record.state === "done" && !isUndoBegun(record))) return true;
  const since = lastInEffect(execution, id);
  return restorersOf(runbook, step).some((restoring) => hasSettled(steps[restoring.id] ?? NO_RECORD, since));
}

/** Its undo may have taken effect, whatever came of it since. */
const isUndoBegun = ({ undoing, undoSent }: StepRecord): boolean => (undoing ?? undoSent) !== undefined;

/** Number of the last record by which the step's change may have come into effect: its own, or that of a later undo. */
function lastInEffect({ written, steps }: Execution, id: string): number {
  const opener = steps[id] ?? NO_RECORD;
  const after = written.slice(written.indexOf(id) + 1).map((one) => steps[one] ?? NO_RECORD);
  const undone = after.filter((record) => isUndoBegun(record) && changesSame(opener, record));
  return Math.max(opener.changedAs ?? 0, ...undone.map(({ undoChangedAs = 0 }) => undoChangedAs));
}

function changesSame(one: StepRecord, other: StepRecord): boolean {
  if (isInverse(one.confirmed, other.confirmed)) return true;
  const { changes = [] } = other;
  return (one.changes ?? []).some(({ subject, property }) =>
    changes.some((change) => change.subject === subject && change.property === property),
  );
}

const hasSettled = ({ state, settledAs = 0 }: StepRecord, since: number): boolean =>
  (state === "done" || state === "skipped") && settledAs > since;

/**
 * What a restoring step found before a step, or a restoring step that comes before it, changed something is old, and so
 * is what it found before an undo: each may have changed it again.
 */
export function isOldFind({ steps }: Execution, runbook: Runbook, restoring: string): boolean {
  const { settledAs = 0 } = steps[restoring] ?? NO_RECORD;
  const isUndoing = Object.values(steps).some(isUndoBegun);
  const place = runbook.finally.findIndex(({ id }) => id === restoring);
  const earlier = [...runbook.steps, ...runbook.finally.slice(0, place)];
  return isUndoing || earlier.some(({ id }) => (steps[id]?.changedAs ?? 0) > settledAs);
}
