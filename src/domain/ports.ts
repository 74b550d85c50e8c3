import type { JournalEvent, ProgressEvent } from "./execution-event.ts";
import type { Identity } from "./identity.ts";
import type { LeftBehind, LockHolder, UnsharedRecords } from "./lock.ts";
import type { Finding, Operation, Receipt } from "./operation.ts";
import type { ConfirmedBy, Phase, Plan, PlannedStep, SettledTexts } from "./plan.ts";
import type { Silence } from "./silence.ts";
import type { Caller } from "./target.ts";
import type { TypedOptions } from "./typed-options.ts";

/** The clock for everything except the operating system's own timing. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after `ms` of this clock; rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Randomness that ends up in names. */
export interface Ids {
  /** A new execution's id, short enough to be read out over a telephone. */
  execution(): string;
}

/** The process, as everything below the command line sees it. */
export interface Environment {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly ids: Ids;
  /** Aborts at the first Ctrl-C (reason 130) or SIGTERM (143). */
  readonly stop: AbortSignal;
  /** Shows people one sentence, at any time: what the program waits for. Shows nothing where stdout carries data. */
  note(sentence: string): void;
  /** A rehearsal that was typed: its notices go to the channels of the configured target, marked. */
  readonly announces?: boolean;
  /** What has to be typed again in each command that is printed. */
  readonly typed?: TypedOptions;
  /** Asks for a text that is not shown; absent without a terminal. Undefined: none was given. Throws on Ctrl-C. */
  askHidden?(question: string): Promise<string | undefined>;
  /** Set: whatever command runs, every request that is not on the list of reads is refused before it is sent. */
  readonly onlyReads?: boolean;
  /** Told what a process that leaves at once would leave behind: a lock without a record, or a journal; or nothing. */
  holds?(left: LeftBehind | undefined): void;
}

/** Sends one Operation, once. Throws OpsError whose `effect` says whether it may have taken effect. */
export interface Gateway {
  /** `key` is the attempt's own name: letters, digits and hyphens, at most 64. */
  send(operation: Operation, key: string): Promise<Receipt>;
}

/** The record that decides what happened in an execution. `append` resolves when the event is on disk. */
export interface Journal {
  append(event: JournalEvent): Promise<void>;
  /** Short checksum of the last record, and so of the whole journal. */
  head?(): string;
  /** Whether the disk still has the room that is kept for the last records. */
  hasRoom?(): Promise<boolean>;
  /**
   * Called directly before a request is sent. Throws (exit 5) where another process has continued the execution while
   * this one stood still.
   */
  assertOwn?(): Promise<void>;
}

/** The engine's only contact with people: it notifies them or asks them. */
export interface Io {
  notify(event: JournalEvent | ProgressEvent): void;
  /** `remind`: called at once and each minute while a question is open that costs users; else once, after 5 minutes. */
  ask<Q extends Question>(question: Q, remind?: Reminder): Promise<AnswerTo<Q>>;
  /** A wait begins. Shown by a live view alone; a log shows what the wait reports. */
  waits?(wait: ExpectedWait): void;
}

/** Calls people who may not be at the terminal. Never throws, and nothing waits for it. */
export type Reminder = () => void;

/** What is known of a wait when it begins. */
export interface ExpectedWait {
  /** The command that continues the run, as it has to be typed here. */
  readonly resume: string;
  readonly step: string;
  /** Epoch ms of the clock. */
  readonly since: number;
  /** The step's time limit, in seconds; absent where none ends it. */
  readonly limit?: number;
  /** About how long it takes, in seconds. */
  readonly usual?: number;
  /** About how long the waits after it take, in seconds; absent where that is not known. */
  readonly after?: number;
  /** What leaving does, where that is more than to stop watching. */
  readonly leaving?: string;
}

/** The use cases' contact with the operator: the engine's events and questions, and what surrounds an execution. */
export interface OperatorIo extends Io {
  /** A person answers, not flags. */
  readonly hasPerson?: boolean;
  /** Shows the plan before its first question; later lines use its step numbers and titles. */
  showPlan(plan: Plan): void;
  /** The steps of an execution that continues, in their order: later lines use their numbers and titles. */
  learnSteps?(steps: readonly { readonly id: string; readonly title: string }[]): void;
  /** One sentence for people, safe beside a live view. */
  say(sentence: string): void;
  /** The same, with the terminal's bell. */
  alert(sentence: string): void;
  /** The same as `say`, left out where stdout carries data. */
  note(sentence: string): void;
  /**
   * Throws where the options do not answer all that the plan asks, give a text that no step asks for, or name another
   * current value than it replaces. `lacksReason`: without a person `--reason` is missing, too.
   */
  assertAnswerable(plan: Plan, lacksReason: boolean, settled: SettledTexts): void;
  /** The same for the remaining steps of an execution that is resumed or undone. Reads them only where it matters. */
  assertRestAnswerable(
    upcoming: () => Promise<readonly PlannedStep[]>,
    settled: () => Promise<SettledTexts>,
  ): Promise<void>;
  /** Restores the terminal. May be called at any time and more than once. */
  close(): void;
}

