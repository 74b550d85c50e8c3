import { commandLine } from "../../domain/command-line.ts";
import { OpsError } from "../../domain/error.ts";
import type { SharedLog } from "../../domain/shared-log.ts";
import { loadJournal } from "../../journal/journal-file.ts";
import { syncAll } from "../../journal/shared/sync-all.ts";
import { syncJournal } from "../../journal/shared/sync-journal.ts";
import { syncNotes } from "../../journal/shared/sync-notes.ts";
import { openStateDir, stateDir } from "../../journal/state-dir.ts";
import { openSharedLogs } from "../../target/open.ts";
import { readPrepared } from "../prepared.ts";
import type { Shell, Where } from "./where.ts";

/**
 * Makes the journals here and the shared one the same, where one is configured: one execution, or all that the shared
 * journal lists. Where it does not answer, says so and leaves what is here: reading never fails because of it.
 * Answers whether one is configured.
 */
export async function syncJournals(options: Where, environment: Shell, execution?: string): Promise<boolean> {
  const logs = await openSharedLogs(options, environment, readPrepared().version);
  const dir = stateDir(options.stateDir, environment.env);
  await Promise.all(logs.map((log) => syncWith(log, dir, environment, execution)));
  return logs.length > 0;
}

/** The notes of one execution, where its journal is shared. What does not answer has been told, or is told next time. */
export async function syncNotesOf(execution: string, options: Where, environment: Shell): Promise<void> {
  const dir = stateDir(options.stateDir, environment.env);
  const found = await loadJournal(dir, execution).catch(() => undefined);
  const store = found?.execution.started.store;
  if (store === undefined) return;
  const logs = await openSharedLogs(options, environment, readPrepared().version);
  const log = logs.find(({ name }) => name === store);
  if (log !== undefined) await syncNotes(dir, execution, log).catch(() => undefined);
}

/** The same with a log that is open already. */
export async function syncWith(
  log: SharedLog,
  dir: string,
  { note = () => {} }: Pick<Shell, "note">,
  execution?: string,
): Promise<void> {
  try {
    await openStateDir(dir);
    const diverged =
      execution === undefined
        ? await syncAll(dir, log)
        : (await syncJournal(dir, execution, log)) === "diverged"
          ? [execution]
          : [];
    for (const id of diverged) note(divergedText(id));
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    note(`Only what is on record here: the shared journal ${log.name} could not be read: ${error.message}.`);
  }
}

const divergedText = (id: string): string =>
  `Two machines have continued execution ${id}: the shared journal counts; what this machine did beside it is kept in executions/${id}.diverged of the state folder. Next: ${commandLine`vulcan-ops show ${id}`}`;
