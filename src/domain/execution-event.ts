import type { Clearance } from "./approval.ts";
import type { Deed } from "./deed.ts";
import type { AnyValues } from "./field.ts";
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
