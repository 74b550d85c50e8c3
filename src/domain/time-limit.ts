import { setTimeout as delay } from "node:timers/promises";

/** Work in progress that is not AWS's. No limit counts its time. */
interface Uncounted {
  readonly running: Set<Promise<unknown>>;
  spent: number;
  since: number;
}

/** One per process is enough: its one operator does one such thing at a time. */
const uncounted: Uncounted = { running: new Set(), spent: 0, since: 0 };

/** The limits are for AWS's answers. They pause while this work runs, e.g. while a person types an MFA code. */
export async function outsideTimeLimit<T>(work: Promise<T>): Promise<T> {
  const { running } = uncounted;
  if (running.size === 0) uncounted.since = performance.now();
  running.add(work);
  try {
    return await work;
  } finally {
    running.delete(work);
    if (running.size === 0) uncounted.spent += performance.now() - uncounted.since;
  }
}

let leastMs = 0;

/** No limit ends a read sooner than after `ms` from now on. Called once, as the program starts: for a slow network. */
export function limitAtLeast(ms: number): void {
  leastMs = ms;
}

/** How long (ms) a read may take whose usual limit is `ms`. */
export const limitOf = (ms: number): number => Math.max(ms, leastMs);

/**
 * The result of a read, or an error after `ms` real milliseconds, whatever clock the target keeps. The read itself is
 * not stopped, and its later result is not used.
 */
export function withTimeLimit<T>(ms: number, reading: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = outOfTime(limitOf(ms), over.signal).then(() => {
    throw new Error(`no answer within ${limitOf(ms) / 1000} s`);
  });
  return Promise.race([reading, late]).finally(() => over.abort());
}

/** Resolves after `ms` real milliseconds of AWS's own time; rejects when the signal aborts. */
export async function outOfTime(ms: number, signal?: AbortSignal): Promise<void> {
  const begun = counted();
  for (let left = ms; left > 0; left = ms - (counted() - begun)) {
    await delay(left, undefined, { ref: true, ...(signal && { signal }) });
    await Promise.allSettled(uncounted.running);
  }
}

function counted(): number {
  const { running, spent, since } = uncounted;
  return (running.size === 0 ? performance.now() : since) - spent;
}
