import { setTimeout as delay } from "node:timers/promises";

/**
 * PostgreSQL keeps the machine's time. A host that simulates the time of its own process says here how the two relate.
 */
export interface TrueTime {
  /** Waits for so many milliseconds of the machine's time. */
  wait(ms: number): Promise<unknown>;
  /** The instant (ms since the epoch) on the machine at which this process showed `ms`. It is in the past. */
  instantOf(ms: number): Promise<number>;
}

let trueTime: TrueTime = { wait: (ms) => delay(ms), instantOf: async (ms) => ms };

export function setTrueTime(time: TrueTime): void {
  trueTime = time;
}

export const waitTruly: TrueTime["wait"] = (ms) => trueTime.wait(ms);
export const trueInstantOf: TrueTime["instantOf"] = (ms) => trueTime.instantOf(ms);
