import type { Environment } from "../../domain/ports.ts";
import type { UnreadJournal } from "../../domain/unread-journal.ts";
import { removeJournal } from "../../journal/journal-file.ts";
import { type ListedExecution, listExecutions } from "../../journal/list-executions.ts";
import { heldLocks } from "../../journal/lock-file.ts";
import { stateDir } from "../../journal/state-dir.ts";
import { createClock } from "../../target/clock.ts";
import type { Access } from "../open-target.ts";
import { type Pruning, prunable } from "./prunable.ts";

interface Prunable extends Pruning {
  /** Journals that cannot be read. They stay. */
  readonly unread: readonly UnreadJournal[];
  /** Removes the journals of `go`, and returns those that are gone. One that has changed since stays. */
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
  const [{ executions, unread }, locks] = await Promise.all([listExecutions(dir), heldLocks(dir)]);
  const pruning = prunable(executions, new Set(locks.map(({ holder }) => holder.execution)), before);
  return { ...pruning, unread, remove: () => removeAll(dir, pruning.go) };
}

async function removeAll(dir: string, going: readonly ListedExecution[]): Promise<readonly ListedExecution[]> {
  const gone: ListedExecution[] = [];
  for (const execution of going) {
    const locked = (await heldLocks(dir)).some(({ holder }) => holder.execution === execution.id);
    if (!locked && (await removeJournal(dir, execution.id, execution.writtenAt))) gone.push(execution);
  }
  return gone;
}
