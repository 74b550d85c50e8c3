import { setTrueTime } from "../../../src/sandbox/clock/true-time.ts";
import { ActivityWatch } from "./activity.ts";
import { replaceChance, seedChance } from "./chance.ts";
import { Driver } from "./driver.ts";
import { replaceGlobals } from "./globals.ts";
import { Naps } from "./naps.ts";
import { real } from "./real-time.ts";
import { SimulatedTimers } from "./timers.ts";

/**
 * Timers that may take longer than a moment: the program's sleep, its ten seconds' glance at a Down that may still run, a
 * question that nobody answers, the sandbox's next event, the tests' own waits, and the two minutes after which `fetch` closes an unused connection.
 */
const MAY_SLEEP =
  /src\/(target\/clock|actions\/vulcan\/migrate-down|ui\/io\/silent-question|sandbox\/clock\/virtual-clock)\.|\/test\/|node:internal\/deps\/undici/;

const DAY_MS = 86_400_000;

interface Simulation {
  readonly timers: SimulatedTimers;
  readonly driver: Driver;
}
let simulation: Simulation | undefined;

/** As `simulateTime` for the first test file of a process. The next one has the next day, from its first moment, and the same chance. */
export function nextDay(seed: number): Driver {
  if (simulation === undefined) return simulateTime(seed);
  const { timers, driver } = simulation;
  timers.forget();
  timers.now = (Math.floor(timers.now / DAY_MS) + 1) * DAY_MS;
  driver.suspicious.length = 0;
  seedChance(seed);
  return driver;
}

/**
 * From now on the machine's time of this process is simulated: it stands still while anything is being done, and jumps to
 * the next timer when everything waits. So a slow machine shows the same world as a fast one. `seed` is that of
 * its chance. Only on Linux: the processes beside this one are watched by its /proc.
 */
export function simulateTime(seed: number): Driver {
  const midnight = Math.floor(real.now() / DAY_MS) * DAY_MS;
  const timers = new SimulatedTimers(midnight, () => driver.start());
  const activity = new ActivityWatch(new Naps(timers), () => driver.wake());
  const driver: Driver = new Driver(timers, activity, (setBy) => MAY_SLEEP.test(setBy));

  replaceGlobals(timers);
  seedChance(seed);
  replaceChance();
  setTrueTime({
    wait: (ms) => activity.waitTruly(ms),
    instantOf: async (ms) => {
      const at = driver.trueInstantOf(ms);
      while (real.now() <= at) await activity.waitTruly(1);
      return at;
    },
  });
  simulation = { timers, driver };
  return driver;
}
