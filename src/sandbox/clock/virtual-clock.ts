import { EventQueue } from "./event-queue.ts";

/** At real instant `real` (ms) the clock showed `virtual` (ms). It runs `rate` times faster than real time. */
export interface ClockReading {
  readonly virtual: number;
  readonly real: number;
  readonly rate: number;
}

export type Cancel = () => void;

/** Longest real timer (ms): setTimeout overflows at 2^31 ms. */
const LONGEST_TIMER = 2 ** 30;

/**
 * Virtual time: `rate` virtual seconds per real second; it stands still while paused. All callbacks are in one heap,
 * with one real timer for the next one. So an idle world costs nothing.
 */
export class VirtualClock {
  readonly #speed: number;
  #isStopped = false;
  readonly #publish: (reading: ClockReading) => void;
  readonly #onError: (error: unknown) => void;
  readonly #queue = new EventQueue();
  #reading: ClockReading;
  /** Every reading since the last restart, oldest first: one for each pause and resume. */
  #past: ClockReading[] = [];
  #pauses = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Inside a callback, the time is the instant at which it was due. So chains of delays do not drift. */
  #inside: number | undefined;

  constructor(speed: number, publish: (reading: ClockReading) => void, onError: (error: unknown) => void) {
    this.#speed = speed;
    this.#publish = publish;
    this.#onError = onError;
    this.#reading = { virtual: Date.now(), real: Date.now(), rate: speed };
    this.#past = [this.#reading];
    publish(this.#reading);
  }

  get speed(): number {
    return this.#speed;
  }

  /** Virtual ms since the epoch, a whole number. */
  now(): number {
    return this.#inside ?? this.#atReal(Date.now());
  }

  iso(): string {
    return new Date(this.now()).toISOString();
  }

  /** The instant of the last restart. */
  get zero(): number {
    return this.#past[0]?.virtual ?? 0;
  }

  /**
   * The last real millisecond in which the clock showed no more than `virtual`. If the clock was paused there, this is
   * the end of the pause. An instant before the last restart counts as the restart.
   */
  realAt(virtual: number): number {
    const at = Math.max(virtual, this.zero);
    const index = this.#past.findLastIndex((reading) => reading.virtual <= at);
    const reading = this.#past[index] ?? this.#reading;
    const end = this.#past[index + 1]?.real ?? Date.now();
    if (reading.rate === 0) return end;
    return Math.min(Math.floor(reading.real + (at - reading.virtual + 0.49) / reading.rate), end);
  }

  /** Runs `run` after `ms` virtual milliseconds. */
  after(ms: number, run: () => void): Cancel {
    return this.at(this.now() + Math.max(0, ms), run);
  }

  /** Runs `run` at virtual instant `due` (ms), or at once if that has passed. */
  at(due: number, run: () => void): Cancel {
    const event = this.#queue.add(due, run);
    this.#arm();
    return () => {
      event.cancelled = true;
    };
  }

  /** Stops time. Pauses are counted, so each pause needs its own resume. */
  pause(): void {
    this.#pauses++;
    if (this.#pauses === 1) this.#set(0);
  }

  resume(): void {
    if (this.#pauses === 0) return;
    this.#pauses--;
    if (this.#pauses === 0) this.#set(this.#speed);
  }

  /** Holds time still until `work` ends, but no longer than `limit` real ms. */
  async hold<T>(work: Promise<T>, limit = 5000): Promise<T> {
    this.pause();
    let held = true;
    const release = (): void => {
      if (held) this.resume();
      held = false;
    };
    const timer = setTimeout(release, limit);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
      release();
    }
  }

  /** Drops every event and sets virtual time to the real time. */
  restart(): void {
    this.#queue.clear();
    const now = Date.now();
    this.#reading = { virtual: now, real: now, rate: this.#pauses > 0 ? 0 : this.#speed };
    this.#past = [this.#reading];
    this.#publish(this.#reading);
  }

  /** Stops for good. Late work (a starting task) must not set a timer again, or the process would never end. */
  stop(): void {
    this.#isStopped = true;
    this.#queue.clear();
    clearTimeout(this.#timer);
  }

  #atReal(real: number): number {
    return Math.round(this.#reading.virtual + (real - this.#reading.real) * this.#reading.rate);
  }

  #set(rate: number): void {
    const real = Date.now();
    this.#reading = { virtual: this.#atReal(real), real, rate };
    this.#past.push(this.#reading);
    this.#publish(this.#reading);
    this.#arm();
  }

  #arm(): void {
    if (this.#inside !== undefined || this.#isStopped) return;
    clearTimeout(this.#timer);
    const next = this.#queue.peek();
    if (next === undefined || this.#pauses > 0) return;
    const wait = (next.due - this.#atReal(Date.now())) / this.#speed;
    this.#timer = setTimeout(() => this.#runDue(), Math.min(Math.max(0, wait), LONGEST_TIMER));
  }

  #runDue(): void {
    let until = this.#pauses > 0 ? Number.NEGATIVE_INFINITY : this.#atReal(Date.now());
    for (;;) {
      const event = this.#queue.takeDue(until);
      if (event === undefined) break;
      this.#runOne(event.due, event.run);
      // The clock is paused from here, but events that are due at this instant still run.
      if (this.#pauses > 0) until = event.due;
    }
    this.#arm();
  }

  #runOne(due: number, run: () => void): void {
    this.#inside = due;
    try {
      run();
    } catch (error) {
      this.#onError(error);
    } finally {
      this.#inside = undefined;
    }
  }
}
