import { constants } from "node:fs";
import { type FileHandle, open, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { commandLine } from "../domain/command-line.ts";
import { OpsError, usageError } from "../domain/error.ts";
import { isExecutionId } from "../domain/execution.ts";
import type { Journal } from "../domain/ports.ts";
import { BEGINNING, headOf, type Link, toLine } from "./chain.ts";
import { findLocks, holds } from "./lock-file.ts";
import { removeNotes } from "./notes.ts";
import { type Loaded, parseJournal, parseRecords, type Records, unreadable } from "./parse-journal.ts";
import { readWhole } from "./read-whole.ts";
import { redactEvent } from "./redact-event.ts";
import { type Room, reserveRoom } from "./room.ts";
import { unwritable } from "./state-dir.ts";
import { syncFolder } from "./sync-folder.ts";

/** A journal on the disk, one event per line. Each event is on the disk before `append` returns. */
export interface JournalFile extends Journal {
  readonly path: string;
  /** Its last record. */
  end(): Link;
  /** Writes a record that is already a line. */
  appendLine(line: string, link: Link): Promise<void>;
  close(): Promise<void>;
}

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY, O_RDWR } = constants;

/**
 * A new execution's journal, for the process that holds its target. Refuses (exit 6) if it cannot be written. A file
 * without a whole record, which a process left that died first, is begun anew.
 */
export async function createJournal(dir: string, id: string): Promise<JournalFile> {
  const path = pathOf(dir, id);
  return guarded(path, async () => {
    const create = () => open(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    const file = await create().catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST" || (await readWhole(path)).includes("\n")) throw error;
      await rm(path);
      return create();
    });
    const journal = { path, file, size: 0, end: BEGINNING };
    return withRoom(dir, id, journal, () => syncFolder(join(dir, "executions")));
  });
}

/** The journal of an execution that another process left; a torn last record is cut off. */
export async function continueJournal({ path, size, length, end }: Loaded): Promise<JournalFile> {
  return guarded(path, async () => {
    const file = await open(path, O_RDWR | O_APPEND | O_NOFOLLOW, 0o600);
    return withRoom(dirname(dirname(path)), basename(path, ".jsonl"), { path, file, size, end }, async () => {
      const { size: now } = await file.stat();
      if (now !== length)
        throw unreadable(path, `it is ${now < length ? "shorter" : "longer"} than when it was read`, [
          "the same command again",
        ]);
      await file.truncate(size);
    });
  });
}

interface OpenJournal {
  readonly path: string;
  readonly file: FileHandle;
  /** Bytes of whole records. */
  readonly size: number;
  readonly end: Link;
}

async function withRoom(
  dir: string,
  id: string,
  journal: OpenJournal,
  prepare: () => Promise<void>,
): Promise<JournalFile> {
  try {
    await prepare();
    return appender(journal, await reserveRoom(dir, id));
  } catch (error) {
    await abandon(journal);
    throw error;
  }
}

function appender({ path, file, ...from }: OpenJournal, room: Room): JournalFile {
  let { size, end } = from;
  const write = async (line: Buffer): Promise<void> => {
    try {
      await file.appendFile(line);
      await file.datasync();
    } catch (error) {
      // A full disk can leave half a line behind: cut it off, so that the file stays readable.
      await file.truncate(size).catch(() => undefined);
      throw error;
    }
  };
  const appendLine = async (text: string, link: Link): Promise<void> => {
    const line = Buffer.from(`${text}\n`);
    await guarded(path, () =>
      write(line).catch(async (error: unknown) => {
        // Before the first record nothing is sent, so nothing needs the room.
        if (size === 0 || !isFull(error) || !(await room.free())) throw error;
        await write(line);
      }),
    );
    size += line.length;
    end = link;
  };
  return {
    path,
    head: () => headOf(end),
    end: () => end,
    hasRoom: () => room.isKept(),
    appendLine,
    async append(event) {
      const { line, link } = toLine(redactEvent(event), end);
      await appendLine(line, link);
    },
    async close() {
      await room.free().catch(() => undefined);
      if (size === 0) await abandon({ path, file, size, end });
      else await file.close();
    },
  };
}

const isFull = (error: unknown): boolean => ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "");

