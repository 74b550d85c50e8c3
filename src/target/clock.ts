import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { usageError } from "../domain/error.ts";
import type { Clock } from "../domain/ports.ts";

/** The machine's own time, or the clock that `VULCAN_OPS_CLOCK` names. */
export function createClock(env: NodeJS.ProcessEnv): Clock & { readonly isSet: boolean } {
  const path = env.VULCAN_OPS_CLOCK;
  return path === undefined || path === "" ? { ...systemClock, isSet: false } : { ...setClock(path), isSet: true };
}

const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, { ...(signal && { signal }) }).catch(rethrow(signal));
  },
};

/** Prints the lines that clear a shell of all that pointed it there. */
const LEAVE_WORLD = 'eval "$(vulcan-ops sandbox stop)"';

/** Shows `virtual` ms at the moment `real` ms and runs `rate` times as fast as real time. Rate 0 is a stopped clock. */
interface Setting {
  readonly virtual: number;
  readonly real: number;
  readonly rate: number;
}

/** The longest time between two reads of the clock. A running clock is read sooner if the sleep ends sooner. */
const LONGEST_NAP_MS = 50;

function setClock(path: string): Clock {
  const now = () => virtualNow(readSetting(path), Date.now());
  return {
    now,
    async sleep(ms, signal) {
      const until = now() + ms;
      for (;;) {
        signal?.throwIfAborted();
        const setting = readSetting(path);
        const left = until - virtualNow(setting, Date.now());
        if (left <= 0) return;
        const nap = setting.rate > 0 ? Math.min(left / setting.rate, LONGEST_NAP_MS) : LONGEST_NAP_MS;
        await delay(Math.ceil(nap), undefined, { ...(signal && { signal }) }).catch(rethrow(signal));
      }
    },
  };
}

/** Replaces a timer's own abort error with the reason of the abort. */
function rethrow(signal: AbortSignal | undefined) {
  return (error: unknown): void => {
    signal?.throwIfAborted();
    throw error;
  };
}

function virtualNow({ virtual, real, rate }: Setting, machine: number): number {
  return Math.round(virtual + (machine - real) * rate);
}

function readSetting(path: string): Setting {
  try {
    const { virtual, real, rate } = JSON.parse(readFileSync(path, "utf8")) as Setting;
    if ([virtual, real, rate].every(Number.isFinite)) return { virtual, real, rate };
  } catch {
    // reported below
  }
  throw usageError(
    "clock-unreadable",
    "this shell points at a world that is gone: the clock of VULCAN_OPS_CLOCK stopped",
    [LEAVE_WORLD],
  );
}
