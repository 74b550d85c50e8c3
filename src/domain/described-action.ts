import type { Risk } from "./operation.ts";

/** One input or output of an action. */
export interface DescribedField {
  readonly name: string;
  readonly type: string;
  /** An input that must be given; an output that is always there. */
  readonly required: boolean;
  /** What fits, for people. */
  readonly fits: string;
  readonly description: string;
}

/** What the author of a runbook has to know of an action. */
export interface DescribedAction {
  readonly name: string;
  readonly formerly?: string;
  readonly summary: string;
  readonly risk: Risk;
  readonly inputs: readonly DescribedField[];
  readonly outputs: readonly DescribedField[];
  /** As `ecs:UpdateService`; empty where it only reads. */
  readonly requests: readonly string[];
  /** Statements of the policy that these need, by Sid. */
  readonly statements: readonly string[];
  readonly undo: "nothing-to-undo" | "undo" | "irreversible";
  /** The least time limit (seconds) of a step, and where not always: by which inputs. */
  readonly durations: readonly { readonly seconds: number; readonly why: string; readonly where: string }[];
  /** A step of a shipped runbook, or where none has the action the least step, as YAML. */
  readonly example: string;
}
