import { AsyncResource } from "node:async_hooks";
import { real } from "./real-time.ts";

type Run = () => void;

/** A timer that waits for its moment. `due` in ms of simulated time; of two with one moment the earlier set one is first. */
export interface Entry {
  readonly due: number;
  readonly order: number;
  readonly timer: SimulatedTimeout;
}

/** Simulated time of this process, and every timer that waits for a moment of it. It moves only by `advance`. */
export class SimulatedTimers {
  now: number;
  readonly #entries: Entry[] = [];
  readonly #onAdded: () => void;
  readonly #byId = new Map<number, SimulatedTimeout>();
  #order = 0;
  #ids = 0;

  /** `origin`: ms since the epoch. `onAdded` runs whenever a timer is set. */
  constructor(origin: number, onAdded: () => void) {
    this.now = origin;
    this.#onAdded = onAdded;
  }

  /** The timer that is due next; undefined if none waits. */
  next(): Entry | undefined {
    for (;;) {
      const first = this.#entries[0];
      if (first === undefined || first.timer.entry === first) return first;
      this.#pop();
    }
  }

  /** Nobody waits any longer for the timers that are set. */
  forget(): void {
    for (const { timer } of this.#entries.splice(0)) timer.entry = undefined;
  }

  /** Moves time to the next timer and runs it. */
  advance(): void {
    const entry = this.next();
    if (entry === undefined) return;
    this.#pop();
    this.now = Math.max(this.now, entry.due);
    const { timer } = entry;
    timer.entry = undefined;
    if (timer.repeats) this.arm(timer);
    timer.run();
  }

  arm(timer: SimulatedTimeout): void {
    timer.entry = { due: this.now + timer.ms, order: this.#order++, timer };
    this.#push(timer.entry);
    this.#onAdded();
  }

  identify(timer: SimulatedTimeout): number {
    const id = ++this.#ids;
    this.#byId.set(id, timer);
    return id;
  }

  readonly setTimeout = <A extends unknown[]>(run: (...args: A) => void, ms?: number, ...args: A): SimulatedTimeout =>
    new SimulatedTimeout(this, ms, () => run(...args), false);

  readonly setInterval = <A extends unknown[]>(run: (...args: A) => void, ms?: number, ...args: A): SimulatedTimeout =>
    new SimulatedTimeout(this, ms, () => run(...args), true);

  readonly clear = (timer: unknown): void => {
    const found = typeof timer === "number" || typeof timer === "string" ? this.#byId.get(Number(timer)) : timer;
    if (found instanceof SimulatedTimeout) found.entry = undefined;
    // Set before time was simulated.
    else if (found !== undefined && found !== null) real.clearTimeout(found as NodeJS.Timeout);
  };

  /** `setTimeout` of node:timers/promises. */
  readonly delay = <T>(ms?: number, value?: T, { signal }: { signal?: AbortSignal } = {}): Promise<T> =>
    new Promise((resolve, reject) => {
      const abort = (): void => {
        this.clear(timer);
        reject(Object.assign(new Error("The operation was aborted", { cause: signal?.reason }), ABORTED));
      };
      const timer = this.setTimeout(() => {
        signal?.removeEventListener("abort", abort);
        resolve(value as T);
      }, ms);
      if (signal?.aborted === true) abort();
      else signal?.addEventListener("abort", abort, { once: true });
    });

  #push(entry: Entry): void {
    const heap = this.#entries;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(heap[at], heap[parent])) return;
      swap(heap, at, parent);
      at = parent;
    }
  }

  #pop(): void {
    const heap = this.#entries;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let first = isBefore(heap[left], heap[at]) ? left : at;
      if (isBefore(heap[right], heap[first])) first = right;
      if (first === at) return;
      swap(heap, at, first);
      at = first;
    }
  }
}

const ABORTED = { name: "AbortError", code: "ABORT_ERR" };

function isBefore(a: Entry | undefined, b: Entry | undefined): boolean {
  if (a === undefined || b === undefined) return a !== undefined;
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}

function swap(heap: Entry[], a: number, b: number): void {
  [heap[a], heap[b]] = [heap[b] as Entry, heap[a] as Entry];
}

/** Where a timer was set is recorded only for timers of at least so many ms. */
const RECORDED_FROM_MS = 2000;

/** The caller is among the first of its stack. Vitest keeps a hundred calls of each, for every request's time limits. */
const FRAMES = 12;

function stackHere(): Error {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  try {
    return new Error();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** `at sleep (src/target/clock.js:20:11)`: the call outside this folder that set the timer; Node's own if no other did. */
function callerIn(stack: string): string {
  const frames = stack.split("\n").slice(1);
  const outside = frames.filter((frame) => !/simulated-time\/(timers|globals|poll)\.|<anonymous>/.test(frame));
  return (outside.find((frame) => !frame.includes("node:")) ?? outside[0] ?? "").trim();
}

/** What `setTimeout` and `setInterval` give. */
export class SimulatedTimeout {
  readonly ms: number;
  readonly run: Run;
  readonly repeats: boolean;
  entry: Entry | undefined;
  readonly #timers: SimulatedTimers;
  /** Its stack is written down only when somebody reads it, which takes a hundred times as long. */
  readonly #setAt: Error | undefined;
  #isRef = true;
  #id: number | undefined;

  constructor(timers: SimulatedTimers, ms: number | undefined, run: Run, repeats: boolean) {
    const whole = Math.trunc(Number(ms));
    this.ms = whole >= 1 && whole < 2 ** 31 ? whole : 1;
    // As Node's own timers, it runs in the context of whoever set it.
    const context = new AsyncResource("SimulatedTimeout");
    this.run = () => context.runInAsyncScope(run);
    this.repeats = repeats;
    if (this.ms >= RECORDED_FROM_MS) this.#setAt = stackHere();
    this.#timers = timers;
    timers.arm(this);
  }

  /** The call that set it; empty for a short timer. */
  get setBy(): string {
    return callerIn(this.#setAt?.stack ?? "");
  }

  ref(): this {
    this.#isRef = true;
    return this;
  }

  unref(): this {
    this.#isRef = false;
    return this;
  }

  hasRef(): boolean {
    return this.#isRef;
  }

  refresh(): this {
    this.#timers.arm(this);
    return this;
  }

  close(): this {
    this.entry = undefined;
    return this;
  }

  [Symbol.toPrimitive](): number {
    this.#id ??= this.#timers.identify(this);
    return this.#id;
  }

  [Symbol.dispose](): void {
    this.entry = undefined;
  }
}
