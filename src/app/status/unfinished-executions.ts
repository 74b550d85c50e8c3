import { isRefused } from "../../domain/error.ts";
import { isUnreadableLock, type LockHolder, lockOperator, type SharedHolder } from "../../domain/lock.ts";
import { isOpen as isOpenEnd, type RecordedExecution } from "../../domain/recorded-execution.ts";
import type { UnfinishedExecution } from "../../domain/status/target-status.ts";
import { newestFirst } from "../../domain/time.ts";
import type { Unfinished } from "../../domain/unfinished.ts";
import { atMost, MOST_OPEN } from "../../journal/at-most.ts";
import { listExecutions } from "../../journal/list-executions.ts";
import { heldLocks, mayRun } from "../../journal/lock-file.ts";
import type { Holder } from "../../journal/lock-record.ts";
import { isSameMachine, thisMachine } from "../../journal/machine.ts";
import { onTarget } from "../execution/executions-of-target.ts";
import { elsewhereOf } from "../execution/record.ts";
import { syncWith } from "../execution/shared-journals.ts";
import type { OpenTarget } from "../open-target.ts";
import { createUnfinishedReads } from "./unfinished.ts";

/**
 * What earlier executions on this target left, newest first: executions without an end, locks, and changes made for the
 * run that are not restored.
 */
export async function unfinishedExecutions(
  open: OpenTarget,
  sharedHolder: () => Promise<SharedHolder | undefined>,
): Promise<readonly UnfinishedExecution[]> {
  const { target, endpoint, stateDir: dir, sharedLog } = open;
  if (sharedLog !== undefined) await syncWith(sharedLog, dir, {});
  const [{ executions }, locks, shared] = await Promise.all([
    listExecutions(dir),
    heldLocks(dir),
    // Where it cannot be read, the status says so in a row of its own, and the doctor among the permissions.
    sharedHolder().catch((error: Error) => error),
  ]);
  const holder = shared instanceof Error || shared?.released === true ? undefined : shared;
  const here = onTarget(executions, target, endpoint);
  const lockOf = (id: string) => locks.find(({ holder }) => holder.execution === id);
  const known = new Set(executions.map(({ id }) => id));
  const orphans = locks.filter(
    ({ key, holder }) => !known.has(holder.execution) && key.startsWith(`${target.service}-`),
  );
  const unfinishedOf = createUnfinishedReads(open);
  const own = await atMost(MOST_OPEN, here, async (one) =>
    unfinishedExecution(
      one,
      { here: lockOf(one.id)?.holder, shared: holder?.execution === one.id ? holder : undefined },
      await unfinishedOf(one),
    ),
  );
  const found = [
    ...own.flat(),
    ...orphans.map(({ holder }) => orphan(holder)),
    ...(holder === undefined || known.has(holder.execution) ? [] : [elsewhere(holder)]),
  ];
  // What is here is worth more than that there may be more. But no answer is not "nothing".
  if (found.length === 0 && shared instanceof Error && !isRefused(shared)) throw shared;
  return found.sort((a, b) => newestFirst(a.since, b.since));
}

/** The locks of one execution: the file of this machine, and the parameter. */
interface Locks {
  readonly here: Holder | undefined;
  readonly shared: SharedHolder | undefined;
}

function unfinishedExecution(
  { id, at: since, operator, runbook: what, ended, process }: RecordedExecution,
  { here, shared }: Locks,
  unfinished: readonly Unfinished[],
): UnfinishedExecution[] {
  const isElsewhere = here === undefined && shared !== undefined && !isSameMachine(shared, thisMachine());
  const isRunning = isElsewhere || (here !== undefined && mayRun(here));
  const isOpen = isOpenEnd({ ...(ended && { ended }) });
  // A process may end and leave the parameter alone: AWS refused to remove it.
  const holdsLock = here !== undefined || shared !== undefined;
  if (!isOpen && !holdsLock && unfinished.length === 0) return [];
  const open = (ended !== undefined && isOpen ? ended.status : "unfinished") as UnfinishedExecution["state"];
  const { elsewhere } = elsewhereOf({ ...(ended && { ended }), ...(process && { process }) });
  const by = elsewhere === undefined ? operator : `${elsewhere.operator}@${elsewhere.host}`;
  const resting = isOpen || unfinished.length > 0 ? open : "ended";
  const state = isElsewhere || elsewhere !== undefined ? "elsewhere" : isRunning ? "running" : resting;
  const frame = { execution: id, what, state, since, operator: by, holdsLock };
  // While the execution runs, these changes are intended.
  return [unfinished.length === 0 || isRunning ? frame : { ...frame, unfinished }];
}

/** It took the lock and has no journal yet: it is planning, or its process died. */
function orphan(holder: Holder): UnfinishedExecution {
  if (isUnreadableLock(holder)) return elsewhere(holder);
  const { execution, command, since, operator } = holder;
  return { execution, what: command, state: mayRun(holder) ? "running" : "ended", since, operator, holdsLock: true };
}

function elsewhere(holder: LockHolder): UnfinishedExecution {
  const { execution, command, since } = holder;
  return { execution, what: command, state: "elsewhere", since, operator: lockOperator(holder), holdsLock: true };
}
