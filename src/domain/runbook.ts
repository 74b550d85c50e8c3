import type { Field, FieldValue } from "./field.ts";
import type { Risk } from "./operation.ts";
import type { StepClass } from "./silence.ts";

/** A documented procedure: inputs and an ordered list of steps; data, no logic. */
export interface Runbook {
  readonly schemaVersion: "1";
  readonly id: string;
  readonly title: string;
  /** Markdown: when to use it, when not to. */
  readonly description: string;
  readonly inputs: Readonly<Record<string, Field>>;
  /** Ids of the steps that say what came of an execution: the first one what was done, all of them what proves it. */
  readonly outcome?: readonly string[];
  /** The world in which it is rehearsed where nothing else is said. */
  readonly rehearsal?: RehearsalWorld;
  readonly steps: readonly Step[];
  /** Restoring steps. They run at every end, by default without an answer. */
  readonly finally: readonly Step[];
}

/** A scenario of the sandbox, and the inputs that fit it. */
export interface RehearsalWorld {
  readonly scenario: string;
  readonly inputs?: Readonly<Record<string, string | number | boolean>>;
}

export type Confirm = "none" | "prompt" | "typed";
export type OnFailure = "abort" | "ask" | "undo" | "continue";

export const CONFIRMS: readonly Confirm[] = ["none", "prompt", "typed"];
export const ON_FAILURES: readonly OnFailure[] = ["abort", "ask", "undo", "continue"];

/** One line of the procedure. */
export interface Step {
  readonly id: string;
  readonly title: string;
  readonly why?: string;
  readonly action: string;
  readonly with: Readonly<Record<string, Binding>>;
  /** Absent: the default that follows the risk (`confirmOf`). */
  readonly confirm?: Confirm;
  readonly risk?: Risk;
  /** What its question is about. Absent: the default that follows the risk and the place (`classOf`). */
  readonly class?: StepClass;
  /** `--ask gates` asks here too. */
  readonly gate?: boolean;
  readonly timeoutSeconds: number;
  readonly onFailure: OnFailure;
  /** Why the step is done although it has no undo. */
  readonly irreversible?: string;
  /** The step belongs to the procedure only where a choice input has one of these values. */
  readonly only?: { readonly input: string; readonly is: readonly string[] };
}

/** A literal value, or a whole-value reference that keeps its type. */
export type Binding =
  | { readonly kind: "value"; readonly value: FieldValue }
  | { readonly kind: "input"; readonly name: string }
  | { readonly kind: "output"; readonly step: string; readonly name: string }
  | { readonly kind: "target"; readonly name: TargetField };

export const TARGET_FIELDS = ["name", "account", "region", "cluster", "service", "database"] as const;
export type TargetField = (typeof TARGET_FIELDS)[number];

/** A runbook with the text it was read from; the journal keeps the text. */
export interface Document {
  readonly runbook: Runbook;
  readonly text: string;
  /** Shipped name or file path, as the operator knows it. */
  readonly source: string;
  readonly sha256: string;
}

export const DEFAULT_TIMEOUT_SECONDS = 900;

/** The default of `confirm` by risk: nothing for reads, a prompt for changes, typed text for destruction. */
export function confirmOf(confirm: Confirm | undefined, risk: Risk): Confirm {
  if (confirm !== undefined) return confirm;
  return ({ read: "none", change: "prompt", destructive: "typed" } as const)[risk];
}

/** The default of `class`: a restoring step puts back, a read looks, everything else changes something. */
export function classOf({ class: given }: Pick<Step, "class">, risk: Risk, isRestoring: boolean): StepClass {
  if (given !== undefined) return given;
  if (isRestoring) return "back";
  return risk === "read" ? "look" : "go";
}
