import type { ExecutionEnded, ExecutionStarted, JournalEvent, ProcessMark } from "./execution-event.ts";
import { foldStep, type StepJournalEvent } from "./fold-step.ts";
import type { Phase } from "./plan.ts";
import { NO_RECORD, type StepRecord } from "./step-record.ts";
import type { Caller } from "./target.ts";

/** An execution as its journal records it. */
export interface Execution {
  readonly id: string;
  readonly started: ExecutionStarted;
  readonly mode: Phase;
  /** Whose credentials it has used, the first first. */
  readonly callers: readonly Caller[];
  /** Why it was done, as stated last. */
  readonly statedReason?: string;
  /** The process that wrote to it last, where its journal is shared. */
  readonly process?: ProcessMark & { readonly operator: string };
  /** RFC 3339: since when that machine writes to it, where another one did before: times until then are by that one's clock. */
  readonly movedAt?: string;
  readonly steps: Readonly<Record<string, StepRecord>>;
  /** Ids of the steps whose Operation was confirmed, in that order. */
  readonly written: readonly string[];
  readonly ended?: ExecutionEnded;
  /** An undo has ended without records that another machine has. They never come into this journal. */
  readonly isIncomplete?: true;
  readonly lastAt: string;
  /** How many records its journal has. */
  readonly records: number;
}

/** Nothing else is shown as an id, because people type and paste ids. */
export const isExecutionId = (text: unknown): text is string =>
  typeof text === "string" && /^[0-9a-z]{4,12}$/.test(text);

/** The reason of an undo's end that cannot know all that was changed. */
export const RECORDS_ELSEWHERE = "records-elsewhere";

/** What came of it, in one sentence: older journals have a text alone. */
export const outcomeOf = ({ outcome, text }: Pick<ExecutionEnded, "outcome" | "text">): string => outcome ?? text;

/** Folds a journal's events into a state; undefined where the first is not `execution.started`. */
export function foldExecution(events: readonly JournalEvent[]): Execution | undefined {
  const [started, ...rest] = events;
  if (started?.type !== "execution.started") return undefined;
  const { execution: id, caller, at: lastAt } = started;
  const empty: Execution = { id, started, mode: "do", callers: [caller], steps: {}, written: [], lastAt, records: 1 };
  return rest.reduce(advance, withProcess(withReason(empty, started), started));
}

/** The state after one more event. */
export function advance(execution: Execution, event: JournalEvent): Execution {
  const next = { ...execution, lastAt: event.at, records: execution.records + 1 };
  if (!isOfStep(event)) return advanceWhole(next, event);
  const record = next.steps[event.step] ?? NO_RECORD;
  const folded = foldStep(record, event, next.records);
  const isWrite = event.type === "step.confirmed" && event.phase === "do" && !next.written.includes(event.step);
  return {
    ...next,
    // Once an undo has been confirmed, `resume` continues the undo.
    mode: event.type === "step.confirmed" && event.phase === "undo" ? "undo" : next.mode,
    steps: { ...next.steps, [event.step]: folded },
    written: isWrite ? [...next.written, event.step] : next.written,
  };
}

function advanceWhole(next: Execution, event: Exclude<JournalEvent, StepJournalEvent>): Execution {
  if (event.type === "execution.ended")
    return { ...next, ended: event, ...(event.reason === RECORDS_ELSEWHERE && { isIncomplete: true }) };
  if (event.type !== "execution.resumed") return next;
  const moved = isElsewhere(next.process, event.process) ? { ...next, movedAt: event.at } : next;
  return withProcess(withReason(withoutEnd(withCaller(moved, event.caller)), event), event);
}

const isElsewhere = (before: ProcessMark | undefined, now: ProcessMark | undefined): boolean =>
  before !== undefined && now !== undefined && (before.machine ?? before.host) !== (now.machine ?? now.host);

const isOfStep = (event: JournalEvent): event is StepJournalEvent => "step" in event;

function withProcess(
  { process: _, ...execution }: Execution,
  { process, operator }: Pick<ExecutionStarted, "process" | "operator">,
): Execution {
  return process === undefined ? execution : { ...execution, process: { ...process, operator } };
}

const withCaller = (execution: Execution, caller: Caller | undefined): Execution =>
  caller === undefined ? execution : { ...execution, callers: [...execution.callers, caller] };

const withReason = (execution: Execution, { statedReason }: Pick<ExecutionStarted, "statedReason">): Execution =>
  statedReason === undefined ? execution : { ...execution, statedReason };

function withoutEnd({ ended: _, ...rest }: Execution): Execution {
  return rest;
}

/** Written steps that took or may have taken effect and were not undone, last first. */
export const undoable = ({ written, steps }: Execution): readonly string[] =>
  written.filter((id) => hasEffect(steps[id] ?? NO_RECORD)).reverse();

/** What was sent took effect, whatever a later run of the same step reports. Only an undo takes it back. */
export const hasEffect = ({ state, sent }: StepRecord): boolean =>
  state !== "undone" && (state === "done" || state === "interrupted" || sent !== undefined);
