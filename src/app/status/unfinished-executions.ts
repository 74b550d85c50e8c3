import type { Execution } from "../../domain/execution.ts";
import type { SharedHolder } from "../../domain/lock.ts";
import type { Leftover } from "../../domain/status/target-status.ts";
import { newestFirst } from "../../domain/time.ts";
import { listExecutions } from "../../journal/journal-file.ts";
import { type Holder, heldLocks, isAlive } from "../../journal/lock-file.ts";
import { onTarget } from "../execution/executions-of-target.ts";
import type { OpenTarget } from "../open-target.ts";
import { operatorOf } from "../operator.ts";
import { createLeftBehind } from "./left-behind.ts";

/**
 * What earlier executions on this target have left: those that never came to an end, locks, and what was changed for the
 * run and is not back; newest first.
 */
export async function leftoversOf(
  open: OpenTarget,
  sharedHolder: () => Promise<SharedHolder | undefined>,
): Promise<readonly Leftover[]> {
  const { target, endpoint, stateDir: dir } = open;
  const [{ executions }, locks, shared] = await Promise.all([
    listExecutions(dir),
    heldLocks(dir),
    // Who may not read it has no part in it; the doctor says so.
    sharedHolder().catch(() => undefined),
  ]);
  const here = onTarget(executions, target, endpoint);
  const lockOf = (id: string) => locks.find(({ holder }) => holder.execution === id);
  const known = new Set(executions.map(({ id }) => id));
  const orphans = locks.filter(
    ({ key, holder }) => !known.has(holder.execution) && key.startsWith(`${target.service}-`),
  );
  const leftBehind = createLeftBehind(open);
  const own = here.map(async (one) => leftover(one, lockOf(one.id)?.holder, await leftBehind(one)));
  return [
    ...(await Promise.all(own)).flat(),
    ...orphans.map(({ holder }) => orphan(holder)),
    ...(shared === undefined || shared.released === true || known.has(shared.execution) ? [] : [elsewhere(shared)]),
  ].sort((a, b) => newestFirst(a.since, b.since));
}

const OPEN: ReadonlySet<string> = new Set(["interrupted", "unknown"]);

function leftover(
  { id, started, ended }: Execution,
  holder: Holder | undefined,
  notBack: readonly string[],
): Leftover[] {
  const isRunning = holder !== undefined && runs(holder);
  const isOpen = ended === undefined || OPEN.has(ended.status);
  if (!isOpen && holder === undefined && notBack.length === 0) return [];
  const open = (ended !== undefined && isOpen ? ended.status : "unfinished") as Leftover["state"];
  const state = isRunning ? "running" : isOpen || notBack.length > 0 ? open : "ended";
  const { operator, at: since, runbook } = started;
  const frame = { execution: id, what: runbook.id, state, since, operator, holdsLock: holder !== undefined };
  // While it runs, it is meant to be so.
  return [notBack.length === 0 || isRunning ? frame : { ...frame, notBack }];
}

/** It took the lock and has not begun its journal: it plans, or died over it. */
function orphan(holder: Holder): Leftover {
  const { execution, command, since, operator } = holder;
  return { execution, what: command, state: runs(holder) ? "running" : "ended", since, operator, holdsLock: true };
}

function elsewhere({ execution, command, since, operator, host }: SharedHolder): Leftover {
  return { execution, what: command, state: "elsewhere", since, operator: `${operator}@${host}`, holdsLock: true };
}

/** Another machine's process cannot be looked at, and counts as alive. */
function runs(holder: Holder): boolean {
  return holder.host !== operatorOf().host || isAlive(holder);
}
