import { isTransient } from "../../domain/error.ts";
import type { Note, Watching } from "./watch-options.ts";

/** Between two attempts, and for how many of them: two minutes, beside what the SDK repeats by itself. */
const PAUSE_MS = 15_000;
const ATTEMPTS = 8;

/** A read that is made again where its failure passes; throws what does not pass. */
export async function outlive<T>({ clock, signal }: Watching, note: Note, read: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      if (!isTransient(error) || attempt === ATTEMPTS) throw error;
      note(`asked again: ${(error as Error).message}`);
      await clock.sleep(PAUSE_MS, signal);
    }
  }
}
