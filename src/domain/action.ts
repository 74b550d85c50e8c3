import type { EarlyRead } from "./aws/early-reads.ts";
import type { Deed } from "./deed.ts";
import type { ExitCode } from "./exit-codes.ts";
import type { AnyValues, Fields, Values } from "./field.ts";
import type { JsonObject } from "./json.ts";
import type { Series } from "./kept-series.ts";
import type { Change, Finding, Operation, Receipt, Risk, Undo } from "./operation.ts";
import type { PlanFact } from "./plan.ts";
import type { ChoiceQuestion, Clock } from "./ports.ts";
import type { Target } from "./target.ts";
import type { UnfinishedKind } from "./unfinished.ts";

/**
 * The typed code behind a step. It never performs its change: `plan` returns an Operation, and the engine sends it.
 * `World` is what the reads of one family of actions need; the engine only passes it on.
 */
export interface Action<World, I extends Fields = Fields, O = unknown> {
  /** `<service>.<verb>`, as written in a runbook. */
  readonly name: string;
  /** Its former name. Runbooks and journals that use it can still be read. */
  readonly formerly?: string;
  /** One line for the authors of runbooks. */
  readonly summary: string;
  readonly risk: Risk;
  /** The requests that it may propose, its undo's among them, as `ecs:UpdateService`. Absent: it only reads. */
  readonly requests?: readonly string[];
  /** Its change continues without us and must not be disturbed. While its outcome is open, nothing is put back. */
  readonly mustNotBeDisturbed?: true;
  /** What kind of change is left where a run made it for itself and does not put it back. */
  leaves?(change: Change): UnfinishedKind;
  /** Codes of findings that block another step's undo and that this undo clears, e.g. by suspending scaling again. */
  readonly undoUnblocks?: readonly string[];
  /** Its change helps in an incident. A refused runbook of such changes alone prints the lines for the AWS CLI. */
  readonly isRescue?: true;
  /** Without this input it chooses another revision than the one in service: who sends it deploys an earlier release. */
  readonly choosesEarlierUnless?: string;
  /** It has no undo. A runbook that uses it must say why that is acceptable. */
  readonly irreversible?: true;
  /** It also checks an undo of the execution: its `earlierAttempts` are then the undos that were sent. It only reads. */
  readonly checksUndo?: true;
  /** False where the target has nothing that the step is about: then the step is no part of the procedure. */
  isPart?(services: World): boolean;
  /** Commands to suggest once it has sent something and all went well, instead of `undo`. */
  readonly afterwards?: readonly string[];
  /** Minimum durations. A shorter step timeout would report a healthy step as failed. */
  readonly minimumDurations?: readonly MinimumDuration[];
  /** An input that is a duration: with fewer seconds the step ends without a proof, however well all goes. */
  readonly leastToProve?: { readonly input: string; readonly seconds: number; readonly why: string };
  /** The input that says when its wait ends: no time limit of the step does. */
  readonly endsBy?: string;
  /** About how many seconds its wait takes, by what is documented or observed. Undefined: not known beforehand. `now`: epoch ms. */
  usualSeconds?(known: Partial<Values<I>>, now: number): number | undefined;
  /** Time (ms) until reads show what it has sent, where that takes longer than the engine waits for any request. */
  readonly shownAfterMs?: number;
  /** The output that says when the window of the whole run ends. */
  readonly closes?: string;
  readonly inputs: I;
  readonly outputs: Fields;
  /**
   * What `observe` will read whatever earlier steps give: a plan begins these reads before its first step. Pure function
   * of the inputs that are known then. Only such reads that would else wait for an earlier step.
   */
  early?(given: Partial<Values<I>>): readonly EarlyRead[];
  /** Reads only. */
  observe(inputs: Values<I>, context: ReadContext<World>): Promise<Observed<O>>;
  /** Pure function of the inputs, the observation and the operator's answers. */
  plan(inputs: Values<I>, observation: O, answers: Answers): StepPlan;
  /** Present where the inputs alone determine the text of a typed confirmation, before the step is planned. */
  readonly consequence?: Consequence<I>;
  /** Before 0.3 it asked with a plain y: without a terminal `--yes` still answers it, with a warning. */
  readonly promptedBefore?: true;
  /**
   * The replaced value, which `--expect-current` must name. It is known before the step can be planned. Reads only;
   * `known` lacks what an earlier step has not given yet. Absent: it replaces nothing that operators know by name.
   */
  replaces?(known: Partial<Values<I>>, context: ReadContext<World>): Promise<Replaced | undefined>;
  /** Reads until the verdict is true or false, or time runs out. Absent: nothing to prove. */
  verify?(inputs: Values<I>, attempt: Attempt, context: VerifyContext<World>): Promise<Verdict>;
  /**
   * A refusal that changed nothing and only says that the resource is busy. `wait` reads until it takes requests again,
   * and then the same request may be sent once more; false if that took too long. Throws when `signal` aborts.
   */
  readonly busy?: {
    readonly refusal: RegExp;
    wait(inputs: Values<I>, context: ReadContext<World>, signal: AbortSignal): Promise<boolean>;
  };
  /** What leaving its wait does, where that is more than to stop watching: a sentence without its full stop. */
  readonly leaving?: string;
  /** Reads, on resume: did the request of this attempt take effect? Required where `plan` may propose an Operation. */
  probe?(inputs: Values<I>, attempt: Attempt, context: ReadContext<World>): Promise<Probe>;
}

