import type { Clearance } from "./approval.ts";
import type { Deed } from "./deed.ts";
import type { AnyValues } from "./field.ts";
import { foldStep, type StepJournalEvent } from "./fold-step.ts";
import type { Identity } from "./identity.ts";
import type { JsonObject } from "./json.ts";
import type { Series } from "./kept-series.ts";
import type { LockHolder } from "./lock.ts";
import type { NotProven } from "./not-proven.ts";
import type { LostNotice } from "./notices/notice.ts";
import type { Change, Finding, Operation, Receipt, Undo } from "./operation.ts";
import type { ConfirmedBy, Phase } from "./plan.ts";
import type { Caller, Target } from "./target.ts";
import type { Unfinished } from "./unfinished.ts";

export const JOURNAL_SCHEMA_VERSION = 1;

export interface EventBase {
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string;
  readonly execution: string;
}

interface StepEvent extends EventBase {
  readonly step: string;
  readonly phase: Phase;
}

/** The process that writes a journal that several machines share: on its own machine one can tell whether it still runs. */
export interface ProcessMark {
  /** The machine's name, for people. */
  readonly host: string;
  /** Ids of the machine, of its run since it was switched on, and of the range of process numbers; where they are known. */
  readonly machine?: string;
  readonly boot?: string;
  readonly pidSpace?: string;
  readonly pid: number;
  /** Distinguishes it from a later process with the same number. */
  readonly processStart: string;
  /** Random, one a process: two processes never write the same record. */
  readonly writer: string;
}

export interface ExecutionStarted extends EventBase, Clearance {
  readonly type: "execution.started";
  readonly schemaVersion: typeof JOURNAL_SCHEMA_VERSION;
  readonly runbook: { readonly id: string; readonly source: string; readonly sha256: string; readonly text: string };
  readonly inputs: AnyValues;
  readonly target: Target;
  readonly caller: Caller;
  readonly operator: string;
  readonly host: string;
  readonly version: string;
  /** The endpoint of the requests, if not AWS itself. Only there can this execution be resumed. */
  readonly endpoint?: string;
  /** Why it was done, in the operator's words: `INC-123`. Not the `reason` of an end, which is a code. */
  readonly statedReason?: string;
  /** The saved plan that it carries out: SHA-256, hex. */
  readonly plan?: string;
  /** The shared journal that has the truth of it: `dynamodb://…`. Absent: the file of the machine that began it. */
  readonly store?: string;
  /** Absent where the journal is not shared. */
  readonly process?: ProcessMark;
}

/** Another process continues an execution, or undoes it. */
export interface ExecutionResumed extends EventBase {
  readonly type: "execution.resumed";
  readonly mode: Phase;
  readonly operator: string;
  readonly host: string;
  /** Release of the process that continues it. Absent in journals up to 0.1.0. */
  readonly version?: string;
  /** Whose credentials it uses. Absent in journals of 0.1.0. */
  readonly caller?: Caller;
  readonly statedReason?: string;
  /** Absent where the journal is not shared. */
  readonly process?: ProcessMark;
}

/**
 * The shared journal does not answer, and the execution continues on this machine's file alone: from this record on,
 * other machines may not see it.
 */
export interface ExecutionDetached extends EventBase {
  readonly type: "execution.detached";
  readonly store: string;
  /** Why the journal could not be written, one sentence. */
  readonly why: string;
  /** `rescue`: a rollback, an undo or a restoring step never waits for it. `typed`: a person has typed the text. */
  readonly how: "rescue" | "typed";
}

/** A person hands the execution over to whom continues it: what stands open, and what to know. */
export interface ExecutionHandedOver extends EventBase {
  readonly type: "execution.handedOver";
  readonly operator: string;
  readonly host: string;
  readonly note?: string;
  /** Where it stands, one sentence each. */
  readonly open: readonly string[];
  /** What it changed for its run, and the next process has to put back. */
  readonly unfinished: readonly Unfinished[];
}

/** This execution took the target over from another one. */
export interface ExecutionTookOver extends EventBase {
  readonly type: "execution.tookOver";
  readonly from: LockHolder;
}

export interface StepPlanned extends StepEvent {
  readonly type: "step.planned";
  readonly title: string;
  readonly action: string;
  readonly summary: string;
  /** Absent in journals of 0.1.0, and where the action says none. */
  readonly deed?: Deed;
  readonly changes: readonly Change[];
  readonly findings: readonly Finding[];
  readonly operation: Operation | null;
  readonly undo: Undo | null;
  readonly awsCli: string | null;
}

