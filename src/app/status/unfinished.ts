import type { Execution } from "../../domain/execution.ts";
import type { RecordedExecution } from "../../domain/recorded-execution.ts";
import type { Runbook } from "../../domain/runbook.ts";
import { type Unfinished, withCommand } from "../../domain/unfinished.ts";
import { findUnfinished } from "../../engine/unfinished.ts";
import { loadJournal } from "../../journal/journal-file.ts";
import { runbookOnRecord } from "../open-runbook.ts";
import type { OpenTarget } from "../open-target.ts";

/**
 * What executions changed for their run and have not put back, as the target shows it now. A change that cannot be read
 * counts as still there. An end that names nothing is believed: an execution that is resumed records a new end.
 */
export function createUnfinishedReads({
  planner,
  stateDir,
  asPasted,
}: OpenTarget): (recorded: RecordedExecution) => Promise<readonly Unfinished[]> {
  const runbooks = new Map<string, Promise<Runbook | undefined>>();
  const runbookOf = ({ started: { runbook } }: Execution) => {
    const found = runbooks.get(runbook.sha256) ?? runbookOnRecord(runbook);
    runbooks.set(runbook.sha256, found);
    return found;
  };
  return async ({ id, mayRestore, ended }) => {
    if (!mayRestore || ended?.unfinished?.length === 0) return [];
    const execution = await loadJournal(stateDir, id).then(
      (loaded) => loaded.execution,
      () => undefined,
    );
    const runbook = execution && (await runbookOf(execution));
    if (execution === undefined || runbook === undefined) return [];
    const left = await findUnfinished(planner, runbook, execution);
    return left.map((one) => withCommand(one, asPasted));
  };
}
