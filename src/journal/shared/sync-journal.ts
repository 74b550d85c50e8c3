import { open, readFile, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { JournalEvent } from "../../domain/execution-event.ts";
import type { LogRecord, SharedLog } from "../../domain/shared-log.ts";
import { isOvertaken } from "../../domain/shared-log-errors.ts";
import { followChain } from "../chain.ts";
import { findLocks, runsHere } from "../lock-file.ts";
import { unreadable } from "../parse-journal.ts";
import { unmarkPruned } from "./pruned-mark.ts";
import { put, recordOf } from "./put-record.ts";
import { unmarkUnshared } from "./unshared-mark.ts";

/**
 * What was done: `pulled` records of another machine; `pushed` ones that only this machine had; `diverged`: two machines
 * have continued it, and what this one has done stands beside its copy, in the file of that name.
 */
export type Synced = "same" | "pulled" | "pushed" | "diverged" | "absent";

/**
 * Makes this machine's copy of an execution and the shared log the same. The log is the truth. A journal that belongs to
 * no log, or to another one, stays as it is; so does one that a process here writes. Throws where the log does not
 * answer, or where a copy or the log is damaged.
 */
export async function syncJournal(dir: string, execution: string, log: SharedLog): Promise<Synced> {
  if ((await findLocks(dir, execution)).some(runsHere)) return "same";
  return syncOwnJournal(join(dir, "executions", `${execution}.jsonl`), execution, log);
}

/** The same for the process that holds the execution. */
export async function syncOwnJournal(path: string, execution: string, log: SharedLog): Promise<Synced> {
  const lines = await linesOf(path);
  const [first] = lines;
  if (first !== undefined && storeOf(first) !== log.name) return "same";
  // The command that reads a damaged copy says so.
  if (followChain(lines).broken !== undefined) return "same";
  const records = await log.read(execution, Math.max(1, lines.length));
  if (lines.length === 0) return records.length === 0 ? "absent" : pull(path, [], records);
  const [last, ...later] = records;
  if (last === undefined) return push(path, lines, await log.read(execution, 1), log, execution);
  if (last.line !== lines.at(-1)) return takeLog(path, lines, await log.read(execution, 1));
  if (later.length > 0) return pull(path, lines, later);
  await unmarkUnshared(path);
  return "same";
}

async function linesOf(path: string): Promise<readonly string[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  // A torn last record does not count.
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .slice(0, -1);
}

function storeOf(line: string): string | undefined {
  return (parsed(line) as { readonly store?: string }).store;
}

function parsed(line: string): Partial<JournalEvent> {
  try {
    return JSON.parse(line) as Partial<JournalEvent>;
  } catch {
    return {};
  }
}

async function pull(path: string, lines: readonly string[], records: readonly LogRecord[]): Promise<"pulled"> {
  await replace(path, [...lines, ...records.map(({ line }) => line)]);
  await unmarkUnshared(path);
  if (lines.length === 0) await unmarkPruned(dirname(dirname(path)), basename(path, ".jsonl"));
  return "pulled";
}

/** The copy has more than the log: its process died, or ended, while the log did not answer. */
async function push(
  path: string,
  lines: readonly string[],
  records: readonly LogRecord[],
  log: SharedLog,
  execution: string,
): Promise<Synced> {
  const isBeginning = records.every(({ line }, index) => line === lines[index]);
  if (!isBeginning) return takeLog(path, lines, records);
  const { target } = parsed(lines[0] ?? "") as { readonly target?: { readonly name?: string } };
  for (const [index, line] of lines.entries()) {
    if (index < records.length) continue;
    const { type = "step.sent", at = "" } = parsed(line);
    const parts = { execution, writer: "sync", target: target?.name ?? "" };
    const overtaken = await put(log, recordOf({ type, at }, line, { n: index + 1 }, parts)).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (isOvertaken(overtaken)) return takeLog(path, lines, await log.read(execution, 1));
    if (overtaken !== undefined) throw overtaken;
  }
  await unmarkUnshared(path);
  return "pushed";
}

/** Two machines have continued it. What only this one has is kept for people, and acted upon by no command. */
async function takeLog(path: string, lines: readonly string[], records: readonly LogRecord[]): Promise<"diverged"> {
  const common = lines.findIndex((line, index) => line !== records[index]?.line);
  const kept = await open(path.replace(/\.jsonl$/, ".diverged"), "a", 0o600);
  try {
    await kept.appendFile(
      lines
        .slice(common)
        .map((line) => `${line}\n`)
        .join(""),
    );
    await kept.datasync();
  } finally {
    await kept.close();
  }
  await replace(
    path,
    records.map(({ line }) => line),
  );
  await unmarkUnshared(path);
  return "diverged";
}

/** The whole file at once: a process that dies here leaves the old one or the new one. */
async function replace(path: string, lines: readonly string[]): Promise<void> {
  const { broken } = followChain(lines);
  if (broken !== undefined)
    throw unreadable(path, `record ${broken.line} of the shared journal is damaged: ${broken.why}`);
  const draft = `${path}.${process.pid}.part`;
  const file = await open(draft, "w", 0o600);
  try {
    await file.writeFile(lines.map((line) => `${line}\n`).join(""));
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}
