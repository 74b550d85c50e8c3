import type { Deed } from "./deed.ts";
import type { AnyValues, FieldValue } from "./field.ts";
import type { JsonObject } from "./json.ts";
import type { Change, Finding, Operation, Risk, Undo } from "./operation.ts";
import type { Confirm } from "./runbook.ts";
import type { StepClass } from "./silence.ts";
import type { Caller, Target } from "./target.ts";

/** Doing a step, or undoing it. */
export type Phase = "do" | "undo";

/**
 * How a question was answered; journalled. `countdown`: it counted down, and no key held it. `silence`: no answer came
 * in time. `approval`: that of the fleet whose plan it is. An earlier release does not know these three, and says that a
 * newer one wrote the journal.
 */
export type ConfirmedBy = "prompt" | "typed" | "flag" | "sandbox" | "none" | "countdown" | "silence" | "approval";

/** Where an input of a planned step comes from. */
export type Origin = "given" | "read" | "predicted" | "pending";

export interface PlannedValue {
  /** Absent while `pending`. */
  readonly value?: FieldValue;
  readonly origin: Origin;
  /** The step that gives it. */
  readonly step?: string;
}

/**
 * `ready`: planned from a real observation. `deferred`: known after step `until`. `unchanged`: nothing to change.
 * `left-out`: the runbook's `only` excludes it.
 */
export type Readiness = "ready" | "deferred" | "unchanged" | "left-out";

/** What a step asks. `countdown`: it continues by itself after a few seconds, unless a key holds it. */
export type QuestionKind = Confirm | "countdown";

/** Long enough to read one line, short enough while capacity is missing. */
export const COUNTDOWN_SECONDS = 5;

/** Something that is true of the whole run, with its label: `Schema`, `8 stays`. */
export interface PlanFact {
  readonly label: string;
  /** Empty: the fact is its moments by the reader's clock, and has no row in UTC. */
  readonly text: string;
  /** The moments that the text names in UTC, RFC 3339: a screen adds them in its reader's zone. */
  readonly at?: readonly string[];
}

/** A step, observed and planned: everything a screen, a pipeline or the sender needs. */
export interface PlannedStep {
  readonly id: string;
  readonly title: string;
  readonly why?: string;
  readonly action: string;
  readonly risk: Risk;
  /** What the step asks. The plan shows it, the check of the flags counts it, and the engine follows it. */
  readonly confirm: QuestionKind;
  /** What its question is about; absent where it asks nothing. */
  readonly class?: StepClass;
  readonly readiness: Readiness;
  readonly until?: string;
  readonly summary: string;
  /** What its question says. Absent: its title says it. */
  readonly deed?: Deed;
  /** `--yes` still answers its typed confirmation, with a warning. */
  readonly promptedBefore?: true;
  /** What the whole run does, in one clause. A plan begins with that of the first step that has one. */
  readonly goal?: string;
  /** What the operator has to know of the whole run before the first question. */
  readonly facts?: readonly PlanFact[];
  readonly inputs: Readonly<Record<string, PlannedValue>>;
  readonly changes: readonly Change[];
  readonly findings: readonly Finding[];
  readonly outputs: AnyValues;
  readonly waitsFor?: string;
  /** About how many seconds its wait takes, by what is documented or observed. */
  readonly usualSeconds?: number;
  readonly operation: Operation | null;
  readonly undo: Undo | null;
  readonly basis?: JsonObject;
  /** The text that a typed confirmation names. For a deferred step, present where its action already knows it. */
  readonly consequence?: string;
  readonly current?: string;
  /** The task definitions that `consequence` and `current` shorten. */
  readonly consequenceName?: string;
  readonly currentName?: string;
  /** The same request as a line for the AWS CLI. */
  readonly awsCli: string | null;
}

/** The runbook with every step observed and planned; a serialisable value. */
export interface Plan {
  readonly schemaVersion: 1;
  readonly runbook: { readonly id: string; readonly title: string; readonly source: string; readonly sha256: string };
  readonly target: Target;
  readonly caller: Caller;
  /** Where requests go, if not to AWS. */
  readonly elsewhere?: string;
  readonly at: string;
  readonly inputs: AnyValues;
  readonly steps: readonly PlannedStep[];
  readonly finally: readonly PlannedStep[];
}

/** Findings that make the step impossible or certainly harmful. */
export function blocks(step: PlannedStep): readonly Finding[] {
  return step.findings.filter((finding) => finding.level === "block");
}

/** What to type where steps are blocked: what each finding names, once. */
export const nextOfBlocks = (steps: readonly PlannedStep[]): readonly string[] => [
  ...new Set(steps.flatMap(blocks).flatMap(({ next = [] }) => next)),
];

/** A text that a confirmation names, and the task definition that it shortens. */
export interface AskedText {
  readonly text: string;
  readonly name?: string;
}

/** The texts that steps would ask for, or have asked for, which ask nothing any more. */
export interface SettledTexts {
  readonly texts: readonly AskedText[];
  /** False where a step's own text is not known. */
  readonly areAll: boolean;
}

/** The first write that replaces a value. The engine compares that value with `--expect-current`. */
export function firstReplacing(ahead: readonly PlannedStep[]): PlannedStep | undefined {
  return ahead.find(
    ({ operation, readiness, current }) => current !== undefined && (operation !== null || readiness === "deferred"),
  );
}

export function hasChanges(plan: Plan): boolean {
  return plan.steps.some((step) => step.operation !== null);
}