/** Makes the operator's io once the target, and so its clock, is known. */
export type OpenIo = (clock: Clock) => OperatorIo;

export type Question =
  | ConfirmQuestion
  | ChoiceQuestion
  | HoldQuestion
  | TakeOverQuestion
  | WithoutRecordsQuestion
  | PrincipalQuestion
  | UnsharedQuestion
  | ReasonQuestion;

/** May this step's change happen? The step carries everything that has to be shown. */
export interface ConfirmQuestion {
  readonly kind: "confirm";
  readonly step: PlannedStep;
  readonly phase: Phase;
  readonly mode: "prompt" | "typed";
  /** Lines that say what has changed since the plan that was shown before; empty when first asked. */
  readonly stale: readonly string[];
  /** e.g. 2 of 3 */
  readonly position: readonly [number, number];
  readonly identity: Identity;
  /** Warnings of this step, and of the steps that were read before it since the last request. */
  readonly warnings: readonly Finding[];
  /** What happens without an answer. Absent: the question waits. */
  readonly silence?: Silence;
}

export interface ChoiceQuestion {
  readonly kind: "choice";
  /** Stable identifier, e.g. `on-failure`. */
  readonly id: string;
  readonly message: string;
  readonly detail: readonly string[];
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  /** The answer where no operator can be asked. */
  readonly fallback: string;
  /** Seconds after which `fallback` counts: users are served by fewer tasks than usual. Absent: the question waits. */
  readonly within?: number;
}

/** A restoring step is about to run by itself. Does the operator hold it? */
export interface HoldQuestion {
  readonly kind: "hold";
  readonly step: PlannedStep;
  readonly seconds: number;
}

/** Another execution holds the target: take it over? The answer is its id, which no other execution has. */
export interface TakeOverQuestion {
  readonly kind: "takeOver";
  readonly holder: LockHolder;
  /** `machine`: its process runs on this machine. `shared`: its process may run anywhere. */
  readonly scope: "machine" | "shared";
  /** Epoch milliseconds: when it is asked. */
  readonly now: number;
  /** Its journal is not in this state folder, so nothing here says whether it has sent anything. */
  readonly isUnrecordedHere?: boolean;
  /** RFC 3339: its last record in the shared journal. */
  readonly lastRecord?: string;
  /** It is the very execution that is to be continued here. */
  readonly isSame?: boolean;
}

/** Earlier executions have ended with records that are on their own machines only: continue without them? */
export interface WithoutRecordsQuestion {
  readonly kind: "withoutRecords";
  readonly records: readonly UnsharedRecords[];
  /** The execution that is to be continued is one of them. */
  readonly isSame: boolean;
  /** The text that says yes: the newest one's id. */
  readonly text: string;
}

/** An execution is to be continued with another principal's credentials than those on record. */
export interface PrincipalQuestion {
  readonly kind: "principal";
  readonly execution: string;
  /** Those on record. */
  readonly before: readonly Caller[];
  readonly now: Caller;
  /** The text that says yes. */
  readonly text: string;
}

/** The shared journal does not answer, and a change is about to be sent: is it sent although other machines do not see it? */
export interface UnsharedQuestion {
  readonly kind: "unshared";
  readonly execution: string;
  /** The journal, as it is configured. */
  readonly store: string;
  /** Why it could not be written, one sentence. */
  readonly why: string;
  /** The text that says yes: `unshared 7k2mqp`. */
  readonly text: string;
  /** This execution has sent something before. */
  readonly hasSent: boolean;
}

/** The target requires a reason for a change, and `--reason` was not given. */
export interface ReasonQuestion {
  readonly kind: "reason";
  /** Name of the target. */
  readonly target: string;
  /** Characters. */
  readonly most: number;
}

export type AnswerTo<Q extends Question> = Q extends ConfirmQuestion
  ? { readonly yes: boolean; readonly how: ConfirmedBy }
  : Q extends ChoiceQuestion
    ? { readonly value: string; readonly how: ConfirmedBy }
    : Q extends TakeOverQuestion | WithoutRecordsQuestion | PrincipalQuestion | UnsharedQuestion
      ? { readonly yes: boolean }
      : Q extends ReasonQuestion
        ? { readonly text?: string }
        : { readonly go: boolean };
