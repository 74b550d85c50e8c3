import type { JournalEvent, ProgressEvent } from "./execution.ts";
import type { LockHolder } from "./lock.ts";
import type { Operation, Receipt } from "./operation.ts";
import type { How, Phase, Plan, PlannedStep } from "./plan.ts";

/** Time, for everything that is not the operating system's own business. */
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
  /** A sentence for people, at any time: what is waited for. Where stdout carries data, they are not told. */
  note(sentence: string): void;
}

/** Sends one Operation, once. Throws OpsError whose `effect` tells whether it may have happened. */
export interface Gateway {
  /** `key` is the attempt's own name: letters, digits and hyphens, at most 64. */
  send(operation: Operation, key: string): Promise<Receipt>;
}

/** The truth of an execution. `append` returns when the event is on the disk. */
export interface Journal {
  append(event: JournalEvent): Promise<void>;
}

/** The engine's only way to people: say something, or ask something. */
export interface Io {
  notify(event: JournalEvent | ProgressEvent): void;
  ask<Q extends Question>(question: Q): Promise<AnswerTo<Q>>;
}

/** The operator, as the use cases speak to them: the engine's events and questions, and what surrounds an execution. */
export interface OperatorIo extends Io {
  /** Shows the plan before its first question; later lines use its step numbers and titles. */
  showPlan(plan: Plan): void;
  /** One sentence for people, safe beside a live view. */
  say(sentence: string): void;
  /** The same, left out where stdout carries data. */
  note(sentence: string): void;
  /** Throws where the options do not answer all that the plan will ask, or name another current value than it replaces. */
  assertAnswerable(plan: Plan): void;
  /** The same for the steps that are still to come of an execution that is resumed or undone; read only where it counts. */
  assertRestAnswerable(upcoming: () => Promise<readonly PlannedStep[]>): Promise<void>;
  /** Gives the terminal back as it was found. May be called at any time and more than once. */
  close(): void;
}

/** Makes the operator's io once the target, and so its clock, is known. */
export type OpenIo = (clock: Clock) => OperatorIo;

export type Question = ConfirmQuestion | ChoiceQuestion | HoldQuestion | TakeOverQuestion;

/** May this step's change happen? The step carries everything that has to be shown. */
export interface ConfirmQuestion {
  readonly kind: "confirm";
  readonly step: PlannedStep;
  readonly phase: Phase;
  readonly mode: "prompt" | "typed";
  /** Lines saying what moved since the plan that was shown before; empty at the first asking. */
  readonly stale: readonly string[];
  /** e.g. 2 of 3 */
  readonly position: readonly [number, number];
}

export interface ChoiceQuestion {
  readonly kind: "choice";
  /** Stable identifier, e.g. `on-failure`. */
  readonly id: string;
  readonly message: string;
  readonly detail: readonly string[];
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  /** The answer where nobody is there to ask. */
  readonly fallback: string;
}

/** A restoring step is about to run by itself: does anybody hold it? */
export interface HoldQuestion {
  readonly kind: "hold";
  readonly step: PlannedStep;
  readonly seconds: number;
}

/** Another execution has the target: is it to yield? Answered by its id, which is true of no other. */
export interface TakeOverQuestion {
  readonly kind: "takeOver";
  readonly holder: LockHolder;
  /** `machine`: its process runs here, on this machine. `shared`: wherever it runs. */
  readonly scope: "machine" | "shared";
  /** Epoch milliseconds: when it is asked. */
  readonly now: number;
}

export type AnswerTo<Q extends Question> = Q extends ConfirmQuestion
  ? { readonly yes: boolean; readonly how: How }
  : Q extends ChoiceQuestion
    ? { readonly value: string; readonly how: How }
    : Q extends TakeOverQuestion
      ? { readonly yes: boolean }
      : { readonly go: boolean };
