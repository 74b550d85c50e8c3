import { isTransient } from "../../domain/error.ts";
import type { ReportNote, WatchOptions } from "./watch-options.ts";

/** Pause between two attempts, and how many of them by default: two minutes, beside the SDK's own retries. */
const PAUSE_MS = 15_000;
const ATTEMPTS = 8;

/** Repeats a read whose failure is transient. Throws any other error, and the last one. */
export async function retryTransient<T>(
  { clock, signal }: WatchOptions,
  note: ReportNote,
  read: () => Promise<T>,
  attempts = ATTEMPTS,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      if (!isTransient(error) || attempt === attempts) throw error;
      note(`asked again: ${(error as Error).message}`);
      await clock.sleep(PAUSE_MS, signal);
    }
  }
}
