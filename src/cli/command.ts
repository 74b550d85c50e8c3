import type { ExitCode } from "../domain/exit-codes.ts";
import type { Given } from "./options.ts";
import type { Context } from "./process-context.ts";

/** One option of a command; yargs is told this and nothing else. */
export interface Flag {
  readonly type: "string" | "boolean" | "array";
  readonly describe: string;
  readonly choices?: readonly string[];
  readonly alias?: string;
}

export type Flags = Readonly<Record<string, Flag>>;

/**
 * One command = one file of this shape. The command line is parsed without running, and `run` needs no command line.
 */
export interface Command {
  /** Name and positionals as yargs writes them: `show <id>`. */
  readonly usage: string;
  readonly describe: string;
  readonly flags: Flags;
  readonly examples?: readonly (readonly [string, string])[];
  run(given: Given, context: Context): Promise<ExitCode>;
}