export interface MinimumDuration {
  readonly seconds: number;
  readonly why: string;
  /** Applies only where the step sets these inputs to these literal values. */
  readonly where?: Readonly<Record<string, string>>;
}

export interface Consequence<I extends Fields = Fields> {
  /** The inputs that the text uses. */
  readonly of: readonly (keyof I & string)[];
  /** Pure. Called once each of these inputs is known, or known to be left out. `replaced`: what the step replaces. */
  text(inputs: Values<I>, replaced?: Replaced): string;
  /** The task definition that the text shortens. */
  name?(inputs: Values<I>): string;
}

/** Answers to an action's questions, by question id. */
export type Answers = Readonly<Record<string, string>>;

export interface ReadContext<World> {
  readonly services: World;
  readonly target: Target;
  readonly clock: Clock;
  /** The step is observed in order to undo it, not to do it. */
  readonly isUndo?: true;
  /** Each read is made once: who waits would see the same again. */
  readonly isSnapshot?: true;
  /** The nearest earlier step whose Operation has not been sent yet. Reads show the state before it. */
  readonly pendingStep?: string;
  /** What a notice says of the execution so far. */
  readonly report?: Report;
}

/** Where an execution acts, and what it has done: `Migrated vulcan-prod to 8: 3/3 healthy`, once it has. */
export interface Report {
  readonly identity: string;
  readonly outcome?: string;
}

export type Observed<O> =
  | { readonly kind: "observed"; readonly value: O }
  | { readonly kind: "deferred"; readonly until: string };

export interface StepPlan {
  /** One line: what this step does to what, e.g. `vulcan-prod: 43 → 42`. */
  readonly summary: string;
  /** What the question says. Absent: the step's title says it. */
  readonly deed?: Deed;
  /** What the whole run does, where this step knows it: `roll back 1.43.0 (:43) → 1.42.0 (:42)`. */
  readonly goal?: string;
  /** What the operator has to know of the whole run before the first question. */
  readonly facts?: readonly PlanFact[];
  readonly changes: readonly Change[];
  readonly findings: readonly Finding[];
  /** Values for later steps: read, or predicted where an Operation is proposed. */
  readonly outputs: AnyValues;
  readonly proposal?: Proposal;
  /**
   * What a step without an Operation waits for, in words. A value that is as wanted is no proof: the real state may lag
   * behind it. `verify` then waits, with an attempt that has no Operation.
   */
  readonly waitsFor?: string;
  /** Must be answered before the plan is complete. */
  readonly question?: ChoiceQuestion;
}

