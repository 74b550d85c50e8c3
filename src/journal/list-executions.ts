import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { OpsError } from "../domain/error.ts";
import { type RecordedExecution, recordedExecution } from "../domain/recorded-execution.ts";
import { newestFirst } from "../domain/time.ts";
import type { UnreadJournal } from "../domain/unread-journal.ts";
import { atMost, MOST_OPEN } from "./at-most.ts";
import {
  type ExecutionIndex,
  type FileState,
  type IndexEntry,
  isSameFile,
  readIndex,
  writeIndex,
} from "./execution-index.ts";
import { loadJournal } from "./journal-file.ts";

/** An execution on record, and when its journal's file was last written (epoch milliseconds). */
export type ListedExecution = RecordedExecution & { readonly writtenAt: number };

/** What the folder has on record. */
export interface Listing {
  /** Newest first, by their own start. */
  readonly executions: readonly ListedExecution[];
  readonly unread: readonly UnreadJournal[];
  /** Files without a whole first record: their process died first, or is about to write it. */
  readonly unbegun: readonly UnbegunJournal[];
}

export interface UnbegunJournal {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly writtenAt: number;
}

/** A list that had to read fewer journals than this does not write the index again. */
const WORTH_AN_INDEX = 20;

/** Of all journals, in no order. */
export async function executionIds(dir: string): Promise<readonly string[]> {
  const names = await readdir(join(dir, "executions")).catch(() => [] as string[]);
  return names.filter((name) => name.endsWith(".jsonl")).map((name) => name.slice(0, -".jsonl".length));
}

/** All executions on record. Reads the journals that the index does not know as they are now. */
export async function listExecutions(dir: string): Promise<Listing> {
  const ids = await executionIds(dir);
  const known: ExecutionIndex = ids.length < WORTH_AN_INDEX ? new Map() : await readIndex(dir);
  const found = await atMost(MOST_OPEN, ids, (id) => readOne(dir, id, known.get(id)));
  const read = found.flatMap((each) => each ?? []);
  const entries = read.filter((each): each is IndexEntry => "recorded" in each);
  const fresh = entries.filter((entry) => known.get(entry.recorded.id) !== entry).length;
  if (fresh >= WORTH_AN_INDEX) await writeIndex(dir, new Map(entries.map((entry) => [entry.recorded.id, entry])));
  const executions = entries.map(({ recorded, file }) => ({ ...recorded, writtenAt: file.writtenAt }));
  executions.sort((a, b) => newestFirst(a.at, b.at));
  const unread = read.filter((each): each is UnreadJournal => "kind" in each);
  const unbegun = read.filter((each): each is UnbegunJournal => !("kind" in each) && !("recorded" in each));
  return { executions, unread, unbegun };
}

/**
 * The executions whose journals were written last, newest first: for what has to be there at once, however many there are.
 * Reads no more than `most` journals.
 */
export async function lastExecutions(dir: string, most: number): Promise<readonly ListedExecution[]> {
  const ids = await executionIds(dir);
  const files = await atMost(MOST_OPEN, ids, async (id) => ({
    id,
    writtenAt: (await stateOf(join(dir, "executions", `${id}.jsonl`)))?.writtenAt ?? 0,
  }));
  const last = files.sort((a, b) => b.writtenAt - a.writtenAt).slice(0, most);
  const known = await readIndex(dir);
  const read = await atMost(MOST_OPEN, last, ({ id }) => readOne(dir, id, known.get(id)));
  const found = read.flatMap((each) => (each !== undefined && "recorded" in each ? [each] : []));
  return found
    .map(({ recorded, file }) => ({ ...recorded, writtenAt: file.writtenAt }))
    .sort((a, b) => newestFirst(a.at, b.at));
}

async function readOne(
  dir: string,
  id: string,
  known: IndexEntry | undefined,
): Promise<IndexEntry | UnreadJournal | UnbegunJournal | undefined> {
  const file = await stateOf(join(dir, "executions", `${id}.jsonl`));
  if (file !== undefined && known !== undefined && isSameFile(known.file, file)) return known;
  try {
    const { execution } = await loadJournal(dir, id);
    return { file: file ?? UNKNOWN_FILE, recorded: recordedExecution(execution) };
  } catch (error) {
    if (error instanceof OpsError && error.detail.code === "execution-unrecorded" && file !== undefined)
      return { id, writtenAt: file.writtenAt };
    return unreadOf(id, error, file?.writtenAt);
  }
}

/** Equals the state of no file. */
const UNKNOWN_FILE: FileState = { size: -1, inode: -1, changedAt: -1, writtenAt: 0 };

/** Before its content is read: a record that is added in between makes the entry old, never wrong. */
async function stateOf(path: string): Promise<FileState | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found && { size: found.size, inode: found.ino, changedAt: found.ctimeMs, writtenAt: found.mtimeMs };
}

const KIND_OF: Readonly<Record<string, UnreadJournal["kind"]>> = {
  "journal-newer": "newer",
  "journal-unread": "unread",
};

/** Undefined where there is no journal: its file has just gone, has no record, or its name is none of an execution. */
function unreadOf(id: string, error: unknown, writtenAt: number | undefined): UnreadJournal | undefined {
  const { code = "", cause }: Partial<OpsError["detail"]> = error instanceof OpsError ? error.detail : {};
  if (code === "execution-unknown" || code === "execution-unrecorded") return undefined;
  const kind = KIND_OF[code] ?? "damaged";
  const reason = (cause as NodeJS.ErrnoException | undefined)?.code;
  return {
    id,
    kind,
    ...(writtenAt === undefined ? {} : { writtenAt }),
    ...(kind === "unread" && reason !== undefined ? { reason } : {}),
  };
}
