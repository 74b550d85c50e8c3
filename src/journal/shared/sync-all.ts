import type { SharedLog } from "../../domain/shared-log.ts";
import { atMost, MOST_OPEN } from "../at-most.ts";
import { listExecutions } from "../list-executions.ts";
import { prunedExecutions } from "./pruned-mark.ts";
import { syncJournal } from "./sync-journal.ts";
import { unsharedExecutions } from "./unshared-mark.ts";

/** So many of the newest records that begin, continue or end an execution are compared with the copies here. */
const MOST_LISTED = 1000;

/**
 * Brings the copies of this machine up to the shared log, and what only this machine has into the log. Answers the
 * executions that two machines have continued. Reads only what is not here as the log lists it.
 */
export async function syncAll(dir: string, log: SharedLog): Promise<readonly string[]> {
  const [listed, { executions }, unshared, pruned] = await Promise.all([
    log.list(MOST_LISTED),
    listExecutions(dir),
    unsharedExecutions(dir),
    prunedExecutions(dir),
  ]);
  const here = new Map(executions.map((execution) => [execution.id, execution]));
  const newest = new Map<string, { readonly at: string; readonly isEnd: boolean }>();
  for (const { execution, at, isEnd } of listed) if (!newest.has(execution)) newest.set(execution, { at, isEnd });
  const isSame = (id: string): boolean => {
    const { at = "", isEnd } = newest.get(id) ?? {};
    if (!here.has(id) && at <= (pruned.get(id) ?? "")) return true;
    return isEnd === true && here.get(id)?.ended !== undefined && here.get(id)?.lastAt === at;
  };
  const ids = new Set([...[...newest.keys()].filter((id) => !isSame(id)), ...unshared]);
  const diverged: string[] = [];
  await atMost(MOST_OPEN, [...ids], async (id) => {
    if ((await syncJournal(dir, id, log)) === "diverged") diverged.push(id);
  });
  return diverged;
}
