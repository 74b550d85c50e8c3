import { setTimeout as delay } from "node:timers/promises";
import { isRefused, OpsError } from "../../domain/error.ts";
import {
  type HeldLock,
  type LockHolder,
  lockLostError,
  newestUnshared,
  notTakenOverError,
  recordsAwaitedError,
  type SharedHolder,
  type SharedLock,
  type UnsharedRecords,
} from "../../domain/lock.ts";
import type { Clock, Io } from "../../domain/ports.ts";
import { limitOf } from "../../domain/time-limit.ts";
import type { Unfinished } from "../../domain/unfinished.ts";
import type { Lock } from "../../journal/lock-file.ts";
import {
  continuedWithoutMessage,
  leftLockMessage,
  lockLeftMessage,
  lockStillMarkedMessage,
  otherProcessMessage,
} from "./lock-messages.ts";
import { leaveUnsharedRecords, lockLeft, type Released, releaseSharedLock } from "./release-shared-lock.ts";

export type RecordPlace = "shared" | "here" | "elsewhere";

interface LockParts {
  readonly holder: LockHolder;
  readonly local: Lock;
  readonly shared: SharedLock;
  /** The executions on this machine that have already yielded. */
  readonly takenOverFrom: readonly LockHolder[];
  readonly clock: Clock;
  readonly ask: Io["ask"];
  /** For people, one sentence. */
  note(text: string): void;
  /** Whether the process of this execution ran on this machine and has ended. */
  isGone(execution: string): Promise<boolean>;
  /** RFC 3339: the last record of this execution, where its journal is shared; undefined: it is this machine's alone. */
  lastShared(execution: string): Promise<string | undefined>;
  /** Where the record of this execution at this place is: in the shared journal, on this machine only, or neither. */
  placeOf(execution: string, place: number): Promise<RecordPlace>;
  /** Everything that it sends helps in an incident: records of other executions that are elsewhere are no reason to ask. */
  readonly isRescue?: boolean;
  /** What is left of an earlier process of the same execution yields without a question. */
  readonly continuesOwn?: boolean;
  /** Whether its journal is in this machine's state folder. */
  isRecorded(execution: string): Promise<boolean>;
  /** An earlier process of this execution may have left its shared lock. */
  readonly isContinued: boolean;
}

/**
 * The first prompt waits so long; where the operator has said that the network is slow, longer, and never too long for an
 * incident. A later answer is settled before the first write.
 */
const PROMPT_WAIT_MS = 950;
const LONGEST_PROMPT_WAIT_MS = 10_000;
/** After a standstill of this machine an answer may lie unread when that time is over. */
const STANDSTILL_MS = 50;

/**
 * The lock of a target: on this machine and, if AWS lets us, shared with other machines. The request for the shared
 * lock starts at once, in parallel with other reads. The shared lock is advisory. If AWS refuses it or does not answer
 * in time, this is reported, and the execution continues with this machine's lock alone.
 */