/** A journal without a record says nothing, and nothing was done: it is not left for people to wonder about. */
async function abandon({ path, file, size }: OpenJournal): Promise<void> {
  if (size === 0) await rm(path, { force: true }).catch(() => undefined);
  await file.close().catch(() => undefined);
}

async function guarded<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw error instanceof OpsError ? error : unwritable(path, (error as Error).message, error);
  }
}

function pathOf(dir: string, id: string): string {
  if (!isExecutionId(id))
    throw usageError("execution-unknown", `${JSON.stringify(id)} is no execution id`, ["vulcan-ops history"]);
  return join(dir, "executions", `${id}.jsonl`);
}

/** Whether an execution is on record here. An empty file is no record. */
export async function hasJournal(dir: string, id: string): Promise<boolean> {
  const found = isExecutionId(id) ? await stat(pathOf(dir, id)).catch(() => undefined) : undefined;
  return found !== undefined && found.size > 0;
}

/** Removes a journal that was last written at that time (epoch ms), and its notes; false if it has changed since. */
export async function removeJournal(dir: string, id: string, writtenAt: number): Promise<boolean> {
  const path = pathOf(dir, id);
  if ((await stat(path).catch(() => undefined))?.mtimeMs !== writtenAt) return false;
  await rm(path);
  await removeNotes(dir, id);
  return true;
}

/** Reads one execution. Usage error if there is none, or if its journal is damaged before its last line. */
export async function loadJournal(dir: string, id: string): Promise<Loaded> {
  const name = id.toLowerCase();
  const path = pathOf(dir, name);
  const loaded = parseJournal(await readText(path, id), path);
  if (loaded.execution.id !== name) throw misnamed(path, loaded.execution.id);
  return loaded;
}

/** The records that can be shown, also of a journal that nothing may continue. */
export async function readRecords(dir: string, id: string): Promise<Records> {
  const name = id.toLowerCase();
  const path = pathOf(dir, name);
  const records = parseRecords(await readText(path, id), path);
  const inside = records.events[0]?.execution ?? name;
  if (inside !== name) throw misnamed(path, inside);
  if (records.events.length === 0) throw records.problem ?? unreadable(path, "it has no whole record");
  return records;
}

async function readText(path: string, id: string): Promise<string> {
  const bytes = await readWhole(path).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") throw await absent(path, id);
    throw error.code === undefined ? unreadable(path, error.message) : unread(path, error);
  });
  if (!bytes.includes("\n")) throw await absent(path, id, true);
  const text = bytes.toString("utf8");
  const end = bytes.lastIndexOf("\n") + 1;
  if (Buffer.byteLength(text.slice(0, text.lastIndexOf("\n") + 1)) !== end)
    throw unreadable(path, "it holds bytes that are no text");
  return text;
}

/** For a copy: a process that continues it would write beside, or over, the original journal. */
function misnamed(path: string, id: string): OpsError {
  if (!isExecutionId(id)) return unreadable(path, "the execution in it has another name");
  const reason = `it is a copy of the journal of execution ${id}; only the file ${id}.jsonl is used`;
  return unreadable(path, reason, [commandLine`vulcan-ops show ${id}`, "vulcan-ops history"]);
}

/**
 * No journal, or one whose first record was never finished: the process died first, and had sent nothing. A lock of it
 * may be left.
 */
async function absent(path: string, id: string, isBegun = false): Promise<OpsError> {
  const name = id.toLowerCase();
  const locks = await findLocks(dirname(dirname(path)), name);
  const unlock = locks.length === 0 ? [] : [commandLine`vulcan-ops unlock ${name}`];
  const next = [...unlock, "vulcan-ops history"];
  if (locks.some(holds)) return usageError("execution-unrecorded", `execution ${name} has no record yet`, next);
  const text = `there is no journal of execution ${name}: it ended before its first record; nothing was sent`;
  if (isBegun || locks.length > 0) return usageError("execution-unrecorded", text, next);
  return usageError("execution-unknown", `there is no execution ${id}`, next);
}

/** Its content may be as good as ever: too many open files, say, or no permission. */
function unread(path: string, cause: NodeJS.ErrnoException): OpsError {
  const { detail } = unreadable(path, "");
  return new OpsError({
    ...detail,
    code: "journal-unread",
    message: `the journal ${path} could not be read: ${cause.message}`,
    next: ["the same command again"],
    cause,
  });
}
