import { constants } from "node:fs";
import { access, type FileHandle, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { commandLine } from "../domain/command-line.ts";
import { OpsError, usageError } from "../domain/error.ts";
import { type Execution, foldExecution, JOURNAL_SCHEMA_VERSION, type JournalEvent } from "../domain/execution.ts";
import { EXIT } from "../domain/exit-codes.ts";
import type { Journal } from "../domain/ports.ts";
import { newestFirst } from "../domain/time.ts";
import { redact } from "./redact-event.ts";
import { isRecord } from "./shape.ts";
import { unwritable } from "./state-dir.ts";

/** A journal on the disk; one event a line, each on the disk before `append` returns. */
export interface JournalFile extends Journal {
  readonly path: string;
  close(): Promise<void>;
}

export interface Loaded {
  readonly execution: Execution;
  readonly events: readonly JournalEvent[];
  /** The process died while writing its last record: that record was dropped. */
  readonly torn: boolean;
  /** Bytes of whole records. */
  readonly size: number;
  /** The file that was read. */
  readonly path: string;
}

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY, O_RDWR } = constants;

/** A new execution's journal. Refuses (exit 6) where it cannot be written. */
export async function createJournal(dir: string, id: string): Promise<JournalFile> {
  const path = pathOf(dir, id);
  return guarded(path, async () => {
    const file = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    await syncFolder(join(dir, "executions"));
    return appender(path, file, 0);
  });
}

/** The journal of an execution that another process left; a torn last record is cut off. */
export async function continueJournal({ path, size }: Loaded): Promise<JournalFile> {
  return guarded(path, async () => {
    const file = await open(path, O_RDWR | O_APPEND | O_NOFOLLOW, 0o600);
    if ((await file.stat()).size < size) {
      await file.close();
      throw unreadable(path, "it is shorter than when it was read");
    }
    await file.truncate(size);
    return appender(path, file, size);
  });
}

function appender(path: string, file: FileHandle, from: number): JournalFile {
  let size = from;
  return {
    path,
    async append(event) {
      const line = Buffer.from(`${JSON.stringify(redactEvent(event))}\n`);
      await guarded(path, async () => {
        try {
          await file.appendFile(line);
          await file.datasync();
          size += line.length;
        } catch (error) {
          // A full disk can leave half a line behind: cut it off, so that the file stays readable.
          await file.truncate(size).catch(() => undefined);
          throw error;
        }
      });
    },
    close: () => file.close(),
  };
}

/**
 * What resume and undo read back has to stay as it is: the runbook's text, and the values of steps. An Operation holds
 * references to secrets and never a secret; an input that could hold one is refused when the runbook is checked.
 */
const EXACT = ["runbook", "inputs", "operation", "undo", "basis", "outputs"] as const;

function redactEvent(event: JournalEvent): JournalEvent {
  const exact = Object.entries(event).filter(([name]) => EXACT.some((kept) => kept === name));
  return { ...redact(event), ...Object.fromEntries(exact) };
}

async function guarded<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw error instanceof OpsError ? error : unwritable(path, (error as Error).message, error);
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  await folder.sync().finally(() => folder.close());
}

const ID = /^[0-9a-z]{4,12}$/;

function pathOf(dir: string, id: string): string {
  if (!ID.test(id))
    throw usageError("execution-unknown", `${JSON.stringify(id)} is no execution id`, ["vulcan-ops history"]);
  return join(dir, "executions", `${id}.jsonl`);
}

/** Whether an execution is on record here. */
export async function hasJournal(dir: string, id: string): Promise<boolean> {
  return (
    ID.test(id) &&
    (await access(pathOf(dir, id)).then(
      () => true,
      () => false,
    ))
  );
}

/** Reads one execution. Usage error where there is none, or where its journal is damaged anywhere but in its last line. */
export async function loadJournal(dir: string, id: string): Promise<Loaded> {
  const name = id.toLowerCase();
  const path = pathOf(dir, name);
  const bytes = await readWhole(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT")
      throw usageError("execution-unknown", `there is no execution ${id}`, ["vulcan-ops history"]);
    throw unreadable(path, error.message);
  });
  const loaded = parseJournal(bytes.toString("utf8"), path);
  if (loaded.size !== bytes.lastIndexOf("\n") + 1) throw unreadable(path, "it holds bytes that are no text");
  if (loaded.execution.id !== name) throw misnamed(path, loaded.execution.id);
  return loaded;
}

/** Pure: a journal's text → the execution it tells. */
export function parseJournal(text: string, path: string): Loaded {
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const lines = whole.split("\n").slice(0, -1);
  const events = lines.map((line, index) => parseLine(line, index, path));
  const execution = foldExecution(events);
  if (execution === undefined) throw unreadable(path, "its first record is not execution.started");
  const foreign = events.findIndex((event) => event.execution !== execution.id);
  if (foreign >= 0) throw unreadable(path, `line ${foreign + 1} belongs to another execution`);
  const version: number = execution.started.schemaVersion;
  if (version !== JOURNAL_SCHEMA_VERSION)
    throw unreadable(path, `its schemaVersion is ${version}; use the release that wrote it`);
  return { execution, events, torn: whole.length !== text.length, size: Buffer.byteLength(whole), path };
}

/** A record that this release does not know would be folded into a wrong state. */
function parseLine(line: string, index: number, path: string): JournalEvent {
  try {
    const event: unknown = JSON.parse(line);
    if (isRecord(event)) return event;
  } catch {
    // said below, with its place
  }
  throw unreadable(path, `line ${index + 1} is damaged`);
}

/** Of a copy: what goes on with it would be written beside, or over, the journal that it was made of. */
function misnamed(path: string, id: string): OpsError {
  if (!ID.test(id)) return unreadable(path, "the execution in it has another name");
  const reason = `it is a copy of the journal of execution ${id}; only the file ${id}.jsonl is used`;
  return unreadable(path, reason, [commandLine`vulcan-ops show ${id}`, "vulcan-ops history"]);
}

function unreadable(path: string, reason: string, next = ["vulcan-ops rollback --dry-run"]): OpsError {
  return new OpsError({
    code: "journal-unreadable",
    exitCode: EXIT.usage,
    fault: "operator",
    message: `cannot trust the journal ${path}: ${reason}`,
    unchanged: "Nothing was sent; the file is as it was.",
    next,
  });
}

/** Ids of all executions on record, newest first by their own start. Damaged ones are passed over, and counted. */
export async function listExecutions(dir: string): Promise<{ executions: readonly Execution[]; damaged: number }> {
  const names = await readdir(join(dir, "executions")).catch(() => [] as string[]);
  const ids = names.filter((name) => name.endsWith(".jsonl")).map((name) => name.slice(0, -".jsonl".length));
  const loaded = await Promise.all(ids.map((id) => loadJournal(dir, id).catch(() => undefined)));
  const executions = loaded.flatMap((journal) => (journal === undefined ? [] : [journal.execution]));
  executions.sort((a, b) => newestFirst(a.started.at, b.started.at));
  return { executions, damaged: loaded.length - executions.length };
}

/** A FIFO in a file's place would wait for a writer for ever, and a device might never end. */
export async function readWhole(path: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) throw new Error("it is not a regular file");
    return await file.readFile();
  } finally {
    await file.close();
  }
}
