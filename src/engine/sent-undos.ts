import type { Attempt } from "../domain/action.ts";
import { NO_RECORD } from "../domain/step-record.ts";
import { attemptOf } from "./attempt.ts";
import type { Run } from "./run.ts";

/** The undos that were sent, as a check of them sees them. */
export function sentUndos<World>({ execution: { steps, written } }: Run<World>): readonly Attempt[] {
  return written.flatMap((id) => {
    const { undoSent } = steps[id] ?? NO_RECORD;
    return undoSent === undefined ? [] : [attemptOf(undoSent)];
  });
}

/** Whether the step checks an undo, rather than being undone itself. */
export function checksUndo<World>({ runbook, engine }: Run<World>, id: string): boolean {
  const step = runbook.steps.find((one) => one.id === id);
  return step !== undefined && engine.registry[step.action]?.checksUndo === true;
}
