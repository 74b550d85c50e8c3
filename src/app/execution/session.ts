import { createHash } from "node:crypto";
import { OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import type { LockHolder } from "../../domain/lock.ts";
import { leftTo } from "../../domain/lock.ts";
import type { Environment, OpenIo, OperatorIo } from "../../domain/ports.ts";
import type { World } from "../../domain/services.ts";
import type { Target } from "../../domain/target.ts";
import type { Ending } from "../../engine/outcome.ts";
import type { Engine } from "../../engine/run.ts";
import { hasJournal, type JournalFile } from "../../journal/journal-file.ts";
import { findLocks, holds, type Lock, takeLock } from "../../journal/lock-file.ts";
import { openStateDir } from "../../journal/state-dir.ts";
import { stayLean } from "../limit-heap-growth.ts";
import { type Access, type OpenTarget, openTarget } from "../open-target.ts";
import { operatorOf } from "../operator.ts";
import { onWayOut } from "../way-out.ts";
import { TargetLock } from "./target-lock.ts";

export interface SessionOptions extends Access {
  /** The first write continues only where it replaces this value. */
  readonly expectCurrent?: string | undefined;
}

/** One process's work for an operator on a target. */
export interface ExecutionSession {
  readonly target: OpenTarget;
  readonly io: OperatorIo;
  readonly environment: Environment;
  readonly expectCurrent?: string | undefined;
}

/** What came of an execution. */
export interface ExecutionResult {
  readonly execution: string;
  readonly outcome: Ending;
}

interface Opening {
  readonly pinned?: Target | undefined;
  readonly purpose?: "any" | "reading";
}

/** Opens the target and the operator's io, and gives the terminal back whatever happens. */
export async function withSession<T>(
  options: SessionOptions,
  environment: Environment,
  openIo: OpenIo,
  opening: Opening,
  work: (session: ExecutionSession) => Promise<T>,
): Promise<T> {
  const target = await openTarget(options, environment, opening);
  const io = openIo(target.clock);
  return onWayOut(
    () => work({ target, io, environment, expectCurrent: options.expectCurrent }),
    () => io.close(),
    () => {},
  );
}

/**
 * One execution at a time on a target: on this machine by a file, among machines by a parameter beside the target, taken
 * while `work` begins. Both are released whatever happens; a release that fails is told, and never replaces the result.
 */
export async function withTargetLock<T>(
  execution: string,
  command: string,
  { target, io }: ExecutionSession,
  work: (dir: string, lock: TargetLock) => Promise<T>,
): Promise<T> {
  const { clock } = target;
  const dir = await openStateDir(target.stateDir);
  const since = new Date(clock.now()).toISOString();
  const holder = { execution, command, since, ...operatorOf() };
  const yielded: LockHolder[] = [];
  // Who asks is known before the first request of ours that writes, the lock's own among them.
  const key = lockKey(target, (await target.caller()).account);
  const local = await takeLock(dir, key, holder, async (other) => {
    const scope = other.host === holder.host ? "machine" : "shared";
    const { yes } = await io.ask({ kind: "takeOver", holder: other, scope, now: clock.now() });
    if (!yes) throw leftTo(other);
    const { execution: id, command: runs, operator, host, since: from } = other;
    yielded.push({ execution: id, command: runs, operator, host, since: from });
    return true;
  });
  const lock = new TargetLock({
    holder,
    local,
    shared: target.sharedLock,
    yielded,
    clock,
    ask: io.ask,
    say: io.say,
    isGone: (id) => isGone(dir, id, local),
  });
  return onWayOut(
    () => work(dir, lock),
    () => lock.release(),
    (problem) => io.say(`The lock of the target could not be released: ${problem}`),
  );
}

/** What this state folder records ran on this machine, and the lock here is ours now: it runs no more, or holds another. */
async function isGone(dir: string, execution: string, local: Lock): Promise<boolean> {
  if (local.after === execution) return true;
  return (await hasJournal(dir, execution)) && !(await findLocks(dir, execution)).some(holds);
}

/** One service is one lock, whatever names it goes by: account as AWS says it, region, cluster, service, endpoint. */
function lockKey({ target, endpoint }: OpenTarget, account: string): string {
  const where = [account, target.region, target.cluster, target.service, endpoint].join("|");
  return `${target.service}-${createHash("sha256").update(where).digest("hex").slice(0, 12)}`;
}

export function engineOf(
  journal: JournalFile,
  hold: TargetLock,
  { target, io, environment, expectCurrent }: ExecutionSession,
): Engine<World> {
  return {
    ...target.planner,
    gateway: target.gateway,
    io,
    journal,
    hold,
    stop: environment.stop,
    ...(expectCurrent === undefined ? {} : { expectCurrent }),
  };
}

/** Runs to the outcome, also to one that the journal cannot hold any more; the journal is closed whatever happens. */
export async function withJournal(
  execution: string,
  journal: JournalFile,
  session: ExecutionSession,
  work: (journal: JournalFile) => Promise<Ending>,
): Promise<ExecutionResult> {
  stayLean();
  const outcome = await onWayOut(
    () => work(journal).catch((error: unknown) => unwritten(error, execution, session)),
    () => journal.close(),
    (problem) => session.io.say(`The journal could not be closed: ${problem}`),
  );
  return { execution, outcome };
}

/** Something was sent, and the journal takes no more: this outcome is on the screen alone, with what to type. */
function unwritten(error: unknown, execution: string, { target, io }: ExecutionSession): Ending {
  if (!(error instanceof OpsError) || error.detail.code !== "state-dir-unwritable") throw error;
  if (error.exitCode !== EXIT.unknown) throw error;
  const { message, unchanged = "", next = [], code: reason } = error.detail;
  const ending = { status: "unknown", exitCode: EXIT.unknown, reason, text: `${message}. ${unchanged}`, next } as const;
  io.notify({ type: "execution.ended", at: new Date(target.clock.now()).toISOString(), execution, ...ending });
  return ending;
}
