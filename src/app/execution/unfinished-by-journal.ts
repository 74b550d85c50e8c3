import { registry } from "../../actions/index.ts";
import type { Unfinished } from "../../domain/unfinished.ts";
import { unfinishedOnRecord } from "../../engine/unfinished.ts";
import { loadJournal } from "../../journal/journal-file.ts";
import { runbookOnRecord } from "../open-runbook.ts";

/** What an execution had not put back at its last record. Empty where its journal or its runbook cannot be read here. */
export async function unfinishedByJournal(dir: string, id: string): Promise<readonly Unfinished[]> {
  const loaded = await loadJournal(dir, id).catch(() => undefined);
  const runbook = loaded && (await runbookOnRecord(loaded.execution.started.runbook));
  return loaded === undefined || runbook === undefined ? [] : unfinishedOnRecord(registry, runbook, loaded.execution);
}
