import { isOpen, type RecordedExecution } from "../../domain/recorded-execution.ts";
import type { ListedExecution } from "../../journal/list-executions.ts";

export interface Pruning {
  /** Their journals may go, newest first. */
  readonly go: readonly ListedExecution[];
  /** Old enough, and still needed. */
  readonly kept: readonly { readonly execution: ListedExecution; readonly why: string }[];
}

/** The ids of executions that stay. */
export interface Needed {
  /** They hold a lock. */
  readonly locked: ReadonlySet<string>;
  /** Records of them are on this machine only. */
  readonly unshared: ReadonlySet<string>;
}

/** Pure: which executions nothing needs any more. `before`: epoch milliseconds; a journal that was written later stays. */
export function prunable(
  executions: readonly ListedExecution[],
  { locked, unshared }: Needed,
  before: number,
): Pruning {
  const old = executions.filter(({ writtenAt }) => writtenAt < before);
  const needed = neededForMarks(executions);
  const whyStays = (execution: ListedExecution) =>
    unshared.has(execution.id) ? "its last records are on this machine only" : whyKept(execution, locked, needed);
  const judged = old.map((execution) => ({ execution, why: whyStays(execution) }));
  return {
    go: judged.filter(({ why }) => why === undefined).map(({ execution }) => execution),
    kept: judged.flatMap(({ execution, why }) => (why === undefined ? [] : [{ execution, why }])),
  };
}

function whyKept(
  execution: RecordedExecution,
  locked: ReadonlySet<string>,
  needed: ReadonlySet<string>,
): string | undefined {
  const { id, ended, isUndoable } = execution;
  if (locked.has(id)) return "it holds a lock";
  if (ended === undefined || isOpen(execution)) return "it is unfinished";
  if (ended.status !== "done" && ended.status !== "undone" && isUndoable) return "it can be resumed or undone";
  // The next execution takes the lock that is left, and this end does not learn of it.
  if (ended.unfinished?.some(({ kind }) => kind !== "lock") === true) return "it has not put everything back";
  return needed.has(id) ? "it marks a revision that must not be proposed again" : undefined;
}

/**
 * For each service: the newest execution that marks a revision, and the newest done rollback of the schema, which lifts
 * marks. A revision may be deployed again at any time, so its newest mark always counts.
 */
function neededForMarks(executions: readonly ListedExecution[]): ReadonlySet<string> {
  const newest = new Map<string, string>();
  const keep = (key: readonly string[], id: string): void => {
    const name = JSON.stringify(key);
    if (!newest.has(name)) newest.set(name, id);
  };
  for (const { id, target, endpoint = "", runbook, ended, marks } of executions) {
    const { region = "", cluster, service } = target;
    const place = [endpoint, region, cluster, service];
    if (runbook === "rollback-migration" && ended?.status === "done") keep([...place, "lifts"], id);
    for (const mark of marks) keep([...place, "leftFor" in mark ? "left" : "failed", mark.taskDefinition], id);
  }
  return new Set(newest.values());
}
