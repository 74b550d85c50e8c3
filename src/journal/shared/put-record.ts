import { setTimeout as delay } from "node:timers/promises";
import type { JournalEvent } from "../../domain/execution-event.ts";
import type { LogEntry, LogRecord, SharedLog } from "../../domain/shared-log.ts";
import { isStoreFailure, overtakenError } from "../../domain/shared-log-errors.ts";
import type { Link } from "../chain.ts";
import { writerOf } from "./writer.ts";

/** Between tries of a put that failed at once. */
const PAUSE_MS = 200;

/** So long a log may be silent before a record waits for it no longer. */
const PATIENCE_MS = 2000;

/** Records that begin, continue or end an execution: a list of executions names these. */
const LISTED: ReadonlySet<string> = new Set(["execution.started", "execution.resumed", "execution.ended"]);

/** A journal's record as the log stores it. */
export function recordOf(
  { type, at }: Pick<JournalEvent, "type" | "at">,
  line: string,
  { n }: Pick<Link, "n">,
  { execution, writer, target }: Pick<LogRecord, "execution" | "writer"> & Pick<LogEntry, "target">,
): LogRecord {
  const listed = { target, at, isEnd: type === "execution.ended" };
  return { execution, n, line, writer, ...(LISTED.has(type) && { listed }) };
}

/**
 * Puts one record. A try without an answer is made again; where its place is taken, the place is read: this record is
 * there, or another process was first (exit 5).
 */
export async function put(log: SharedLog, record: LogRecord): Promise<void> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  for (;;) {
    const answer = await log.put(record).catch((error: unknown) => {
      if (isStoreFailure(error)) return error;
      throw error;
    });
    if (answer === "written") return;
    if (answer === "taken") return assertOurs(log, record);
    if (answer.detail.code === "journal-store-refused" || patience.aborted) throw answer;
    await delay(PAUSE_MS, undefined, { signal: patience }).catch(() => undefined);
    if (patience.aborted) throw answer;
  }
}

async function assertOurs(log: SharedLog, { execution, n, line }: LogRecord): Promise<void> {
  const there = (await log.read(execution, n)).find((each) => each.n === n);
  if (there?.line !== line) throw overtakenError(execution, writerOf(there?.line));
}
