import { isTransient } from "../domain/error.ts";
import type { Clock } from "../domain/ports.ts";

/** What one look shows: the answer that ends the wait; or what is true if the time is up now, and what to tell until then. */
export type PollResult<T> = { readonly end: T } | { readonly late: T; readonly text?: string };

interface PollContext {
  readonly clock: Clock;
  /** Epoch ms. The look after it is the last. */
  readonly deadline: number;
  readonly signal?: AbortSignal;
  progress?(text: string): void;
}

/**
 * Looks until a look gives an answer or the time is up, with the same pause (ms) between looks. At least one look is
 * made. Throws what a look throws, and when `signal` aborts during a pause.
 */
export async function poll<T>(
  { clock, deadline, signal, progress }: PollContext,
  pause: number,
  look: () => Promise<PollResult<T>>,
): Promise<T> {
  for (;;) {
    const seen = await look();
    if ("end" in seen) return seen.end;
    if (clock.now() >= deadline) return seen.late;
    if (seen.text !== undefined) progress?.(seen.text);
    await clock.sleep(pause, signal);
  }
}

/** For a read within a wait: a read that fails for a moment shows nothing. Throws any other error. */
export function unlessTransient(error: unknown): undefined {
  if (isTransient(error)) return undefined;
  throw error;
}