export class TargetLock implements HeldLock {
  readonly #parts: LockParts;
  readonly #claiming: Promise<SharedHolder | Error>;
  readonly #waited = delay(Math.min(limitOf(PROMPT_WAIT_MS), LONGEST_PROMPT_WAIT_MS), undefined, { ref: false }).then(
    () => delay(STANDSTILL_MS, "late" as const, { ref: false }),
  );
  readonly #takenOverFrom: LockHolder[];
  readonly #takenOverHere: ReadonlySet<string>;
  readonly #notes: string[] = [];
  #without: readonly UnsharedRecords[] = [];
  #own: SharedHolder;
  #settling: Promise<void> | undefined;
  /** AWS has answered the request for the shared lock: from then on another operator may take it over. */
  #isAnswered = false;
  #isShared = true;
  #isUnshared = false;
  /** What is to be taken: at once, or once the log has a record of this process. */
  #due: SharedHolder | undefined;
  #unsharedTo: number | undefined;
  #wasAsked: boolean;
  #isFlushed = false;
  #freeing: Promise<Released | undefined> | undefined;
  #isLeftNamed = false;

  constructor(holding: LockParts) {
    this.#parts = holding;
    this.#own = holding.holder;
    this.#takenOverFrom = [...holding.takenOverFrom];
    this.#wasAsked = holding.takenOverFrom.length > 0;
    this.#takenOverHere = new Set(holding.takenOverFrom.map(({ execution }) => execution));
    this.#claiming = holding.shared
      .claim(this.#own)
      .catch((error: Error) => error)
      .finally(() => {
        this.#isAnswered = true;
      });
  }

  /** Waits a little for the shared lock, and asks if another execution holds it. True if that or this machine's lock asked. */
  async acquired(): Promise<boolean> {
    if ((await Promise.race([this.#claiming, this.#waited])) !== "late") await this.#settleShared();
    return this.#wasAsked;
  }

  continuedWithout(): readonly UnsharedRecords[] {
    return this.#without;
  }

  /** Prints the notes collected so far, and prints later notes at once. */
  flushNotices(): void {
    this.#isFlushed = true;
    for (const note of this.#notes.splice(0)) this.#parts.note(note);
  }

  async assertHeld(): Promise<void> {
    await this.#assertHeldHere();
    const isFresh = !this.#isAnswered;
    await this.#settleShared();
    await this.#takeDue();
    if (this.#isShared && !isFresh) await this.#assertStillShared();
    await this.#tellUnshared();
    // The shared lock may have taken seconds, in which another operator can take over on this machine.
    await this.#assertHeldHere();
  }

  async #assertHeldHere(): Promise<void> {
    const { local, clock } = this.#parts;
    const taker = await local.taker();
    if (taker !== undefined) throw lockLostError(taker, clock.now());
  }

  /** Another process of the same execution writes its journal now: this one must not. */
  async assertOwnJournal(): Promise<void> {
    const taker = await this.#parts.local.taker();
    if (taker?.execution === this.#own.execution) throw lockLostError(taker, this.#parts.clock.now());
  }

  /**
   * The execution has a record of this process. In a shared journal that record is what takes it over from another
   * process, so only now the lock follows: a process that is refused before has taken nothing. Never throws.
   */
  async recorded(): Promise<void> {
    if (this.#settling === undefined) return;
    await this.#settling.catch(() => undefined);
    // Where it is lost by now, this is said before the next change.
    await this.#takeDue().catch(() => undefined);
  }

  takenOverFrom(): readonly LockHolder[] {
    return this.#takenOverFrom.splice(0);
  }

  /**
   * Tells operators of other machines that the records of this execution are on this machine only: at once, or as soon as
   * the lock is known to be ours. Never throws.
   */
  async markUnshared(): Promise<void> {
    this.#isUnshared = true;
    if (this.#settling === undefined) return;
    await this.#settling.catch(() => undefined);
    await this.#tellUnshared();
  }

  /** Its records up to this place are on this machine only, at its end. */
  leavesUnshared(place: number): void {
    this.#unsharedTo = place;
  }

  async #tellUnshared(): Promise<void> {
    if (!this.#isUnshared || !this.#isShared || this.#own.isUnshared === true) return;
    const { shared } = this.#parts;
    const own = { ...this.#own, isUnshared: true };
    try {
      const now = await shared.read();
      // What another execution holds by now is not written over.
      if (now === undefined || !shared.isSame(now, this.#own)) return;
      await shared.replace(own);
      this.#own = own;
    } catch {
      // It is told in the journal, too.
    }
  }

  /** Ends what other machines see of this lock. Names what stays; the caller tells the operator. */
  async freeShared(): Promise<readonly Unfinished[]> {
    this.#isLeftNamed = true;
    const freed = await this.#free();
    return freed !== undefined && "why" in freed ? [lockLeft(this.#own, freed)] : [];
  }

  /** Never throws: the execution already has its outcome, and that outcome has to be reported. */
  async release(): Promise<void> {
    const freed = await this.#free();
    if (this.#unsharedTo !== undefined && this.#isShared)
      await leaveUnsharedRecords(this.#parts.shared, this.#own, this.#unsharedTo);
    if (freed?.kind === "other" && freed.holder.execution === this.#own.execution && freed.holder.released !== true)
      this.#parts.note(otherProcessMessage(freed.holder));
    if (freed !== undefined && "why" in freed && !this.#isLeftNamed) this.#parts.note(lockLeftMessage(this.#own));
    await this.#parts.local
      .release()
      .catch((error: Error) => this.#parts.note(lockStillMarkedMessage(this.#own, error)));
  }

  /** Once. Undefined where there is nothing of this execution to release, or AWS lets us neither take nor read it. */
  #free(): Promise<Released | undefined> {
    this.#freeing ??= this.#claiming.then(async (found) => {
      const leavesNothing = found instanceof OpsError && found.detail.effect === "none";
      if (leavesNothing && !this.#parts.isContinued) return undefined;
      const freed = await releaseSharedLock(this.#parts.shared, this.#own, this.#parts.clock);
      const isBarred = isRefused(found) && freed.kind === "unread" && isRefused(freed.why);
      return isBarred ? undefined : freed;
    });
    return this.#freeing;
  }

  #settleShared(): Promise<void> {
    this.#settling ??= this.#claiming.then(async (found) => {
      if (found instanceof Error) this.#continueUnshared(found);
      else if (!this.#parts.shared.isSame(found, this.#own)) await this.#takeOver(found);
    });
    return this.#settling;
  }

  async #takeOver(other: SharedHolder): Promise<void> {
    const isFree = other.released === true || (await this.#isOwnEarlierProcess(other));
    if (!isFree && !(await this.#mayTakeOver(other))) throw notTakenOverError(other);
    await this.#continueWithout(other.left ?? []);
    this.#due = other;
    if (other.released === true) this.#keepNoteOf(other);
    else if (await this.#isFencedByLog(other)) return;
    await this.#takeDue();
  }

  /** Records of executions that have ended, which the shared journal does not have. Those of others stay named. */
  async #continueWithout(left: readonly UnsharedRecords[]): Promise<void> {
    if (left.length === 0) return;
    const places = await Promise.all(left.map((records) => this.#placeOf(records)));
    const unshared = left.filter((_, index) => places[index] !== "shared");
    const elsewhere = left.filter((_, index) => places[index] === "elsewhere");
    const { execution } = this.#own;
    this.#own = { ...this.#own, left: unshared.filter((records) => records.execution !== execution) };
    if (elsewhere.length === 0) return;
    this.#without = elsewhere.filter((records) => records.execution === execution);
    const isSame = this.#without.length > 0;
    // One id answers for all that is asked of this lock, and no rescue waits for an answer.
    if (this.#wasAsked || (this.#parts.isRescue === true && !isSame)) {
      for (const records of elsewhere) this.#note(continuedWithoutMessage(records));
      return;
    }
    this.#wasAsked = true;
    const text = newestUnshared(elsewhere);
    const { yes } = await this.#parts.ask({ kind: "withoutRecords", records: elsewhere, isSame, text });
    if (!yes) throw recordsAwaitedError(elsewhere);
    if (isSame) for (const records of elsewhere) this.#note(continuedWithoutMessage(records));
  }

  /** A rescue's first prompt waits for no answer of the shared journal. */
  #placeOf({ execution, to }: UnsharedRecords): Promise<RecordPlace> {
    const place = this.#parts.placeOf(execution, to);
    if (this.#parts.isRescue !== true || execution === this.#own.execution) return place;
    return Promise.race([place, this.#waited.then(() => "elsewhere" as const)]);
  }

  async #takeDue(): Promise<void> {
    const due = this.#due;
    if (due === undefined) return;
    this.#due = undefined;
    const { shared, clock } = this.#parts;
    // A person may have thought about it for minutes: another execution may have taken it since.
    const now = await shared.read().catch(() => due);
    if (now !== undefined && !shared.isSame(now, due)) throw lockLostError(now, clock.now());
    if (this.#isUnshared) this.#own = { ...this.#own, isUnshared: true };
    await shared.replace(this.#own).catch((error: Error) => this.#continueUnshared(error));
  }

  /** The execution that it took the lock from may not have seen its note yet: then ours is for it, too. */
  #keepNoteOf({ tookOverFrom }: SharedHolder): void {
    if (tookOverFrom !== undefined && tookOverFrom !== this.#own.execution) this.#own = { ...this.#own, tookOverFrom };
  }

  async #isFencedByLog({ execution }: SharedHolder): Promise<boolean> {
    return execution === this.#own.execution && (await this.#parts.lastShared(execution)) !== undefined;
  }

  /**
   * A shared journal fences an earlier process off. Where one machine has the journal, its own lock says that no other
   * process continues the same execution.
   */
  async #isOwnEarlierProcess({ execution }: SharedHolder): Promise<boolean> {
    if (execution !== this.#own.execution) return false;
    return this.#parts.continuesOwn === true || (await this.#parts.lastShared(execution)) === undefined;
  }

  async #mayTakeOver(other: SharedHolder): Promise<boolean> {
    const { ask, clock, isGone, isRecorded, lastShared } = this.#parts;
    if (this.#takenOverHere.has(other.execution)) return true;
    if (await isGone(other.execution)) {
      this.#note(leftLockMessage(other, await isRecorded(other.execution)));
      return true;
    }
    this.#wasAsked = true;
    const lastRecord = await lastShared(other.execution);
    const { yes } = await ask({
      kind: "takeOver",
      ...(lastRecord !== undefined && { lastRecord }),
      isSame: other.execution === this.#own.execution,
      holder: other,
      scope: "shared",
      now: clock.now(),
      isUnrecordedHere: !(await isRecorded(other.execution)),
    });
    if (!yes) return false;
    const { tookOverFrom: _over, released: _released, left: _left, ...holder } = other;
    this.#takenOverFrom.push(holder);
    this.#own = { ...this.#own, tookOverFrom: other.execution };
    return true;
  }

  /** If someone deleted the lock by hand, take it again. If another execution holds it, we have lost it. */
  async #assertStillShared(): Promise<void> {
    const { shared, clock } = this.#parts;
    try {
      const now = (await shared.read()) ?? (await shared.claim(this.#own));
      if (!shared.isSame(now, this.#own)) throw lockLostError(now, clock.now());
    } catch (error) {
      if (error instanceof OpsError && error.detail.code === "lock-lost") throw error;
      this.#note(`The shared lock could not be read again: ${(error as Error).message}. This execution continues.`);
    }
  }

  #continueUnshared(error: Error): void {
    this.#isShared = false;
    this.#note(`Not shared: ${error.message}. This execution continues; operators on other machines are not kept off.`);
  }

  #note(text: string): void {
    if (this.#isFlushed) this.#parts.note(text);
    else this.#notes.push(text);
  }
}
