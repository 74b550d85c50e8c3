import { setTimeout as delay } from "node:timers/promises";
import { OpsError } from "../../domain/error.ts";
import {
  type Hold,
  holderText,
  type LockHolder,
  leftTo,
  lostTo,
  type SharedHolder,
  type SharedLock,
} from "../../domain/lock.ts";
import type { Clock, Io } from "../../domain/ports.ts";
import type { Lock } from "../../journal/lock-file.ts";

/** What a hold is made of. */
interface Holding {
  readonly holder: LockHolder;
  readonly local: Lock;
  readonly shared: SharedLock;
  /** Those on this machine who have yielded already. */
  readonly yielded: readonly LockHolder[];
  readonly clock: Clock;
  readonly ask: Io["ask"];
  /** For people, one sentence. */
  say(text: string): void;
  /** Whether the process of this execution ran on this machine and is no more. */
  isGone(execution: string): Promise<boolean>;
}

/** The first prompt waits no longer than this: what is not known by then is settled before the first write. */
const PROMPT_WAIT_MS = 1000;

/**
 * The target, held on this machine and, as far as AWS lets us, shared with the others. The shared lock is asked for at
 * once, beside whatever else is read. It is advisory: where AWS refuses it or does not answer in time, that is said, and
 * the execution goes on with this machine's lock alone.
 */
export class TargetLock implements Hold {
  readonly #holding: Holding;
  readonly #claiming: Promise<SharedHolder | Error>;
  readonly #waited = delay(PROMPT_WAIT_MS, "late" as const, { ref: false });
  readonly #yielded: LockHolder[];
  readonly #yieldedHere: ReadonlySet<string>;
  readonly #notes: string[] = [];
  #mine: SharedHolder;
  #settling: Promise<void> | undefined;
  #isShared = true;
  #wasAsked = false;
  #isHeard = false;

  constructor(holding: Holding) {
    this.#holding = holding;
    this.#mine = holding.holder;
    this.#yielded = [...holding.yielded];
    this.#yieldedHere = new Set(holding.yielded.map(({ execution }) => execution));
    this.#claiming = holding.shared.claim(this.#mine).catch((error: Error) => error);
  }

  /** Waits a little for the shared lock, and asks where another execution has it. True where somebody was asked. */
  async ready(): Promise<boolean> {
    if ((await Promise.race([this.#claiming, this.#waited])) !== "late") await this.#settle();
    return this.#wasAsked;
  }

  /** From now on people listen: says what there is to say, and later remarks at once. */
  tell(): void {
    this.#isHeard = true;
    for (const note of this.#notes.splice(0)) this.#holding.say(note);
  }

  async assert(): Promise<void> {
    const { local, clock } = this.#holding;
    const taker = await local.taker();
    if (taker !== undefined) throw lostTo(taker, clock.now());
    const isFresh = this.#settling === undefined;
    await this.#settle();
    if (this.#isShared && !isFresh) await this.#lookAgain();
  }

  yielded(): readonly LockHolder[] {
    return this.#yielded.splice(0);
  }

  /** Never throws: the execution has its outcome by now, and that is what has to be told. */
  async release(): Promise<void> {
    const found = await this.#claiming;
    const leavesNothing = found instanceof OpsError && found.detail.effect === "none";
    if (!leavesNothing) {
      await letGo(this.#holding.shared, this.#mine).catch(() => {
        if (!(found instanceof Error)) this.#holding.say(leftBehind(this.#mine));
      });
    }
    await this.#holding.local.release().catch((error: Error) => this.#holding.say(stillMarked(this.#mine, error)));
  }

  #settle(): Promise<void> {
    this.#settling ??= this.#claiming.then(async (found) => {
      if (found instanceof Error) this.#goOnUnshared(found);
      else if (!this.#holding.shared.isSame(found, this.#mine)) await this.#displace(found);
    });
    return this.#settling;
  }

  async #displace(other: SharedHolder): Promise<void> {
    const isFree = other.execution === this.#mine.execution || other.released === true;
    if (!isFree && !(await this.#yields(other))) throw leftTo(other);
    await this.#holding.shared.replace(this.#mine).catch((error: Error) => this.#goOnUnshared(error));
  }

  async #yields(other: SharedHolder): Promise<boolean> {
    const { ask, clock, isGone } = this.#holding;
    if (this.#yieldedHere.has(other.execution)) return true;
    if (await isGone(other.execution)) {
      this.#note(`Execution ${other.execution} of this machine is over and left its shared lock behind: it is taken.`);
      return true;
    }
    this.#wasAsked = true;
    const { yes } = await ask({ kind: "takeOver", holder: other, scope: "shared", now: clock.now() });
    if (!yes) return false;
    const { over: _over, released: _released, ...holder } = other;
    this.#yielded.push(holder);
    this.#mine = { ...this.#mine, over: other.execution };
    return true;
  }

  /** Let go of by somebody's hand, it is taken again; held by another execution, it is lost. */
  async #lookAgain(): Promise<void> {
    const { shared, clock } = this.#holding;
    try {
      const now = (await shared.read()) ?? (await shared.claim(this.#mine));
      if (!shared.isSame(now, this.#mine)) throw lostTo(now, clock.now());
    } catch (error) {
      if (error instanceof OpsError && error.detail.code === "lock-lost") throw error;
      this.#note(`The shared lock could not be read again: ${(error as Error).message}. This execution goes on.`);
    }
  }

  #goOnUnshared(error: Error): void {
    this.#isShared = false;
    this.#note(`Not shared: ${error.message}. This execution goes on; operators on other machines are not kept off.`);
  }

  #note(text: string): void {
    if (this.#isHeard) this.#holding.say(text);
    else this.#notes.push(text);
  }
}

/** Removed where it is still ours. Whoever was taken over has to find word of it, and clears that away in turn. */
async function letGo(shared: SharedLock, mine: SharedHolder): Promise<void> {
  const now = await shared.read();
  if (now === undefined) return;
  const isWordForUs = now.released === true && now.over === mine.execution;
  if (isWordForUs || (shared.isSame(now, mine) && mine.over === undefined)) return shared.remove();
  if (shared.isSame(now, mine)) return shared.replace({ ...mine, released: true });
}

/** A process that has ended holds nothing: the next command takes this lock. */
function stillMarked(mine: LockHolder, { message }: Error): string {
  return `The lock of execution ${mine.execution} could not be marked as released: ${message}. It ends with this process.`;
}

function leftBehind(mine: LockHolder): string {
  return `The shared lock could not be let go of (${holderText(mine)}): vulcan-ops unlock ${mine.execution}`;
}
