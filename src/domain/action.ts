import type { ExitCode } from "./exit-codes.ts";
import type { AnyValues, Fields, Values } from "./field.ts";
import type { JsonObject } from "./json.ts";
import type { Change, Finding, Operation, Receipt, Risk, Undo } from "./operation.ts";
import type { ChoiceQuestion, Clock } from "./ports.ts";
import type { Target } from "./target.ts";

/**
 * The typed code behind a step. It never performs its change: `plan` returns an Operation, and the engine sends it.
 * `World` is what the reads of one family of actions need; the engine passes it on without looking.
 */
export interface Action<World, I extends Fields = Fields, O = unknown> {
  /** `<service>.<verb>`, as written in a runbook. */
  readonly name: string;
  /** One line for the authors of runbooks. */
  readonly summary: string;
  readonly risk: Risk;
  /** Goes on without us and must not be disturbed: while its outcome is open, nothing is put back. */
  readonly keepsHold?: true;
  /** Codes of the findings that block others, and that its undo clears away: what it let go is held again, for instance. */
  readonly clears?: readonly string[];
  /** There is no undo of it: a runbook that uses it has to say why that is borne. */
  readonly irreversible?: true;
  /** Commands that are worth typing once it has sent something and all went well: better than to undo it. */
  readonly afterwards?: readonly string[];
  /** What it takes at the very least: a step that gives up before would call failed what goes well. */
  readonly takes?: readonly Taking[];
  readonly inputs: I;
  readonly outputs: Fields;
  /** Reads only. */
  observe(inputs: Values<I>, looking: Looking<World>): Promise<Observed<O>>;
  /** Pure: of the inputs, the observation and the operator's answers. */
  plan(inputs: Values<I>, observation: O, answers: Answers): StepPlan;
  /** Where the inputs alone tell the text that a typed confirmation names: it is known before the step is planned. */
  readonly consequence?: Consequence<I>;
  /**
   * The value that is replaced, which `--expect-current` has to name: known before the step can be planned. Reads only;
   * `known` lacks what an earlier step has not given yet. Absent: it replaces nothing that has a name for people.
   */
  replaces?(known: Partial<Values<I>>, looking: Looking<World>): Promise<string | undefined>;
  /** Reads until it is true, false or out of time. Absent: nothing to prove. */
  verify?(inputs: Values<I>, attempt: Attempt, waiting: Waiting<World>): Promise<Verdict>;
  /** Reads, on resume: did the request of this attempt take effect? Required where `plan` may propose an Operation. */
  probe?(inputs: Values<I>, attempt: Attempt, looking: Looking<World>): Promise<Probe>;
}

export interface Taking {
  readonly seconds: number;
  readonly why: string;
  /** Only where these inputs are written down like this. */
  readonly where?: Readonly<Record<string, string>>;
}

export interface Consequence<I extends Fields = Fields> {
  /** The inputs that the text is made of. */
  readonly of: readonly (keyof I & string)[];
  /** Pure; asked once each of these is known, or known to be left out. */
  text(inputs: Values<I>): string;
}

/** Answers to an action's questions, by question id. */
export type Answers = Readonly<Record<string, string>>;

export interface Looking<World> {
  readonly world: World;
  readonly target: Target;
  readonly clock: Clock;
  /** The step is looked at to take back what it has done, not to do it. */
  readonly takesBack?: true;
  /** The nearest earlier step whose Operation has not been sent yet: what is read now is the world before it. */
  readonly ahead?: string;
}

export type Observed<O> =
  | { readonly kind: "observed"; readonly value: O }
  | { readonly kind: "deferred"; readonly until: string };

export interface StepPlan {
  /** One line: what this step does to what, e.g. `vulcan-prod: 43 → 42`. */
  readonly summary: string;
  readonly changes: readonly Change[];
  readonly findings: readonly Finding[];
  /** Values for later steps: read, or predicted where an Operation is proposed. */
  readonly outputs: AnyValues;
  readonly proposal?: Proposal;
  /**
   * What a step without an Operation waits for, in words. A value that is as wanted is no proof: where the world may not
   * be there yet, `verify` waits for it, with an attempt that has no Operation.
   */
  readonly waitsFor?: string;
  /** Has to be answered before the plan is complete. */
  readonly question?: ChoiceQuestion;
}

/** The one request of a step, with all that surrounds it. */
export interface Proposal {
  readonly operation: Operation;
  readonly undo: Undo;
  /** What has to be still so at the moment of sending; another basis means the plan is stale. */
  readonly basis: JsonObject;
  /** The text a typed confirmation names, e.g. `42`. */
  readonly consequence: string;
  /** The value that is replaced, as an operator would write it; compared with `--expect-current`. */
  readonly current?: string;
}

/** One try at sending: what was confirmed, and what came back. */
export interface Attempt {
  /** RFC 3339; undefined where the step sends nothing. */
  readonly confirmedAt?: string;
  /** Names this attempt to AWS and in a container, so that no repetition of it takes effect twice; with `confirmedAt`. */
  readonly key?: string;
  readonly operation?: Operation;
  readonly basis?: JsonObject;
  readonly receipt?: Receipt;
  readonly outputs: AnyValues;
}

export interface Waiting<World> extends Looking<World> {
  /** Epoch ms of the clock. */
  readonly deadline: number;
  readonly signal: AbortSignal;
  /** What this execution has confirmed to be sent so far, in that order: what is older was not brought by it. */
  readonly earlier?: readonly Attempt[];
  /** Tells the operator where things are; `text` may have several lines. */
  progress(text: string, data?: JsonObject): void;
}

export interface Failure {
  /** Stable identifier, e.g. `breaker-rollback`. */
  readonly reason: string;
  readonly text: string;
  readonly evidence: readonly string[];
  /** Commands to choose from. */
  readonly next: readonly string[];
}

export type Verdict =
  | { readonly kind: "true"; readonly text: string; readonly outputs?: AnyValues }
  /** `exitCode`: what the process ends with where that says more than "failed". */
  | { readonly kind: "false"; readonly failure: Failure; readonly exitCode?: ExitCode }
  | Unproven
  /** Out of time with the change still going on: the outcome is not known. */
  | { readonly kind: "open"; readonly failure: Failure };

/**
 * A proof that was set up and could not be given: neither true nor false, and never a proof that was not wanted. The
 * execution does not end well with it, whatever follows. `onward`:
 * `stop`: what follows needs it; only an operator goes on without it.
 * `again`: what follows makes things safer, and is done; `resume` tries the proof again.
 * `passed`: what follows is done, and the step, which has taken effect, is not done again.
 */
export interface Unproven {
  readonly kind: "unproven";
  readonly onward: "stop" | "again" | "passed";
  readonly failure: Failure;
  /** Of the step, where it is gone on from. */
  readonly outputs?: AnyValues;
}

export interface Probe {
  readonly kind: "done" | "inProgress" | "notDone" | "unknown";
  /** What was seen, in words. */
  readonly evidence: string;
}

/** Gives an action its precise types while the registry holds it as any other. */
export function defineAction<World, I extends Fields, O>(action: Action<World, I, O>): Action<World> {
  return action as unknown as Action<World>;
}

export type Registry<World> = Readonly<Record<string, Action<World>>>;
