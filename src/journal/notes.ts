import { link as linkFile, readdir, rename, rm, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExecutionNoted } from "../domain/execution-note.ts";
import { redact } from "../domain/redact.ts";
import { sanitiseRecord } from "../domain/sanitise.ts";
import { followChain, toLine } from "./chain.ts";
import { readWhole } from "./read-whole.ts";
import { unwritable } from "./state-dir.ts";
import { syncFolder } from "./sync-folder.ts";

/** The notes of an execution, oldest first. */
export interface Notes {
  readonly notes: readonly ExecutionNoted[];
  /** Why they are not all as they were written, if they are not. */
  readonly broken?: string;
}

/**
 * Adds a note: `executions/ID.note.N`, chained as the records of a journal are. A file of its own, because a running
 * process extends the journal, and END names the checksum of an ended one. Of several writers each gets its own number.
 */
export async function addNote(dir: string, note: ExecutionNoted): Promise<void> {
  const files = await readFiles(dir, note.execution);
  const { line, link } = chained(
    files.map((file) => file.line),
    note,
  );
  const path = join(dir, "executions", `${note.execution}.note.${(files.at(-1)?.number ?? 0) + 1}`);
  const isNew = await create(path, `${line}\n`, link.sum).catch((error: Error) => {
    throw unwritable(path, error.message, error);
  });
  if (!isNew) return addNote(dir, note);
  await syncFolder(join(dir, "executions"));
}

const chained = (lines: readonly string[], note: ExecutionNoted) => toLine(redact(note), followChain(lines).end);

/** Pure: the lines, and one for the note behind them. */
export const appendNote = (lines: readonly string[], note: ExecutionNoted): readonly string[] => [
  ...lines,
  chained(lines, note).line,
];

/** The notes of an execution as they are written, oldest first. */
export async function noteLines(dir: string, execution: string): Promise<readonly string[]> {
  return (await readFiles(dir, execution)).map(({ line }) => line);
}

/** Writes these in place of all notes that are here. */
export async function replaceNotes(dir: string, execution: string, lines: readonly string[]): Promise<void> {
  const place = (number: number) => join(dir, "executions", `${execution}.note.${number}`);
  const before = await readFiles(dir, execution);
  for (const [index, line] of lines.entries()) {
    const draft = `${place(index + 1)}.draft-${process.pid}`;
    await writeFile(draft, `${line}\n`, { mode: 0o600, flush: true });
    await rename(draft, place(index + 1));
  }
  for (const { number } of before) if (number > lines.length) await rm(place(number), { force: true });
}

/** Links to a finished file: a note appears whole, or not at all. False if another writer has that number. */
async function create(path: string, text: string, sum: string): Promise<boolean> {
  const draft = `${path}.draft-${process.pid}-${sum}`;
  try {
    await writeFile(draft, text, { mode: 0o600, flush: true });
    await linkFile(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}

/** Empty where there are none. What can be read is shown, also where another one is damaged. */
export async function readNotes(dir: string, execution: string): Promise<Notes> {
  const lines = (await readFiles(dir, execution)).map(({ line }) => line);
  const read = lines.map(toNote);
  const isForeign = read.some((note) => note?.execution !== execution);
  const notes = read.filter((note) => note !== undefined).filter((note) => note.execution === execution);
  const why = followChain(lines).broken?.why ?? (isForeign ? "one is no note of this execution" : undefined);
  return { notes, ...(why !== undefined && { broken: why }) };
}

interface NoteFile {
  readonly number: number;
  /** Empty where the file cannot be read. */
  readonly line: string;
}

async function readFiles(dir: string, execution: string): Promise<readonly NoteFile[]> {
  const names = await readdir(join(dir, "executions")).catch(() => [] as string[]);
  const numbers = names.flatMap((name) => {
    const number = name.startsWith(`${execution}.note.`) ? name.slice(execution.length + ".note.".length) : "";
    return /^[1-9]\d{0,5}$/.test(number) ? [Number(number)] : [];
  });
  const read = async (number: number): Promise<NoteFile> => {
    const bytes = await readWhole(join(dir, "executions", `${execution}.note.${number}`)).catch(() => undefined);
    return { number, line: bytes?.toString("utf8").trimEnd() ?? "" };
  };
  return Promise.all(numbers.sort((a, b) => a - b).map(read));
}

/** Undefined where a line is no sealed note. */
export function toNote(line: string): ExecutionNoted | undefined {
  const record = parsed(line) as (ExecutionNoted & { readonly sum?: unknown }) | undefined;
  if (record?.type !== "execution.noted" || typeof record.sum !== "string") return undefined;
  const { type, at, execution, text, operator, host } = record;
  const texts = [at, execution, text, operator, host];
  if (!texts.every((each) => typeof each === "string") || Number.isNaN(Date.parse(at))) return undefined;
  return sanitiseRecord({ type, at, execution, text, operator, host });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Removes the notes of an execution, whose journal is gone. */
export async function removeNotes(dir: string, execution: string): Promise<void> {
  const names = await readdir(join(dir, "executions"));
  const own = names.filter((name) => name.startsWith(`${execution}.note.`));
  await Promise.all(own.map((name) => rm(join(dir, "executions", name), { force: true })));
}
