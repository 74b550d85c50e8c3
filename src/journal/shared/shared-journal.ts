import { setTimeout as delay } from "node:timers/promises";
import type { ExecutionDetached, JournalEvent, StepConfirmed, StepFailed } from "../../domain/execution-event.ts";
import type { LogRecord, SharedLog } from "../../domain/shared-log.ts";
import { isSilence, isStoreFailure, overtakenError } from "../../domain/shared-log-errors.ts";
import { headOf, type Link, toLine } from "../chain.ts";
import type { JournalFile } from "../journal-file.ts";
import { redactEvent } from "../redact-event.ts";
import { put, recordOf } from "./put-record.ts";
import { syncOwnJournal } from "./sync-journal.ts";
import { markUnshared, unmarkUnshared } from "./unshared-mark.ts";
import { writerOf } from "./writer.ts";

export interface SharedParts {
  readonly log: SharedLog;
  /** This machine's copy. While the log does not answer, it is all there is. */
  readonly file: JournalFile;
  readonly execution: string;
  /** Name of the target, for the list of executions. */
  readonly target: string;
  /** This process, as in each record that it writes. */
  readonly writer: string;
  /**
   * The log does not take a record that has to be there before a request is sent: how the execution continues on this
   * machine's file. Throws where it does not continue.
   */
  mayDetach(event: JournalEvent, failure: Error): Promise<ExecutionDetached["how"]>;
  /**
   * A read of the log that was begun before there was anything to record. Where it had no answer, the first record does
   * not wait as long again.
   */
  readonly looked?: Promise<unknown>;
  /** Epoch ms of this machine's own clock, which runs on while the process, or the machine, is suspended. */
  now(): number;
  /** Shows people an event that the engine does not know of. */
  tell(event: ExecutionDetached): void;
  /** One sentence for people. */
  say(sentence: string): void;
  /** At its end its records up to this place are on this machine only. */
  leaves(place: number): void;
}

/** A log that gave no answer before may answer again: so long the first record waits in any case. */
const GRACE_MS = 300;

/** So long after its record a change is sent without a look at the log again. */
const FRESH_MS = 2000;

/** These are in the log before a request is sent. What a wait has to say is put there as soon as it answers. */
const BEFORE_A_REQUEST: ReadonlySet<string> = new Set(["execution.started", "execution.resumed", "step.confirmed"]);

/**
 * A journal whose truth is a shared log. Each record is put at its place, on the condition that the place is free, and
 * only then copied to this machine's file. A record of a wait that the log does not take is kept in order and put before
 * the next change. `append` throws exit 5 where another process has written the next record: it has the execution now.
 */
export function sharedJournal(parts: SharedParts): JournalFile {
  const { log, file, execution } = parts;
  let end = file.end();
  let waiting: readonly LogRecord[] = [];
  let isDetached = false;
  let isMarked = false;
  let isCopyWhole = true;
  let acknowledged = parts.now();

  const { looked } = parts;
  const silence = new Promise<never>((_, reject) => {
    looked?.catch((error: unknown) => isSilence(error) && reject(error));
  });
  silence.catch(() => undefined);
  /** The answer of the first put may still come: the file then has the same record. */
  const unlessSilent = async (putting: Promise<void>): Promise<void> => {
    putting.catch(() => undefined);
    const late = delay(GRACE_MS, undefined, { ref: false }).then(() => silence);
    late.catch(() => undefined);
    await (hasAnswered ? putting : Promise.race([putting, late]));
    hasAnswered = true;
  };
  let hasAnswered = looked === undefined;

  const mark = async (is: boolean): Promise<void> => {
    if (is === isMarked) return;
    isMarked = is;
    await (is ? markUnshared : unmarkUnshared)(file.path);
  };

  /** Undefined: the log has every record. */
  const flush = async (): Promise<Error | undefined> => {
    try {
      for (; waiting[0] !== undefined; waiting = waiting.slice(1)) await unlessSilent(put(log, waiting[0]));
    } catch (error) {
      if (!isStoreFailure(error)) throw error;
      await mark(true);
      return error;
    }
    acknowledged = parts.now();
    await mark(false);
    return undefined;
  };

  /** While the log has all records, a full disk here is no reason to stop. */
  const copy = async (line: string, link: Link): Promise<void> => {
    try {
      // A copy with a gap would be damaged.
      if (isCopyWhole || isDetached || waiting.length > 0) await file.appendLine(line, link);
    } catch (error) {
      isCopyWhole = false;
      if (isDetached || waiting.length > 0) throw error;
    }
    end = link;
  };

  const detach = async (event: JournalEvent, line: string, link: Link, failure: Error): Promise<void> => {
    const how = await parts.mayDetach(event, failure).catch(async (refusal: unknown) => {
      if (event.type !== "step.confirmed") {
        // Nothing of this process is on record, and nothing was sent.
        waiting = [];
        await mark(false);
      } else {
        // An answer may only have been lost: the record may be in the log. So it stands, with its end.
        await copy(line, link);
        await append(notSent(event, failure));
      }
      throw refusal;
    });
    isDetached = true;
    waiting = [];
    await copy(line, link);
    const detached = {
      type: "execution.detached",
      at: event.at,
      execution,
      store: log.name,
      why: failure.message,
      how,
    } as const;
    await append(detached);
    parts.tell(detached);
  };

  const append = async (event: JournalEvent): Promise<void> => {
    const { line, link } = toLine(redactEvent(event), end);
    if (!isDetached) {
      waiting = [...waiting, recordOf(event, line, link, parts)];
      const failure = await flush();
      if (failure !== undefined && BEFORE_A_REQUEST.has(event.type)) return detach(event, line, link, failure);
    }
    await copy(line, link);
  };

  return {
    ...file,
    head: () => headOf(end),
    end: () => end,
    append,
    async assertOwn() {
      if (isDetached || parts.now() - acknowledged < FRESH_MS) return;
      const [next] = await log.read(execution, end.n + 1).catch(unlessStoreFailure);
      if (next !== undefined) throw overtakenError(execution, writerOf(next.line));
      acknowledged = parts.now();
    },
    async close() {
      await file.close();
      if (!isMarked) return;
      const isShared = await syncOwnJournal(file.path, execution, log).then(
        (synced) => synced === "pushed" || synced === "same",
        () => false,
      );
      if (isShared) return;
      parts.leaves(end.n);
      parts.say(`${UNSHARED} The next command here that reaches ${log.name} shares them.`);
    },
  };
}

const UNSHARED = "The last records of this execution are on this machine only.";

function unlessStoreFailure(error: unknown): [] {
  if (isStoreFailure(error)) return [];
  throw error;
}

const notSent = ({ at, execution, step, phase }: StepConfirmed, failure: Error): StepFailed => ({
  type: "step.failed",
  at,
  execution,
  step,
  phase,
  reason: "journal-store-silent",
  text: `not sent: ${failure.message}`,
  evidence: [],
  next: [],
  effect: "none",
});
