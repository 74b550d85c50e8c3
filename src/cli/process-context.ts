import { randomInt } from "node:crypto";
import type { ExitCode } from "../domain/exit-codes.ts";
import type { Environment, Ids } from "../domain/ports.ts";
import { type DisplayOptions, displayOptionsOf } from "../ui/text/style.ts";
import type { OptionSpecs } from "./options.ts";

/** The process as the commands see it; tests pass their own. */
export interface ProcessContext extends Environment {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Runs another command in place of this one; errors are then reported as that one's. */
  enter(command: Runnable, options: Readonly<Record<string, unknown>>): Promise<ExitCode>;
}

/** A command, as far as it is run. */
interface Runnable {
  readonly name: string;
  readonly describe: string;
  readonly options: OptionSpecs;
  run(options: never, context: ProcessContext): Promise<ExitCode>;
}

export function isAttended({ stdin, stderr }: Pick<ProcessContext, "stdin" | "stderr">): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

/** A process before its command line is parsed: the options decide whether notes are printed. */
export type Process = Omit<ProcessContext, "note" | "enter">;

/** How to display prose for people, which goes to stderr. */
export function displayOptions({ stderr, env }: Pick<ProcessContext, "stderr" | "env">): DisplayOptions {
  return displayOptionsOf(stderr, env);
}

/** How to display the answer itself, which may go to a file. */
export function answerDisplayOptions({ stdout, env }: Pick<ProcessContext, "stdout" | "env">): DisplayOptions {
  return displayOptionsOf(stdout, env);
}

/** No vowels and no letters that look like digits: ids are read out over the telephone. */
const ID_LETTERS = "23456789bcdfghjkmnpqrstvwxz";

export const randomIds: Ids = {
  execution: () => Array.from({ length: 6 }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join(""),
};