/** The one request of a step, with its undo, its basis and its texts. */
export interface Proposal {
  readonly operation: Operation;
  readonly undo: Undo;
  /** State that must not have changed at the moment of sending. A different basis means that the plan is stale. */
  readonly basis: JsonObject;
  /** The text a typed confirmation names, e.g. `42`. */
  readonly consequence: string;
  /** The task definition that `consequence` shortens. */
  readonly consequenceName?: string;
  /** The value that is replaced, as an operator would write it; compared with `--expect-current`. */
  readonly current?: string;
  /** The task definition that `current` shortens. */
  readonly currentName?: string;
}

/** What a step replaces, as an operator would write it, and the task definition that this shortens. */
export interface Replaced {
  readonly text: string;
  readonly name?: string;
}

/** One try at sending: what was confirmed, and what came back. */
export interface Attempt {
  /** RFC 3339; undefined where the step sends nothing. */
  readonly confirmedAt?: string;
  /**
   * RFC 3339, by the clock here: it was sent before. Where another machine recorded it, `confirmedAt` is by that one's
   * clock, which may be behind. Absent: by `confirmedAt`.
   */
  readonly sentBefore?: string;
  /** Idempotency key for AWS and for a container: a repeated request does not take effect twice. With `confirmedAt`. */
  readonly key?: string;
  readonly operation?: Operation;
  readonly basis?: JsonObject;
  readonly receipt?: Receipt;
  readonly outputs: AnyValues;
}

export interface VerifyContext<World> extends ReadContext<World> {
  /** Epoch ms of the clock. */
  readonly deadline: number;
  /** About how many seconds the wait takes: as measured on this target, else as documented. */
  readonly usualSeconds?: number;
  readonly signal: AbortSignal;
  /** The attempts that this execution has confirmed so far, in that order. Anything older was not caused by it. */
  readonly earlierAttempts?: readonly Attempt[];
  /** Reports progress to the operator; `text` may have several lines. */
  progress(text: string, data?: JsonObject): void;
}

export interface Failure {
  /** Stable identifier, e.g. `breaker-rollback`. */
  readonly reason: string;
  readonly text: string;
  readonly evidence: readonly string[];
  /** Commands to choose from. */
  readonly next: readonly string[];
  /** What was measured by the minute. */
  readonly series?: readonly Series[];
}

export type Verdict =
  /**
   * `proof`: what it proves, in a few words for the outcome, e.g. `3/3 healthy`.
   * `missed`: what the outcome says in place of the deed, which was not done, or perhaps not; the run continues.
   */
  | {
      readonly kind: "true";
      readonly text: string;
      readonly proof?: string;
      readonly missed?: string;
      /** What was measured by the minute. */
      readonly series?: readonly Series[];
      readonly outputs?: AnyValues;
    }
  /** `exitCode`: the exit code of the process, where it says more than "failed". */
  | { readonly kind: "false"; readonly failure: Failure; readonly exitCode?: ExitCode }
  | Unproven
  /** Time ran out while the change continues: the outcome is not known. */
  | { readonly kind: "open"; readonly failure: Failure };

/**
 * A proof that was set up and could not be given: neither true nor false. A proof that was not wanted is never
 * `unproven`. The execution does not end well with it, whatever follows. `onward`:
 * `stop`: the next steps need the proof; only an operator can continue without it.
 * `again`: the next steps make things safer and are done; `resume` tries the proof again.
 * `passed`: the next steps are done; this step has taken effect and is not done again.
 */
export interface Unproven {
  readonly kind: "unproven";
  readonly onward: "stop" | "again" | "passed";
  readonly failure: Failure;
  /** Outputs of the step, where the execution continues after it. */
  readonly outputs?: AnyValues;
  /** With `passed`: the exit code of the process, where it says more than "failed". */
  readonly exitCode?: ExitCode;
}

export interface Probe {
  readonly kind: "done" | "inProgress" | "notDone" | "unknown";
  /** What was seen, in words. */
  readonly evidence: string;
}

/** Keeps the precise types where an action is defined; the registry holds every action as the same type. */
export function defineAction<World, I extends Fields, O>(action: Action<World, I, O>): Action<World> {
  return action as unknown as Action<World>;
}

export type Registry<World> = Readonly<Record<string, Action<World>>>;
