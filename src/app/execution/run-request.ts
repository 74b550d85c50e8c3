import type { Plan } from "../../domain/plan.ts";
import type { Document } from "../../domain/runbook.ts";
import type { Target } from "../../domain/target.ts";

/** What to run. */
export interface RunRequest {
  readonly document: Document;
  /** Inputs as typed. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** For an input that does not fit: the command line that would give a good one, where it is not `--input name=…`. */
  readonly exampleOf?: ((input: string) => string) | undefined;
  /** For people: the command line that asks for this. */
  readonly command: string;
  /** The plan that it has to come to, as it was made before. */
  readonly saved?: Plan | undefined;
  /** The target of a world made for this run, in place of the configuration's. */
  readonly pinned?: Target | undefined;
}
