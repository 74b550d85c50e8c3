import { createHash } from "node:crypto";
import { messageRequest } from "../../domain/announcement.ts";
import { OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import { identityAt } from "../../domain/identity.ts";
import type { LockHolder } from "../../domain/lock.ts";
import {
  heldByAnotherError,
  isUnreadableLock,
  notTakenOverError,
  unreadableLockError,
  unsharedRecordsError,
} from "../../domain/lock.ts";
import type { Environment, OpenIo, OperatorIo } from "../../domain/ports.ts";
import type { ActionServices } from "../../domain/services.ts";
import type { SharedLog } from "../../domain/shared-log.ts";
import type { AskMode, Target } from "../../domain/target.ts";
import { withCommand } from "../../domain/unfinished.ts";
import { nameUnfinished } from "../../engine/close.ts";
import { type ExecutionOutcome, withSentence } from "../../engine/outcome.ts";
import type { Engine } from "../../engine/run.ts";
import { hasJournal, type JournalFile, loadJournal, readRecords } from "../../journal/journal-file.ts";
import { findLocks, holds, type Lock, mayRun, takeLock } from "../../journal/lock-file.ts";
import { thisMachine, visibilityOf } from "../../journal/machine.ts";
import { syncJournal } from "../../journal/shared/sync-journal.ts";
import { openStateDir } from "../../journal/state-dir.ts";
import { limitHeapGrowth } from "../limit-heap-growth.ts";
import { type Access, type OpenTarget, openTarget } from "../open-target.ts";
import { operatorOf } from "../operator.ts";
import { warnOnFailure } from "../warn-on-failure.ts";
import { credentialsWait } from "./await-credentials.ts";
import { emergencyOf } from "./emergency-option.ts";
import { measuredDurations } from "./measured-durations.ts";
import { reasonOf } from "./reason-option.ts";
import { type EndingOnScreen, noticesOf, tellUnwritten } from "./session-notices.ts";
import { type RecordPlace, TargetLock } from "./target-lock.ts";

export interface SessionOptions extends Access {
  /** The execution continues only if its first write replaces this value. */
  readonly expectCurrent?: string | undefined;
  /** Why it is done, as typed. */
  readonly reason?: string | undefined;
  /** Why it waits for no approval and no open calendar, as typed. */
  readonly emergency?: string | undefined;
  /**
   * The same command may have been begun before, perhaps on another machine: what is left of that process yields without
   * a question. For `run --as`, which an engine or a pipeline starts again.
   */
  readonly continuesOwn?: boolean | undefined;
  /** Which questions a person is asked; default: as the target's own configuration says, else each. */
  readonly ask?: AskMode | undefined;
}

/** One process's work for an operator on a target. */
export interface ExecutionSession {
  readonly target: OpenTarget;
  readonly io: OperatorIo;
  readonly environment: Environment;
  readonly expectCurrent?: string | undefined;
  /** Why it is done, as it is recorded. */
  readonly reason?: string | undefined;
  /** Why it waits for no approval and no open calendar, as it is recorded. */
  readonly emergency?: string | undefined;
  readonly continuesOwn?: boolean | undefined;
  readonly ask?: AskMode | undefined;
  /** False: where another execution holds the target, it is said and not asked. */
  readonly takesOver?: false;
  /** Everything that it sends helps in an incident. */
  readonly isRescue?: boolean;
}

/** The outcome of an execution, with its id. */
export interface ExecutionResult {
  readonly execution: string;
  readonly outcome: ExecutionOutcome;
}

interface Opening {
  readonly pinned?: Target | undefined;
  readonly purpose?: "any" | "reading";
}

/** Opens the target and the operator's io. Always restores the terminal afterwards. */
export async function withSession<T>(
  options: SessionOptions,
  environment: Environment,
  openIo: OpenIo,
  opening: Opening,
  work: (session: ExecutionSession) => Promise<T>,
): Promise<T> {
  const { expectCurrent, ask, continuesOwn } = options;
  const emergency = emergencyOf(options.emergency);
  // Who says why nothing can wait has said why.
  const reason = reasonOf(options.reason) ?? emergency;
  const target = await openTarget(options, environment, opening);
  const io = openIo(target.clock);
  return warnOnFailure(
    () => work({ target, io, environment, expectCurrent, reason, emergency, continuesOwn, ask }),
    () => io.close(),
    () => {},
  );
}

/**
 * Allows one execution at a time on a target. The lock on this machine is a file; the lock among machines is a
 * parameter beside the target, taken while `work` begins. Both are always released. A failed release is reported, and
 * never replaces the result.
 */
export async function withTargetLock<T>(
  execution: string,
  command: string,
  { target, io, environment, continuesOwn, takesOver, isRescue = false }: ExecutionSession,
  work: (dir: string, lock: TargetLock) => Promise<T>,
): Promise<T> {
  const { clock } = target;
  const dir = await openStateDir(target.stateDir);
  const since = new Date(clock.now()).toISOString();
  const { machine } = thisMachine();
  const holder = { execution, command, since, ...operatorOf(), ...(machine && { machine }) };
  const yielded: LockHolder[] = [];
  // Identify the caller before our first write request, and the lock's own request is one.
  const key = lockKey(target, (await target.caller()).account);
  const local = await takeLock(dir, key, holder, async (other) => {
    if (takesOver === false) throw heldByAnotherError(other, clock.now());
    const scope = visibilityOf(other) === "here" ? "machine" : "shared";
    const asking = io.ask({ kind: "takeOver", holder: other, scope, now: clock.now() });
    const { yes } = await asking.catch((error: unknown) => {
      throw isUnreadableLock(other) ? unreadableLockError(error) : error;
    });
    if (!yes) throw notTakenOverError(other);
    const { execution: id, command: runs, operator, host, since: from } = other;
    yielded.push({ execution: id, command: runs, operator, host, since: from });
    return true;
  });
  const isRecorded = (id: string) => hasJournal(dir, id);
  const { typed } = environment;
  const isContinued = await isRecorded(execution);
  environment.holds?.({ execution, isRecorded: isContinued, typed });
  const lock = new TargetLock({
    holder,
    local,
    shared: target.sharedLock,
    takenOverFrom: yielded,
    clock,
    ask: takesOver === false ? refuseHolder : io.ask,
    note: io.say,
    isGone: (id) => isGone(dir, id, local, execution),
    isRecorded,
    lastShared: (id) => lastShared(dir, id),
    placeOf: (id, place) => placeOf(dir, id, place, target),
    isRescue,
    continuesOwn: continuesOwn === true,
    isContinued,
  });
  return warnOnFailure(
    () => work(dir, lock),
    async () => {
      await lock.release();
      environment.holds?.(undefined);
    },
    (problem) => io.say(`The lock of the target could not be released: ${problem}`),
  );
}

/** For a lock that asks one thing only: whether it may take the target over. */
const refuseHolder: OperatorIo["ask"] = async (question) => {
  if (question.kind === "withoutRecords") throw unsharedRecordsError(question.records);
  if (question.kind === "takeOver") throw heldByAnotherError(question.holder, question.now);
  throw new Error(`the lock asks ${question.kind}`);
};

/** Whether its process is gone: it died while it held our lock, or its journal is here and it holds no lock. */
async function isGone(dir: string, execution: string, local: Lock, own: string): Promise<boolean> {
  if (local.after === execution) return true;
  if (!(await hasJournal(dir, execution))) return false;
  // The lock of its own execution here is this process's.
  if (execution !== own && (await findLocks(dir, execution)).some(holds)) return false;
  // A journal that is shared lies here as a copy: its last process may run on another machine.
  const last = await lastProcess(dir, execution);
  return last === undefined || !mayRun(last);
}

/** The process that wrote to a shared journal last; undefined where it is this machine's alone. */
async function lastProcess(dir: string, execution: string) {
  const found = await loadJournal(dir, execution).catch(() => undefined);
  return found?.execution.process;
}

async function lastShared(dir: string, id: string): Promise<string | undefined> {
  const found = await loadJournal(dir, id).catch(() => undefined);
  return found?.execution.started.store === undefined ? undefined : found.execution.lastAt;
}

/** Where this machine has the record, it shares it first. */
async function placeOf(dir: string, id: string, place: number, { sharedLog }: OpenTarget): Promise<RecordPlace> {
  const isShared = async (log: SharedLog): Promise<boolean> => {
    await syncJournal(dir, id, log);
    return (await log.read(id, place)).length > 0;
  };
  if (sharedLog !== undefined && (await isShared(sharedLog).catch(() => false))) return "shared";
  const found = await readRecords(dir, id).catch(() => undefined);
  return found !== undefined && found.events.length >= place ? "here" : "elsewhere";
}

/** One service has one lock, whatever its names: account (as AWS says it), region, cluster, service, endpoint. */
function lockKey({ target, endpoint }: OpenTarget, account: string): string {
  const where = [account, target.region, target.cluster, target.service, endpoint].join("|");
  return `${target.service}-${createHash("sha256").update(where).digest("hex").slice(0, 12)}`;
}

/** Only the questions to a person can be fewer: without one, flags answer each of them. */
export function asksAtGates({ target: { target }, io, ask }: Pick<ExecutionSession, "target" | "io" | "ask">): boolean {
  return io.hasPerson === true && (ask ?? target.ask) === "gates";
}

export async function engineOf(
  journal: JournalFile,
  hold: TargetLock,
  session: ExecutionSession,
): Promise<Engine<ActionServices>> {
  const { target, io, environment, expectCurrent } = session;
  const { channel } = target.services;
  const notices = await noticesOf(session);
  return {
    ...target.planner,
    gateway: target.gateway,
    io,
    journal,
    lock: hold,
    stop: environment.stop,
    newCredentials: credentialsWait({ target, io, environment }),
    asksAtGates: asksAtGates(session),
    ...measuredDurations(target),
    ...(notices && { notices }),
    ...(channel && {
      call: (text, key) => target.gateway.send(messageRequest(channel, `${channel.prefix}${text}`), key),
    }),
    ...(expectCurrent === undefined ? {} : { expectCurrent }),
  };
}

/** Runs to the outcome, even if the journal can no longer record it. Always closes the journal. */
export async function withJournal(
  execution: string,
  journal: JournalFile,
  session: ExecutionSession,
  lock: TargetLock,
  work: (journal: JournalFile) => Promise<ExecutionOutcome>,
): Promise<ExecutionResult> {
  limitHeapGrowth();
  const ownJournal: JournalFile = {
    ...journal,
    async append(event) {
      await lock.assertOwnJournal();
      await journal.append(event);
      await lock.recorded();
      const { typed } = session.environment;
      session.environment.holds?.({ execution, isRecorded: true, typed });
    },
  };
  const outcome = await warnOnFailure(
    () => work(ownJournal).catch((error: unknown) => unwritten(error, execution, session, lock)),
    () => journal.close(),
    (problem) => session.io.say(`The journal could not be closed: ${problem}`),
  );
  return { execution, outcome };
}

/**
 * The journal takes no more records of this process: the disk is full, or another process continues it. Only the screen
 * shows this outcome, what the journal says was not put back, and what to type.
 */
async function unwritten(
  error: unknown,
  execution: string,
  session: ExecutionSession,
  lock: TargetLock,
): Promise<ExecutionOutcome> {
  const { target, io } = session;
  if (!(error instanceof OpsError)) throw error;
  const { message, unchanged = "", next = [], code: reason, exitCode } = error.detail;
  const isFull = reason === "state-dir-unwritable" && exitCode === EXIT.unknown;
  if (!isFull && reason !== "lock-lost") throw error;
  const status = isFull ? "unknown" : "guarded";
  const text = isFull ? `${message}. ${unchanged}` : message;
  // Rarely needed, and it loads all actions.
  const { unfinishedByJournal } = await import("./unfinished-by-journal.ts");
  const left = [...(await unfinishedByJournal(target.stateDir, execution)), ...(await lock.freeShared())];
  const unfinished = left.map((one) => withCommand(one, target.asPasted));
  const ended = withSentence({ status, exitCode, reason, text, next: next.map(target.asPasted) }, "");
  // It has answered already: the lock has asked for it.
  const { account } = await target.caller();
  const identity = identityAt(target.target, account, target.endpoint);
  const named: EndingOnScreen = { ...nameUnfinished(unfinished, ended), unfinished, identity };
  const lostNotices = await tellUnwritten(session, execution, named);
  const ending = { ...named, ...(lostNotices.length > 0 && { lostNotices }) };
  io.notify({ type: "execution.ended", at: new Date(target.clock.now()).toISOString(), execution, ...ending });
  return ending;
}
