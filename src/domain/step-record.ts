import type { Deed } from "./deed.ts";
import type { StepConfirmed, StepFailed, StepPlanned, StepSent } from "./execution-event.ts";
import type { AnyValues } from "./field.ts";
import type { NotProven } from "./not-proven.ts";
import type { Change } from "./operation.ts";

/** What the journal knows of one step. */
export interface StepRecord {
  readonly state: "pending" | "interrupted" | "done" | "skipped" | "declined" | "failed" | "undone";
  readonly confirmed?: StepConfirmed;
  /** Its last plan. */
  readonly planned?: StepPlanned;
  /** The changes that were confirmed. */
  readonly changes?: readonly Change[];
  readonly sent?: StepSent;
  /** Its last failure. */
  readonly failed?: StepFailed;
  readonly outputs: AnyValues;
  /** What its last undo does, as planned. */
  readonly undoDeed?: Deed;
  /** What its last verification proved, in a few words. */
  readonly proof?: string;
  /** What its last verification found not done. */
  readonly missed?: string;
  /** What its last verification could not prove, with its text. */
  readonly unproven?: NotProven & { readonly text: string };
  /** An undo that was confirmed and has no end yet. */
  readonly undoing?: { readonly confirmed: StepConfirmed; readonly sent?: StepSent };
  /** The last undo whose request was sent, whatever its verification showed. */
  readonly undoSent?: { readonly confirmed: StepConfirmed; readonly sent: StepSent };
  /** RFC 3339: when this step last checked an undo of the execution. */
  readonly undoChecked?: string;
  /** Number in the journal of the record by which it was last found done or skipped. */
  readonly settledAs?: number;
  /** Number in the journal of the last record by which it may have changed something, and of the last one by its undo. */
  readonly changedAs?: number;
  readonly undoChangedAs?: number;
}

export const NO_RECORD: StepRecord = { state: "pending", outputs: {} };
