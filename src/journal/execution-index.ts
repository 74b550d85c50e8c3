import { createHash } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RecordedExecution } from "../domain/recorded-execution.ts";

/** A journal's file, as it was when it was read. Every write changes it, also one of another program. */
export interface FileState {
  readonly size: number;
  readonly inode: number;
  /** Epoch milliseconds: of the last change of the file or of its name. It cannot be set back. */
  readonly changedAt: number;
  readonly writtenAt: number;
}

export interface IndexEntry {
  readonly file: FileState;
  readonly recorded: RecordedExecution;
}

export type ExecutionIndex = ReadonlyMap<string, IndexEntry>;

/** A new meaning or a new member of RecordedExecution needs a new number. */
const INDEX_VERSION = 5;

const pathOf = (dir: string): string => join(dir, "index.json");

/**
 * What was read of the journals before, so that a list need not read them again. It is never the truth: an entry counts
 * only while its journal's file is as it was, and an index that is damaged or of another release counts as none.
 */
export async function readIndex(dir: string): Promise<ExecutionIndex> {
  const text = await readFile(pathOf(dir), "utf8").catch(() => "");
  const end = text.indexOf("\n");
  const body = text.slice(end + 1);
  if (text.slice(0, end) !== headerOf(body)) return new Map();
  return new Map(JSON.parse(body) as [string, IndexEntry][]);
}

/** Writes the whole index, or leaves the one that is there: without it a list is only slower. */
export async function writeIndex(dir: string, index: ExecutionIndex): Promise<void> {
  const draft = `${pathOf(dir)}.${process.pid}.part`;
  const body = JSON.stringify([...index]);
  try {
    await writeFile(draft, `${headerOf(body)}\n${body}`, { mode: 0o600, flag: "wx" });
    await rename(draft, pathOf(dir));
  } catch {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

const headerOf = (body: string): string =>
  `index of executions ${INDEX_VERSION} ${createHash("sha256").update(body).digest("hex")}`;

export const isSameFile = (a: FileState, b: FileState): boolean =>
  a.size === b.size && a.inode === b.inode && a.changedAt === b.changedAt;
