import type { JournalEvent } from "./execution-event.ts";
import type { StepRecord } from "./step-record.ts";

export type StepJournalEvent = Extract<JournalEvent, { readonly step: string }>;

/** A request is confirmed, is on its way, or is seen to have taken effect. */
const CHANGES: ReadonlySet<StepJournalEvent["type"]> = new Set([
  "step.confirmed",
  "step.sent",
  "step.verified",
  "step.undone",
]);

/** What is known of a step after one more record, which is the `number`-th of its journal. */
export function foldStep(record: StepRecord, event: StepJournalEvent, number: number): StepRecord {
  return numbered(event.phase === "undo" ? foldUndo(record, event) : foldDo(record, event), event, number);
}

/** Times do not order records that are written within one millisecond, or by two machines. */
function numbered(record: StepRecord, { type, phase }: StepJournalEvent, number: number): StepRecord {
  const isChange = record.confirmed !== undefined && CHANGES.has(type);
  if (phase === "undo") return isChange ? { ...record, undoChangedAs: number } : record;
  const isSettled = type === "step.verified" || type === "step.skipped";
  return { ...record, ...(isSettled && { settledAs: number }), ...(isChange && { changedAs: number }) };
}

function foldDo(record: StepRecord, event: StepJournalEvent): StepRecord {
  switch (event.type) {
    case "step.planned":
      return { ...record, planned: event };
    case "step.undone":
      return record;
    case "step.confirmed":
      return {
        state: "interrupted",
        confirmed: event,
        ...(record.planned !== undefined && { planned: record.planned, changes: record.planned.changes }),
        outputs: { ...record.outputs, ...event.outputs },
      };
    case "step.sent":
      return { ...record, sent: event };
    case "step.verified":
      return {
        ...withoutDoubt(record),
        state: "done",
        outputs: { ...record.outputs, ...event.outputs },
        ...(event.proof !== undefined && { proof: event.proof }),
        ...(event.missed !== undefined && { missed: event.missed }),
        ...(event.unproven && { unproven: { ...event.unproven, text: event.text } }),
      };
    case "step.skipped":
      return { ...record, state: "skipped", outputs: { ...record.outputs, ...event.outputs } };
    case "step.declined":
      return { ...record, state: "declined" };
    case "step.failed":
      return { ...record, state: "failed", failed: event };
  }
}

function foldUndo(record: StepRecord, event: StepJournalEvent): StepRecord {
  const { undoing, ...rest } = record;
  switch (event.type) {
    case "step.confirmed":
      return { ...rest, undoing: { confirmed: event } };
    case "step.sent": {
      if (undoing === undefined) return record;
      const attempt = { ...undoing, sent: event };
      return { ...rest, undoing: attempt, undoSent: attempt };
    }
    case "step.planned":
      return event.deed === undefined ? record : { ...record, undoDeed: event.deed };
    // A step that checks the undo, and is not undone itself.
    case "step.verified":
      return { ...record, undoChecked: event.at };
    case "step.undone":
    case "step.skipped":
      return { ...rest, state: "undone" };
    case "step.failed":
      return rest;
    default:
      return record;
  }
}

function withoutDoubt({ unproven: _, ...rest }: StepRecord): StepRecord {
  return rest;
}
