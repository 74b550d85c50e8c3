import { foldExecution } from "../../domain/execution.ts";
import type { JournalEvent } from "../../domain/execution-event.ts";
import { type ExecutionNoted, withNotes } from "../../domain/execution-note.ts";
import { type RecordedExecution, recordedExecution } from "../../domain/recorded-execution.ts";
import type { Unfinished } from "../../domain/unfinished.ts";
import type { UnreadJournal } from "../../domain/unread-journal.ts";
import { atMost, MOST_OPEN } from "../../journal/at-most.ts";
import { readRecords } from "../../journal/journal-file.ts";
import { listExecutions } from "../../journal/list-executions.ts";
import { heldLocks, holds } from "../../journal/lock-file.ts";
import { visibilityOf } from "../../journal/machine.ts";
import { type Notes, readNotes } from "../../journal/notes.ts";
import type { Records } from "../../journal/parse-journal.ts";
import { stateDir } from "../../journal/state-dir.ts";
import { namedExecution } from "./named-execution.ts";
import { syncJournals, syncNotesOf } from "./shared-journals.ts";
import type { Shell, Where } from "./where.ts";

/** An execution, and what it had not put back at its last record. */
export interface PastExecution {
  readonly execution: RecordedExecution;
  readonly unfinished: readonly Unfinished[];
  /** The process that carries it out now: what it has changed is intended, and it is not to be resumed. */
  readonly runsIn?: RunningIn;
  /** It has no end, and the process that wrote its last record may run on another machine. */
  readonly elsewhere?: Elsewhere;
}

export interface Elsewhere {
  readonly operator: string;
  readonly host: string;
}

export interface RunningIn {
  readonly host: string;
  readonly pid: number;
}

/** Every execution on record, newest first, and the journals that cannot be read. */
export async function readHistory(
  options: Where,
  environment: Shell,
): Promise<{ readonly executions: readonly PastExecution[]; readonly unread: readonly UnreadJournal[] }> {
  const dir = stateDir(options.stateDir, environment.env);
  await syncJournals(options, environment);
  // The locks first: an execution that ends in between then has its end on record.
  const running = await runningHere(dir);
  const { executions, unread } = await listExecutions(dir);
  const past = await atMost(MOST_OPEN, executions, async (execution) => {
    const runsIn = execution.ended === undefined ? running.get(execution.id) : undefined;
    if (runsIn !== undefined) return { execution, unfinished: [], runsIn };
    return { execution, unfinished: await unfinishedOf(dir, execution), ...elsewhereOf(execution) };
  });
  return { executions: past, unread };
}

/** The process that wrote its last record cannot be looked up from here. */
export function elsewhereOf({ ended, process }: Pick<RecordedExecution, "ended" | "process">): {
  readonly elsewhere?: Elsewhere;
} {
  if (ended !== undefined || process === undefined || visibilityOf(process) !== "elsewhere") return {};
  return { elsewhere: { operator: process.operator, host: process.host } };
}

/** By execution: the process that holds its target's lock and is alive, as far as this machine can tell. */
async function runningHere(dir: string): Promise<ReadonlyMap<string, RunningIn>> {
  const alive = (await heldLocks(dir)).filter(({ holder }) => holds(holder));
  return new Map(alive.map(({ holder: { execution, host, pid } }) => [execution, { host, pid }]));
}

/** One execution as its journal and its notes say it. */
export interface RecordedEvents extends Records, Pick<PastExecution, "unfinished" | "runsIn" | "elsewhere"> {
  readonly noted: Notes;
}

/** The records of one execution that can be trusted, and what it had not put back after them; exit 6 if there are none. */
export async function readExecution(typed: string, options: Where, environment: Shell): Promise<RecordedEvents> {
  const dir = stateDir(options.stateDir, environment.env);
  const id = await namedExecution(typed, options, environment);
  await syncNotesOf(id, options, environment);
  const running = await runningHere(dir);
  const [records, noted] = await Promise.all([readRecords(dir, id), readNotes(dir, id)]);
  const execution = foldExecution(records.events);
  const runsIn = execution?.ended === undefined ? running.get(id) : undefined;
  if (runsIn !== undefined) return { ...records, noted, unfinished: [], runsIn };
  return {
    ...records,
    noted,
    ...(execution === undefined
      ? { unfinished: [] }
      : { unfinished: await unfinishedOf(dir, recordedExecution(execution)), ...elsewhereOf(execution) }),
  };
}

/** Its end says it. Where it has none, or one by an earlier version, the journal alone does. */
async function unfinishedOf(dir: string, { id, ended, mayRestore }: RecordedExecution): Promise<readonly Unfinished[]> {
  if (ended?.unfinished !== undefined) return ended.unfinished;
  if (ended?.status === "done" || !mayRestore) return [];
  // Rarely needed, and it loads all actions.
  const { unfinishedByJournal } = await import("./unfinished-by-journal.ts");
  return unfinishedByJournal(dir, id);
}

/** The records of one execution, as far as they can be trusted. */
interface ExportedExecution {
  readonly execution: string;
  readonly events: readonly (JournalEvent | ExecutionNoted)[];
}

/** All records, one execution after another, oldest first. Those of `unread` are not whole, or missing. */
export async function exportHistory(
  options: Where,
  environment: Shell,
): Promise<{ readonly executions: AsyncIterable<ExportedExecution>; readonly unread: readonly UnreadJournal[] }> {
  const dir = stateDir(options.stateDir, environment.env);
  await syncJournals(options, environment);
  const { executions, unread } = await listExecutions(dir);
  const ids = [...executions.map(({ id }) => id), ...unread.map(({ id }) => id)].reverse();
  async function* each(): AsyncIterable<ExportedExecution> {
    for (const execution of ids) {
      const records = await readRecords(dir, execution).catch(() => undefined);
      const { notes } = await readNotes(dir, execution);
      if (records !== undefined) yield { execution, events: withNotes(records.events, notes) };
    }
  }
  return { executions: each(), unread };
}
