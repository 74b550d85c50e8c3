import { setTimeout as delay } from "node:timers/promises";
import { commandLine } from "../../domain/command-line.ts";
import { guardError, OpsError, usageError } from "../../domain/error.ts";
import type { ExecutionHandedOver } from "../../domain/execution-event.ts";
import { MOST_NOTE, ownWords } from "../../domain/execution-note.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import { openSteps } from "../../domain/handover.ts";
import type { Environment, OpenIo } from "../../domain/ports.ts";
import { partOf } from "../../engine/part-of.ts";
import { continueJournal, loadJournal } from "../../journal/journal-file.ts";
import { findLocks, isAlive, runsHere } from "../../journal/lock-file.ts";
import type { Holder } from "../../journal/lock-record.ts";
import type { Loaded } from "../../journal/parse-journal.ts";
import { stateDir } from "../../journal/state-dir.ts";
import { runbookOnRecord } from "../open-runbook.ts";
import { operatorOf } from "../operator.ts";
import { isUnfinished } from "./continue-execution.ts";
import { namedExecution } from "./named-execution.ts";
import { elsewhereOf } from "./record.ts";
import { type SessionOptions, withSession, withTargetLock } from "./session.ts";
import { shareJournal } from "./share-journal.ts";
import { syncWith } from "./shared-journals.ts";
import { unfinishedByJournal } from "./unfinished-by-journal.ts";

export interface HandoverOptions extends SessionOptions {
  /** The execution: its id, the beginning of it, or `last`. */
  readonly id: string;
  /** What the person who continues it has to know, as typed. */
  readonly note?: string | undefined;
}

/** What the person who continues it reads. `isShared`: on any machine. */
export interface HandedOver {
  readonly page: ExecutionHandedOver;
  readonly isShared: boolean;
}

/** The process of a wait or of a request stops within seconds; one that reads may take as long as its reads. */
const STOPS_WITHIN_MS = 120_000;
const LOOK_EVERY_MS = 200;

/**
 * Stops the process of an execution at a safe point, where one runs on this machine, and records where the execution
 * stands for the person who continues it. Nothing is put back: the next process has to find it as it is. Exit 11 where
 * its process runs elsewhere, 6 where it has come to its end.
 */
export async function handOver(
  { id: typed, note, ...options }: HandoverOptions,
  environment: Environment,
  openIo: OpenIo,
): Promise<HandedOver> {
  const words = note === undefined ? undefined : ownWords(note, MOST_NOTE);
  if (note !== undefined && words === undefined)
    throw usageError("note-invalid", `a note has 1 to ${MOST_NOTE} characters`, [
      commandLine`vulcan-ops handover ${typed} --note TEXT`,
    ]);
  const named = await namedExecution(typed, options, environment);
  const dir = stateDir(options.stateDir, environment.env);
  const found = await loadJournal(dir, named);
  const { id, started } = found.execution;
  const running = (await findLocks(dir, id)).find(runsHere);
  if (running === undefined) assertToHandOver(found);
  else await stopProcess(running, environment);
  return withSession(options, environment, openIo, { pinned: started.target }, (session) =>
    withTargetLock(id, `handover ${id}`, { ...session, takesOver: false, isRescue: true }, async (folder, lock) => {
      const { sharedLog, clock } = session.target;
      await lock.acquired();
      lock.flushNotices();
      if (sharedLog !== undefined) await syncWith(sharedLog, folder, environment, id);
      const current = await loadJournal(folder, id);
      assertToHandOver(current);
      const whole = await runbookOnRecord(started.runbook);
      const runbook = whole && partOf(session.target.planner, whole);
      const event: ExecutionHandedOver = {
        type: "execution.handedOver",
        at: new Date(clock.now()).toISOString(),
        execution: id,
        ...operatorOf(),
        ...(words !== undefined && { note: words }),
        open: runbook === undefined ? [] : openSteps(current.execution, runbook),
        unfinished: current.execution.ended?.unfinished ?? (await unfinishedByJournal(folder, id)),
      };
      const sharing = { execution: id, store: started.store, isBack: true, hasSent: true };
      const journal = shareJournal(await continueJournal(current), sharing, session, lock);
      try {
        await journal.append(event);
        await lock.recorded();
      } finally {
        await journal.close();
      }
      return { page: event, isShared: started.store !== undefined };
    }),
  );
}

function assertToHandOver({ execution }: Loaded): void {
  const { id, ended, process } = execution;
  if (!isUnfinished(execution))
    throw usageError("execution-ended", `execution ${id} has come to its end: ${ended?.text ?? ""}`, [
      commandLine`vulcan-ops show ${id}`,
    ]);
  const { elsewhere } = elsewhereOf({ ...(ended && { ended }), ...(process && { process }) });
  if (elsewhere === undefined) return;
  const { operator, host } = elsewhere;
  throw guardError(
    "runs-elsewhere",
    `execution ${id} is carried out by ${operator}@${host}, and only a command there can stop its process`,
    [commandLine`there: vulcan-ops handover ${id}`, commandLine`to take it over here: vulcan-ops resume ${id}`],
  );
}

/** SIGUSR2 asks it to stop without putting anything back. */
async function stopProcess({ pid, processStart, execution }: Holder, { stop, note }: Environment): Promise<void> {
  note(`Process ${pid} stops at a safe point …`);
  process.kill(pid, "SIGUSR2");
  for (let waited = 0; waited < STOPS_WITHIN_MS; waited += LOOK_EVERY_MS) {
    await delay(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => stop.throwIfAborted());
    if (!isAlive({ pid, processStart })) return;
  }
  throw new OpsError({
    code: "still-at-work",
    exitCode: EXIT.unknown,
    fault: "remote",
    message: `process ${pid} of execution ${execution} has not stopped within ${STOPS_WITHIN_MS / 1000} s`,
    unchanged: "It was asked to stop, and stops at its next safe point.",
    next: [commandLine`vulcan-ops handover ${execution}`, commandLine`vulcan-ops show ${execution}`],
  });
}
