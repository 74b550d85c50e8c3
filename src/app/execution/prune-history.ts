import type { Environment } from "../../domain/ports.ts";
import type { UnreadJournal } from "../../domain/unread-journal.ts";
import { removeJournal } from "../../journal/journal-file.ts";
import { type ListedExecution, listExecutions, type UnbegunJournal } from "../../journal/list-executions.ts";
import { heldLocks } from "../../journal/lock-file.ts";
import { markPruned } from "../../journal/shared/pruned-mark.ts";
import { unsharedExecutions } from "../../journal/shared/unshared-mark.ts";
import { stateDir } from "../../journal/state-dir.ts";
import { createClock } from "../../target/clock.ts";
import type { Access } from "../open-target.ts";
import { type Pruning, prunable } from "./prunable.ts";

interface Prunable extends Pruning {
  /** Journals that cannot be read. They stay. */
  readonly unread: readonly UnreadJournal[];
  /** Files whose first record was never finished, as old as the others: they go, too. */
  readonly unbegun: readonly UnbegunJournal[];
  /** Removes the journals of `go` and the unbegun ones; returns those of `go` that are gone. One that has changed stays. */
  remove(): Promise<readonly ListedExecution[]>;
}

const DAY_MS = 86_400_000;

/** What of the executions on record nothing needs any more, if not written to for `days`. Removes nothing yet. */
export async function planPruning(
  options: Pick<Access, "stateDir">,
  { env }: Pick<Environment, "env">,
  days: number,
): Promise<Prunable> {
  // The times of files are the machine's own, whichever clock is set.
  const before = createClock({}).now() - days * DAY_MS;
  const dir = stateDir(options.stateDir, env);
  const [{ executions, unread, unbegun: all }, locks, unshared] = await Promise.all([
    listExecutions(dir),
    heldLocks(dir),
    unsharedExecutions(dir),
  ]);
  const locked = new Set(locks.map(({ holder }) => holder.execution));
  const pruning = prunable(executions, { locked, unshared: new Set(unshared) }, before);
  const unbegun = all.filter(({ writtenAt }) => writtenAt < before);
  const remove = async () => {
    await removeAll(dir, unbegun);
    const gone = await removeAll(dir, pruning.go);
    for (const one of gone) if (isShared(one)) await markPruned(dir, one.id, one.records);
    return gone;
  };
  return { ...pruning, unread, unbegun, remove };
}

/** The shared journal keeps it, and this machine wants no copy of it any more. */
export const isShared = ({ process }: Pick<ListedExecution, "process">): boolean => process !== undefined;

async function removeAll<Journal extends UnbegunJournal>(
  dir: string,
  going: readonly Journal[],
): Promise<readonly Journal[]> {
  const gone: Journal[] = [];
  for (const execution of going) {
    const locked = (await heldLocks(dir)).some(({ holder }) => holder.execution === execution.id);
    if (!locked && (await removeJournal(dir, execution.id, execution.writtenAt))) gone.push(execution);
  }
  return gone;
}
