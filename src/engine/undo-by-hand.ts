import type { Registry } from "../domain/action.ts";
import { type Execution, hasEffect, undoable } from "../domain/execution.ts";
import type { Operation } from "../domain/operation.ts";
import type { Runbook } from "../domain/runbook.ts";
import { NO_RECORD } from "../domain/step-record.ts";
import { between, changedBy, putBackBy, stepsNotPutBack } from "./put-back.ts";

/** Commands one after another; undefined where there is none. */
type Line = string | undefined;

interface Lines {
  awsLine(operation: Operation): string;
}

const joined = (operations: readonly Operation[], { awsLine }: Lines): Line =>
  operations.length === 0 ? undefined : operations.map((operation) => awsLine(operation)).join(" && ");

/** What `undo` would still send, last step first, by the journal alone. */
export function undoByHand(execution: Execution, runbook: Runbook, planner: Lines): Line {
  const isAStep = (id: string): boolean => runbook.steps.some((step) => step.id === id);
  const ids = undoable(execution).filter((id) => isAStep(id) && undoRequest(execution, id) !== undefined);
  const kept = ids.filter((id) => isStillToUndo(execution, id, ids));
  return joined(
    kept.flatMap((id) => undoRequest(execution, id) ?? []),
    planner,
  );
}

/** A change and the step that put it back cancel out, unless a step between the two has to be undone there. */
function isStillToUndo(execution: Execution, id: string, ids: readonly string[]): boolean {
  const opener = changedBy(execution, id);
  if (opener !== undefined) return between(execution, opener, id).some((inner) => ids.includes(inner));
  const closers = putBackBy(execution, id).filter((one) => hasEffect(execution.steps[one] ?? NO_RECORD));
  return closers.every((closer) => ids.includes(closer) && isStillToUndo(execution, closer, ids));
}

function undoRequest({ steps }: Execution, id: string): Operation | undefined {
  const undo = steps[id]?.confirmed?.undo;
  return undo?.kind === "operation" ? undo.operation : undefined;
}

/**
 * What restoring steps have not put back, last change first. Nothing while a change is in progress that must not be
 * disturbed: tasks that start now would disturb it.
 */
export function putBackByHand<World>(
  execution: Execution,
  runbook: Runbook,
  planner: Lines & { readonly registry: Registry<World> },
): Line {
  const isInProgress = runbook.steps.some(
    ({ id, action }) =>
      execution.steps[id]?.state === "interrupted" && planner.registry[action]?.mustNotBeDisturbed === true,
  );
  if (isInProgress) return undefined;
  const left = stepsNotPutBack(execution, runbook).map(({ id }) => id);
  const ids = execution.written.filter((id) => left.includes(id)).reverse();
  return joined(
    ids.flatMap((id) => undoRequest(execution, id) ?? []),
    planner,
  );
}
