import type { ActivityWatch } from "./activity.ts";
import { real } from "./real-time.ts";
import type { Entry, SimulatedTimers } from "./timers.ts";

/** The event loop has to turn so often without an event before the process counts as quiet. */
const QUIET_TURNS = 4;

/**
 * After so many turns without one quiet moment (a closed loop of requests), time goes as fast as the true one. A limit in
 * ms would be reached by a slow machine while it does what takes a fast one a moment.
 */
const LOUD_TURNS = 1500;

/** A longer jump (ms) needs a timer that is known to wait so long: work that is not counted would pass for waiting. */
const LONGEST_JUMP_MS = 3000;

/**
 * What ends within microseconds is looked at again and again for so long (true ms). A busy machine may take a hundred
 * times as long for it, and whoever looks on meanwhile takes the time away from whom it waits for.
 */
const LONGEST_SPIN_MS = 0.2;

const events = (): number =>
  (performance.nodeTiming as unknown as { uvMetricsInfo: { events: number } }).uvMetricsInfo.events;

/** Lets time stand still while anything is being done, and jump to the next timer when everything waits. */
export class Driver {
  readonly #timers: SimulatedTimers;
  readonly #activity: ActivityWatch;
  readonly #maySleep: (setBy: string) => boolean;
  /** Jumps that were too long, each with the call that had set the timer. */
  readonly suspicious: string[] = [];
  /** Simulated moments, and the true ms in which each was reached; both ascend. */
  readonly #reached: { readonly simulated: number; readonly at: number }[] = [];
  #isRunning = false;
  #nap: NodeJS.Timeout | undefined;
  #quietTurns = 0;
  #lastEvents = -1;
  #loudTurns = 0;
  /** Since when it has been looked at again and again. */
  #spinsSince: number | undefined;
  /** Where time goes at the true pace: since when. */
  #pace: { readonly simulated: number; readonly at: number } | undefined;

  /** `maySleep` says, by the call that set a timer, whether it may take longer than a short while. */
  constructor(timers: SimulatedTimers, activity: ActivityWatch, maySleep: (setBy: string) => boolean) {
    this.#timers = timers;
    this.#activity = activity;
    this.#maySleep = maySleep;
    this.#note();
  }

  /** There is a timer to wait for. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#quietTurns = 0;
    real.setImmediate(this.#turn);
  }

  /** Something that was counted has ended: the rest of a nap is not worth waiting for. */
  wake(): void {
    if (this.#nap === undefined) return;
    real.clearTimeout(this.#nap);
    this.#nap = undefined;
    real.setImmediate(this.#turn);
  }

  /** The last true ms in which simulated time showed no more than this. */
  trueInstantOf(simulated: number): number {
    const index = this.#reached.findIndex((moment) => moment.simulated > simulated);
    if (index < 0) return real.now();
    const before = this.#reached[index - 1]?.at ?? 0;
    return Math.max((this.#reached[index]?.at ?? 0) - 1, before);
  }

  readonly #turn = (): void => {
    const next = this.#timers.next();
    if (next === undefined) {
      this.#isRunning = false;
      return;
    }
    const rest = this.#restBefore(next.due);
    if (rest === undefined) this.#jump(next);
    else if (rest === 0) real.setImmediate(this.#turn);
    else this.#rest(rest);
  };

  /** When to look again (true ms; 0: at the next turn of the loop); undefined: time may jump to the next timer now. */
  #restBefore(due: number): number | undefined {
    const noise = this.#noise();
    if (noise === "unsettled") return 0;
    const isLoud = noise === "loud";
    const activity = this.#activity.state();
    if (activity === "busy" || activity === "spin") {
      this.#pace = undefined;
      this.#restartCount();
      return activity === "spin" ? this.#spin() : 2;
    }
    this.#spinsSince = undefined;
    // Two moments of ours never share a true ms in which the database was written: a restore tells them apart by it.
    if (real.now() <= this.#activity.databaseTouchedAt) return 1;
    if (!isLoud && activity === "waiting") {
      this.#pace = undefined;
      return undefined;
    }
    if (this.#isDue(due)) return undefined;
    if (isLoud) return 0;
    this.#restartCount();
    return Math.min(5, Math.max(1, due - this.#timers.now));
  }

  #spin(): number {
    const now = real.performanceNow();
    this.#spinsSince ??= now;
    return now - this.#spinsSince < LONGEST_SPIN_MS ? 0 : 1;
  }

  /** Quiet after some turns of the loop without an event, loud where that has not come for too long. */
  #noise(): "quiet" | "unsettled" | "loud" {
    const now = events();
    if (now !== this.#lastEvents) this.#quietTurns = 0;
    this.#lastEvents = now;
    if (this.#quietTurns++ >= QUIET_TURNS) {
      this.#loudTurns = 0;
      return "quiet";
    }
    // Hundreds of modules are read in one go where a program loads a part of itself.
    if (!this.#activity.readsFiles()) this.#loudTurns++;
    return this.#loudTurns < LOUD_TURNS ? "unsettled" : "loud";
  }

  /** At the true pace: has as much true time passed? */
  #isDue(due: number): boolean {
    this.#pace ??= { simulated: this.#timers.now, at: real.performanceNow() };
    return due <= this.#pace.simulated + real.performanceNow() - this.#pace.at;
  }

  #restartCount(): void {
    this.#quietTurns = 0;
    this.#loudTurns = 0;
  }

  #rest(ms: number): void {
    this.#nap = real.setTimeout(() => {
      this.#nap = undefined;
      this.#turn();
    }, ms);
  }

  #jump({ due, timer }: Entry): void {
    const by = due - this.#timers.now;
    if (by > LONGEST_JUMP_MS && !this.#maySleep(timer.setBy)) {
      this.suspicious.push(`time jumped ${by} ms to a timer that was set ${timer.setBy}`);
    }
    this.#quietTurns = 0;
    real.setImmediate(this.#turn);
    const before = this.#timers.now;
    this.#timers.advance();
    if (this.#timers.now !== before) this.#note();
  }

  #note(): void {
    this.#reached.push({ simulated: this.#timers.now, at: real.now() });
  }
}
