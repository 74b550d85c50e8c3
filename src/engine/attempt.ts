import type { Attempt } from "../domain/action.ts";
import { attemptKey, type StepConfirmed, type StepRecord, type StepSent } from "../domain/execution.ts";
import type { Phase } from "../domain/plan.ts";

export interface Interrupted {
  readonly confirmed: StepConfirmed;
  readonly sent?: StepSent;
}

/** The attempt that the journal tells. */
export function attemptOf({ confirmed, sent }: Interrupted): Attempt {
  const { at: confirmedAt, operation, basis, outputs } = confirmed;
  return {
    confirmedAt,
    key: attemptKey(confirmed),
    operation,
    basis,
    outputs,
    ...(sent === undefined ? {} : { receipt: sent.receipt }),
  };
}

/** A try of this step that was sent and did not come to its end: a wanted value alone does not say that it has by now. */
export function sentBefore(record: StepRecord | undefined, phase: Phase): Interrupted | undefined {
  if (phase === "undo") return record?.undoSent;
  const { state, confirmed, sent } = record ?? {};
  return state === "failed" && confirmed !== undefined && sent !== undefined ? { confirmed, sent } : undefined;
}
