import { commandLine } from "../domain/command-line.ts";
import { OpsError } from "../domain/error.ts";
import { type Execution, foldExecution } from "../domain/execution.ts";
import { JOURNAL_SCHEMA_VERSION, type JournalEvent } from "../domain/execution-event.ts";
import { EXIT } from "../domain/exit-codes.ts";
import { sanitiseRecord } from "../domain/sanitise.ts";
import { followChain, headOf, type Link } from "./chain.ts";
import { exactMembers } from "./redact-event.ts";
import { isRecord } from "./shape.ts";

/** The records of a journal, up to the first one that cannot be trusted. */
export interface Records {
  readonly events: readonly JournalEvent[];
  /** The process died while writing its last record: that record was dropped. */
  readonly torn: boolean;
  /** Why the records after these are not used. Then nothing may continue this journal. */
  readonly problem?: OpsError;
}

export interface Loaded extends Omit<Records, "problem"> {
  readonly execution: Execution;
  /** Bytes of whole records. */
  readonly size: number;
  /** Bytes of the file, with a torn last record. */
  readonly length: number;
  /** The last whole record. */
  readonly end: Link;
  /** The file that was read. */
  readonly path: string;
}

/** Pure: a journal's text → its execution. Throws at the first record that is not as it was written. */
export function parseJournal(text: string, path: string): Loaded {
  const { events, end, torn, problem } = parseRecords(text, path);
  if (problem !== undefined) throw problem;
  const execution = foldExecution(events);
  if (execution === undefined) throw unreadable(path, "its first record is not execution.started");
  const size = Buffer.byteLength(text.slice(0, text.lastIndexOf("\n") + 1));
  return { execution, events, torn, size, length: Buffer.byteLength(text), end, path };
}

/** Pure: a journal's text → the records that can be shown, whether or not the others can be trusted. */
export function parseRecords(text: string, path: string): Records & { readonly end: Link } {
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const lines = whole.split("\n").slice(0, -1);
  const { end, sealed, broken } = followChain(lines);
  const events: JournalEvent[] = [];
  const torn = whole.length !== text.length;
  for (const [index, isSealed] of sealed.entries()) {
    const value = parseLine(lines[index] ?? "");
    const problem = refused({ value, isSealed }, events, path);
    if (problem !== undefined) return { events, torn, end, problem };
    events.push(safe(withoutSeal(value as JournalEvent)));
  }
  return { events, torn, end, ...(broken && { problem: damaged(path, broken.line, broken.why) }) };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/**
 * Why a line is no record that this release may act upon. Right checksums say that it is as it was written, so what is
 * unknown in it comes from a newer release: folded without it, the execution would have a wrong state.
 */
function refused(
  { value, isSealed }: { readonly value: unknown; readonly isSealed: boolean },
  before: readonly JournalEvent[],
  path: string,
): OpsError | undefined {
  if (isNewerSchema(value)) return newer(path, [...before, value]);
  if (!isRecord(value))
    return isSealed && isKind(value) ? newer(path, [...before, value]) : damaged(path, before.length + 1, NO_RECORD);
  const [{ execution } = value] = before;
  if (value.execution !== execution)
    return damaged(path, before.length + 1, `it belongs to execution ${value.execution}`);
  const isFirst = before.length === 0;
  if (isFirst === (value.type === "execution.started")) return undefined;
  return damaged(path, before.length + 1, isFirst ? "it is not execution.started" : "it begins the execution again");
}

const NO_RECORD = "it is no record of a journal";

type Kind = { readonly type: string };
const isKind = (value: unknown): value is Kind => typeof (value as Partial<Kind> | undefined)?.type === "string";

function isNewerSchema(value: unknown): boolean {
  const { type, schemaVersion } = (value ?? {}) as { readonly type?: unknown; readonly schemaVersion?: unknown };
  return type === "execution.started" && Number(schemaVersion) > JOURNAL_SCHEMA_VERSION;
}

/** The members that `toLine` added are no part of the event. Only an END names its checksum, for people to compare. */
function withoutSeal(record: JournalEvent): JournalEvent {
  const { n: _, prev: __, sum, ...event } = record as JournalEvent & Partial<Link> & { readonly prev?: string };
  const isEnd = event.type === "execution.ended" && isText(sum);
  return (isEnd ? { ...event, head: headOf({ n: 0, sum }) } : event) as JournalEvent;
}

const isText = (value: unknown): value is string => typeof value === "string";

/** A file may be of another hand: nothing in it controls a terminal. What is sent again stays as it was written. */
function safe(event: JournalEvent): JournalEvent {
  const shown = { ...sanitiseRecord(event), ...exactMembers(event) };
  if (event.type !== "execution.started") return shown as JournalEvent;
  const { id, source } = sanitiseRecord(event.runbook);
  return { ...shown, runbook: { ...event.runbook, id, source } } as JournalEvent;
}

/** Before a first record that is damaged there is nothing for `show`. */
const damaged = (path: string, line: number, why: string): OpsError =>
  unreadable(path, `record ${line} is damaged: ${why}`, line === 1 ? ["vulcan-ops status"] : nextOf(path));

/** `records`: up to the first that this release does not know. */
function newer(path: string, records: readonly unknown[]): OpsError {
  const versions = records.map((record) => (record as { readonly version?: unknown } | undefined)?.version);
  const version = versions.filter((each): each is string => typeof each === "string").at(-1);
  const name = version === undefined ? "that release" : `release ${version}`;
  const { type } = records.at(-1) as Kind;
  const { detail } = unreadable(path, "");
  return new OpsError({
    ...detail,
    code: "journal-newer",
    message: `the journal ${path} was written by a newer vulcan-ops: use ${name}; record ${records.length} (${type}) is not known to this one`,
    next: [`the same command with ${name}`, ...(detail.next ?? [])],
  });
}

/** Usage error: this journal is not acted upon. `next` is for its execution, where the id is known. */
export function unreadable(path: string, reason: string, next: readonly string[] = nextOf(path)): OpsError {
  return new OpsError({
    code: "journal-unreadable",
    exitCode: EXIT.usage,
    fault: "operator",
    message: `cannot trust the journal ${path}: ${reason}`,
    unchanged: "Nothing was sent; the file is as it was.",
    next,
  });
}

/** The records before the damage can be read, and AWS says what is. */
function nextOf(path: string): readonly string[] {
  const id = idIn(path);
  return [...(id === undefined ? [] : [commandLine`vulcan-ops show ${id}`]), "vulcan-ops status"];
}

const idIn = (path: string): string | undefined => /([0-9a-z]{4,12})\.jsonl$/.exec(path)?.[1];