/** Written to disk before the request is sent. From here on, the step may have taken effect. */
export interface StepConfirmed extends StepEvent {
  readonly type: "step.confirmed";
  readonly how: ConfirmedBy;
  readonly inputs: AnyValues;
  readonly operation: Operation;
  readonly undo: Undo;
  readonly basis: JsonObject;
  /** Before-values and predicted values, for the steps that put things back. */
  readonly outputs: AnyValues;
}

/** The key of one attempt. It uses only what is on disk before sending, so `resume` computes the same key. */
export function attemptKey({ execution, at }: Pick<StepConfirmed, "execution" | "at">): string {
  return `${execution}-${Date.parse(at)}`;
}

export interface StepSent extends StepEvent {
  readonly type: "step.sent";
  readonly receipt: Receipt;
  /** True where no answer came and reading back showed that the request had taken effect. */
  readonly adopted?: boolean;
}

export interface StepVerified extends StepEvent {
  readonly type: "step.verified";
  readonly text: string;
  /** What the outcome says of it. Absent in journals of 0.1.0. */
  readonly proof?: string;
  /** What the outcome says in place of the deed, which was not done, or perhaps not. */
  readonly missed?: string;
  readonly unproven?: NotProven;
  readonly outputs: AnyValues;
  /** How the question of a step that sends nothing was answered; absent where it asked nothing. */
  readonly how?: ConfirmedBy;
  /** What a watch measured by the minute: CloudWatch forgets minutes after 15 days. */
  readonly series?: readonly Series[];
}

export interface StepSkipped extends StepEvent {
  readonly type: "step.skipped";
  readonly reason: string;
  readonly outputs: AnyValues;
}

export interface StepDeclined extends StepEvent {
  readonly type: "step.declined";
  /** Absent: an operator said no. */
  readonly how?: "silence";
}

export interface StepFailed extends StepEvent {
  readonly type: "step.failed";
  readonly reason: string;
  readonly text: string;
  readonly evidence: readonly string[];
  readonly next: readonly string[];
  /** `none`: the request was refused or never sent, so there is nothing to undo. */
  readonly effect: "none" | "sent";
  /** What a watch measured by the minute. */
  readonly series?: readonly Series[];
}

/** The step's change was undone and verified. */
export interface StepUndone extends StepEvent {
  readonly type: "step.undone";
  readonly text: string;
}

export interface ExecutionEnded extends EventBase, Pick<Clearance, "emergency"> {
  readonly type: "execution.ended";
  readonly status: Status;
  readonly exitCode: number;
  readonly reason?: string;
  readonly text: string;
  /** The one sentence that says what came of it. Absent in journals of 0.1.0, where `text` is all there is. */
  readonly outcome?: string;
  /** The same in about ten words, for the first row of a screen. Absent in journals of earlier versions. */
  readonly state?: string;
  /** What an operator has to remember now. */
  readonly reminders?: readonly string[];
  /** Where it acted. Absent in journals of 0.1.0. */
  readonly identity?: Identity;
  /** Messages to people that this process has lost. */
  readonly lostNotices?: readonly LostNotice[];
  /** Why it was done, as stated last. */
  readonly statedReason?: string;
  readonly next: readonly string[];
  /** What it changed for the run and has not put back. Absent in journals of earlier versions. */
  readonly unfinished?: readonly Unfinished[];
  /** Short checksum of this record in its journal. Told to people; the record itself does not hold it. */
  readonly head?: string;
}

export type Status = "done" | "failed" | "declined" | "guarded" | "unknown" | "interrupted" | "undone";

/** The progress of a wait. Never journalled. */
export interface ProgressEvent extends StepEvent {
  readonly type: "step.progress";
  readonly text: string;
  readonly data?: JsonObject;
}

export type JournalEvent =
  | ExecutionStarted
  | ExecutionResumed
  | ExecutionDetached
  | ExecutionHandedOver
  | ExecutionTookOver
  | StepPlanned
  | StepConfirmed
  | StepSent
  | StepVerified
  | StepSkipped
  | StepDeclined
  | StepFailed
  | StepUndone
  | ExecutionEnded;

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
  readonly steps: Readonly<Record<string, StepRecord>>;
  /** Ids of the steps whose Operation was confirmed, in that order. */
  readonly written: readonly string[];
  readonly ended?: ExecutionEnded;
  readonly lastAt: string;
  /** How many records its journal has. */
  readonly records: number;
}

/** What came of it, in one sentence: older journals have a text alone. */
export const outcomeOf = ({ outcome, text }: Pick<ExecutionEnded, "outcome" | "text">): string => outcome ?? text;

export const NO_RECORD: StepRecord = { state: "pending", outputs: {} };

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
  if (event.type === "execution.ended") return { ...next, ended: event };
  if (event.type !== "execution.resumed") return next;
  return withProcess(withReason(withoutEnd(withCaller(next, event.caller)), event), event);
}

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
