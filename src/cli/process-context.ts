import { randomInt } from "node:crypto";
import { hostname, userInfo } from "node:os";
import type { Ids } from "../domain/ports.ts";
import { stateDir } from "../journal/state-dir.ts";
import { type Look, lookOf } from "../ui/text/style.ts";
import { type Given, textOf } from "./options.ts";

/** The process as the commands see it; tests hand in their own. */
export interface Context {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly ids: Ids;
  /** Aborts at the first Ctrl-C (reason 130) or SIGTERM (143). */
  readonly stop: AbortSignal;
}

export function isAttended({ stdin, stderr }: Context): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

export function look(context: Context): Look {
  return lookOf(context.stderr, context.env);
}

/** No vowels and no letters that look like digits: ids are read out over the telephone. */
const ID_LETTERS = "23456789bcdfghjkmnpqrstvwxz";

export const randomIds: Ids = {
  execution: () => Array.from({ length: 6 }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join(""),
};

export function stateDirOf(given: Given, { env }: Context): string {
  return stateDir(textOf(given, "state-dir"), env);
}

export function operatorOf(): { readonly operator: string; readonly host: string } {
  return { operator: userInfo().username, host: hostname() };
}
