import type { ListedRecord, SharedLog } from "../../domain/shared-log.ts";
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
  // By their places: the clocks of two machines may differ.
  const newest = new Map<string, Pick<ListedRecord, "n" | "isEnd">>();
  for (const { execution, n, isEnd } of listed)
    if (n > (newest.get(execution)?.n ?? 0)) newest.set(execution, { n, isEnd });
  const isSame = (id: string): boolean => {
    const { n = 0, isEnd } = newest.get(id) ?? {};
    if (!here.has(id) && n <= (pruned.get(id) ?? 0)) return true;
    return isEnd === true && here.get(id)?.ended !== undefined && here.get(id)?.records === n;
  };
  const ids = new Set([...[...newest.keys()].filter((id) => !isSame(id)), ...unshared]);
  const diverged: string[] = [];
  await atMost(MOST_OPEN, [...ids], async (id) => {
    if ((await syncJournal(dir, id, log)) === "diverged") diverged.push(id);
  });
  return diverged;
}
