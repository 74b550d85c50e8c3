import { commandLine } from "../../domain/command-line.ts";
import { OpsError } from "../../domain/error.ts";
import type { ExecutionDetached, JournalEvent } from "../../domain/execution-event.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import type { Runbook } from "../../domain/runbook.ts";
import type { SharedLog } from "../../domain/shared-log.ts";
import { unsharedError } from "../../domain/shared-log-errors.ts";
import { isRescue } from "../../engine/by-hand.ts";
import type { JournalFile } from "../../journal/journal-file.ts";
import { sharedJournal } from "../../journal/shared/shared-journal.ts";
import { thisProcess } from "../../journal/shared/this-process.ts";
import { createClock } from "../../target/clock.ts";
import type { ExecutionSession } from "./session.ts";
import type { TargetLock } from "./target-lock.ts";

export interface Sharing {
  readonly execution: string;
  /** The shared journal that the execution belongs to; undefined: it is this machine's alone. */
  readonly store: string | undefined;
  /** Absent where all that this process does puts something back. */
  readonly runbook?: Runbook;
  /** All that this process does puts something back: an undo, or what an earlier process could not put back. */
  readonly isBack: boolean;
  readonly hasSent: boolean;
  /** A read of the shared journal that was begun earlier. */
  readonly looked?: Promise<unknown> | undefined;
}

/** The members of a record that begins or continues an execution, where its journal is shared. */
export const sharedBy = (store: string | undefined) => (store === undefined ? {} : { process: thisProcess() });

/**
 * The journal of an execution: this machine's file, or the shared journal, with the file as its copy. A rollback, an
 * undo and a restoring step never wait for a journal that does not answer; another change is sent without it only where
 * a person types that it may.
 */
export function shareJournal(
  file: JournalFile,
  sharing: Sharing,
  session: ExecutionSession,
  lock: TargetLock,
): JournalFile {
  const { execution, store } = sharing;
  if (store === undefined) return file;
  const { target, io } = session;
  const log = target.sharedLog?.name === store ? target.sharedLog : unknownLog(store);
  return sharedJournal({
    log,
    file,
    execution,
    ...(sharing.looked && { looked: sharing.looked }),
    target: target.target.name,
    writer: thisProcess().writer,
    now: createClock({}).now,
    mayDetach: async (event, failure) => {
      const how = await detaching(event, failure, log, sharing, session);
      await lock.markUnshared();
      return how;
    },
    tell: (event) => io.notify(event),
    say: io.say,
    leaves: (place) => lock.leavesUnshared(place),
  });
}

async function detaching(
  event: JournalEvent,
  failure: Error,
  log: SharedLog,
  sharing: Sharing,
  { target, io }: ExecutionSession,
): Promise<ExecutionDetached["how"]> {
  const { execution, runbook, isBack, hasSent } = sharing;
  if (isBack || runbook === undefined || isRescue(target.planner, runbook) || isRestoring(event, runbook))
    return "rescue";
  const text = `unshared ${execution}`;
  const why = failure.message;
  const { yes } = await io.ask({ kind: "unshared", execution, store: log.name, why, text, hasSent });
  if (yes) return "typed";
  const error = failure instanceof OpsError ? failure : unanswered(failure);
  throw unsharedError(error, execution, [`at a terminal, type ${text} to continue without it`]);
}

/** It puts something back, or undoes something. */
function isRestoring(event: JournalEvent, { finally: restoring }: Runbook): boolean {
  if (!("step" in event)) return false;
  return event.phase === "undo" || restoring.some(({ id }) => id === event.step);
}

const unanswered = (cause: Error): OpsError =>
  new OpsError({
    code: "journal-store-silent",
    exitCode: EXIT.failed,
    fault: "remote",
    message: cause.message,
    cause,
  });

/** For an execution of a shared journal that the configuration here does not name. */
function unknownLog(name: string): SharedLog {
  const refuse = async (): Promise<never> => {
    throw new OpsError({
      code: "journal-store-refused",
      exitCode: EXIT.usage,
      fault: "operator",
      message: `the execution belongs to the shared journal ${name}, and the configuration here names another one or none`,
      next: [`in vulcan-ops.yaml, your own: journal: ${name}`, commandLine`vulcan-ops config`],
    });
  };
  return { name, put: refuse, read: refuse, list: refuse };
}
