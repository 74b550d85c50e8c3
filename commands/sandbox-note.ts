import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { usageError } from "../src/domain/error.ts";
import { openStateDir } from "../src/journal/state-dir.ts";
import { type Context, stateDirOf } from "./context.ts";
import type { Given } from "./given.ts";

/** What a running sandbox leaves behind for the commands that follow. */
export interface Note {
  readonly pid: number;
  readonly endpoint: string;
  readonly loadBalancer: string;
  readonly scenario: string;
  readonly env: Readonly<Record<string, string>>;
}

export async function roomOf(given: Given, context: Context): Promise<string> {
  const room = join(await openStateDir(stateDirOf(given, context)), "sandbox");
  mkdirSync(room, { recursive: true, mode: 0o700 });
  return room;
}

/** Asks the running sandbox at its control port; it opens to whoever knows its access key. */
export async function ask(note: Note, what: string, body?: object): Promise<unknown> {
  const [method = "GET", name = ""] = what.split(" ");
  const response = await fetch(`${note.endpoint}/_sandbox/${name}`, {
    method,
    headers: { "x-sandbox-key": note.env.AWS_ACCESS_KEY_ID ?? "" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as { readonly error?: string };
  if (!response.ok) throw usageError("sandbox-refused", `the sandbox says: ${answer.error ?? response.status}`);
  return answer;
}

export function readNote(room: string): Note | undefined {
  try {
    const note = JSON.parse(readFileSync(join(room, "note.json"), "utf8")) as Note;
    process.kill(note.pid, 0);
    return note;
  } catch {
    return undefined;
  }
}

/** The running sandbox, or exit 6. */
export function needNote(room: string): Note {
  const note = readNote(room);
  if (note !== undefined) return note;
  throw usageError("sandbox-absent", "no sandbox is running", ["vulcan-ops sandbox start"]);
}
