import type { SharedLog } from "../../domain/shared-log.ts";
import { isOvertaken } from "../../domain/shared-log-errors.ts";
import { appendNote, noteLines, replaceNotes, toNote } from "../notes.ts";
import { put } from "./put-record.ts";

/** Notes are a log of their own: a running process extends the journal, and END names the checksum of an ended one. */
const logOf = (execution: string): string => `${execution}.notes`;

/** Of several machines that add notes at the same time, each wins a place in turn. */
const MOST_TRIES = 5;

/** Brings the notes of an execution here and in the shared log up to each other. Throws where the log does not answer. */
export async function syncNotes(dir: string, execution: string, log: SharedLog): Promise<void> {
  for (let tried = 1; ; tried++) {
    const there = (await log.read(logOf(execution), 1)).map(({ line }) => line);
    const here = await withOwn(dir, execution, there);
    const failure = await pushed(log, execution, here, there.length);
    if (failure === undefined) return;
    if (!isOvertaken(failure) || tried === MOST_TRIES) throw failure;
  }
}

/** The log's notes, and then those that only this machine has: they are chained anew behind the others. */
async function withOwn(dir: string, execution: string, there: readonly string[]): Promise<readonly string[]> {
  const here = await noteLines(dir, execution);
  if (there.every((line, index) => line === here[index])) return here;
  const known = new Set(there.map(keyOf));
  const own = here.flatMap((line) => (known.has(keyOf(line)) ? [] : (toNote(line) ?? [])));
  const all = own.reduce(appendNote, there);
  await replaceNotes(dir, execution, all);
  return all;
}

/** What makes it the same note, wherever it stands. */
function keyOf(line: string): string {
  const { at, operator, host, text } = toNote(line) ?? {};
  return JSON.stringify([at, operator, host, text]);
}

async function pushed(log: SharedLog, execution: string, lines: readonly string[], from: number) {
  for (const [index, line] of lines.entries()) {
    if (index < from) continue;
    const record = { execution: logOf(execution), n: index + 1, line, writer: "notes" };
    const failure = await put(log, record).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure !== undefined) return failure;
  }
  return undefined;
}
