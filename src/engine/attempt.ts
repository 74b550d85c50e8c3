import type { Attempt } from "../domain/action.ts";
import { attemptKey, type StepConfirmed, type StepSent } from "../domain/execution-event.ts";
import type { Phase } from "../domain/plan.ts";
import type { StepRecord } from "../domain/step-record.ts";

export interface Interrupted {
  readonly confirmed: StepConfirmed;
  readonly sent?: StepSent;
}

/** The attempt as the journal records it. `movedAt`: since when this machine writes to it. */
export function attemptOf({ confirmed, sent }: Interrupted, movedAt = ""): Attempt {
  const { at: confirmedAt, operation, basis, outputs } = confirmed;
  return {
    confirmedAt,
    ...(confirmedAt < movedAt && { sentBefore: movedAt }),
    key: attemptKey(confirmed),
    operation,
    basis,
    outputs,
    ...(sent === undefined ? {} : { receipt: sent.receipt }),
  };
}

/** An earlier attempt that was sent and has no good end. The wanted value alone does not prove that it has ended. */
export function sentBefore(record: StepRecord | undefined, phase: Phase): Interrupted | undefined {
  if (phase === "undo") return record?.undoSent;
  const { state, confirmed, sent } = record ?? {};
  return state === "failed" && confirmed !== undefined && sent !== undefined ? { confirmed, sent } : undefined;
}
