import { randomInt } from "node:crypto";
import type { Environment, Ids } from "../domain/ports.ts";
import { type Look, lookOf } from "../ui/text/style.ts";

/** The process as the commands see it; tests hand in their own. */
export interface ProcessContext extends Environment {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

export function isAttended({ stdin, stderr }: Pick<ProcessContext, "stdin" | "stderr">): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

/** A process before its command line is read: whether people can be told anything depends on the options. */
export type Process = Omit<ProcessContext, "note">;

/** How to write for the people who read the prose. */
export function displayOptions({ stderr, env }: Pick<ProcessContext, "stderr" | "env">): Look {
  return lookOf(stderr, env);
}

/** How to write the answer itself, which may go to a file. */
export function answerDisplayOptions({ stdout, env }: Pick<ProcessContext, "stdout" | "env">): Look {
  return lookOf(stdout, env);
}

/** No vowels and no letters that look like digits: ids are read out over the telephone. */
const ID_LETTERS = "23456789bcdfghjkmnpqrstvwxz";

export const randomIds: Ids = {
  execution: () => Array.from({ length: 6 }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join(""),
};
