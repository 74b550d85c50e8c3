import { describe, expect, it } from "vitest";
import type { Activity, ActivityWatch } from "./activity.ts";
import { Driver } from "./driver.ts";
import { SimulatedTimers } from "./timers.ts";

/** Time that begins at 0, in a process that does this, one after the other, and then waits. */
function timeOf(states: Activity[] = [], maySleep: (setBy: string) => boolean = () => true) {
  const timers = new SimulatedTimers(0, () => driver.start());
  const watch = { state: () => states.shift() ?? "waiting", readsFiles: () => false, databaseTouchedAt: 0 };
  const activity = watch as unknown as ActivityWatch;
  const driver: Driver = new Driver(timers, activity, maySleep);
  return { timers, driver, states };
}

describe("simulated time", () => {
  it("runs timers in the order of their moments, each at its moment; of two with one moment the earlier set one first", async () => {
    const { timers } = timeOf();
    const ran: string[] = [];
    const note = (name: string) => ran.push(`${name} ${timers.now}`);
    timers.setTimeout(note, 500, "late");
    timers.setTimeout(note, 20, "b");
    timers.setTimeout(note, 20, "c");
    timers.setTimeout(note, 10, "a");
    await timers.delay(1000);
    expect(ran).toEqual(["a 10", "b 20", "c 20", "late 500"]);
  });

  it("forgets a timer that was cleared, moves one that was refreshed, and repeats an interval", async () => {
    const { timers } = timeOf();
    const ran: string[] = [];
    const cleared = timers.setTimeout(() => ran.push("cleared"), 5);
    const refreshed = timers.setTimeout(() => ran.push(`refreshed ${timers.now}`), 50);
    const every = timers.setInterval(() => ran.push(`every ${timers.now}`), 30);
    timers.clear(Number(cleared));
    timers.setTimeout(() => refreshed.refresh(), 40);
    timers.setTimeout(() => timers.clear(every), 70);
    await timers.delay(200);
    expect(ran).toEqual(["every 30", "every 60", "refreshed 90"]);
  });

  it("ends a delay that is aborted as Node does", async () => {
    const { timers } = timeOf();
    const stop = new AbortController();
    timers.setTimeout(() => stop.abort("enough"), 10);
    await expect(timers.delay(60_000, undefined, { signal: stop.signal })).rejects.toMatchObject({
      name: "AbortError",
      code: "ABORT_ERR",
      cause: "enough",
    });
    expect(timers.now).toBe(10);
  });

  it("stands still while anything is being done", async () => {
    const { timers, states } = timeOf(["busy", "spin", "busy"]);
    const left: number[] = [];
    timers.setTimeout(() => left.push(states.length), 3_600_000);
    await timers.delay(3_600_000);
    expect(left).toEqual([0]);
  });

  it("goes at the true pace while a process sleeps for a time of its own", async () => {
    const { timers } = timeOf(Array.from({ length: 10_000 }, () => "sleeping"));
    const began = performance.now();
    await timers.delay(40);
    expect(performance.now() - began).toBeGreaterThanOrEqual(39);
  });
});

describe("a jump of more than three seconds", () => {
  const jumpOf = async (ms: number, maySleep: (setBy: string) => boolean) => {
    const { timers, driver } = timeOf([], maySleep);
    await timers.delay(ms);
    return driver.suspicious;
  };

  it("is told with the call that set the timer, unless that may sleep", async () => {
    expect(await jumpOf(10_000, () => false)).toEqual([
      expect.stringMatching(/^time jumped 10000 ms to a timer that was set at .*driver\.test\.ts:\d+/),
    ]);
    expect(await jumpOf(10_000, (setBy) => setBy.includes("driver.test.ts"))).toEqual([]);
    expect(await jumpOf(3000, () => false)).toEqual([]);
  });
});
