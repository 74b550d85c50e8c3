import type { Plan } from "../../domain/plan.ts";
import type { Document } from "../../domain/runbook.ts";
import type { Target } from "../../domain/target.ts";

/** What to run, and where. */
export interface Order {
  readonly document: Document;
  /** Inputs as typed. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** How this command line gives an input, where it is not `--input name=…`. */
  readonly flagOf?: (name: string) => string;
  /** For people: the command line that gives this order. */
  readonly command: string;
  /** The plan that it has to come to, as it was made before. */
  readonly saved?: Plan;
  /** A world made for this order: its target, and leave to answer every question. */
  readonly rehearsal?: { readonly target: Target; readonly answersItself: boolean };
}
