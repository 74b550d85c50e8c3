import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Naps } from "./naps.ts";
import { SimulatedTimers } from "./timers.ts";

const commandLineOf = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, "latin1");

/** Once it has become that program. */
async function started(program: string, ...words: readonly string[]): Promise<number> {
  const child = spawn(program, words, { stdio: "ignore" });
  await once(child, "spawn");
  const { pid = 0 } = child;
  await expect.poll(() => commandLineOf(pid)).toContain(program);
  return pid;
}

describe.runIf(process.platform === "linux")("a program that sleeps", () => {
  it("waits for simulated time, however much true time passes, and then for the rest of its own", async () => {
    const timers = new SimulatedTimers(0, () => {});
    const naps = new Naps(timers);
    const pid = await started("sleep", "1");
    expect(naps.stateOf(pid)).toBeUndefined();
    expect(naps.begin(pid, commandLineOf(pid))).toBe(true);
    expect(timers.next()?.due).toBe(1000);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(naps.stateOf(pid)).toBe("waiting");
    timers.advance();
    await expect.poll(() => naps.stateOf(pid)).toBeUndefined();
  });

  it("for a moment only waits for a process beside it: it is busy, and simulated time stands still", async () => {
    const timers = new SimulatedTimers(0, () => {});
    const naps = new Naps(timers);
    const pid = await started("sleep", "0.1");
    expect(naps.begin(pid, commandLineOf(pid))).toBe(true);
    expect(timers.next()).toBeUndefined();
    await expect.poll(() => naps.stateOf(pid)).toBeUndefined();
  });

  it("is left alone where its command line does not say how long", async () => {
    const naps = new Naps(new SimulatedTimers(0, () => {}));
    const pid = await started("sh", "-c", "sleep 0.1; true");
    expect(naps.begin(pid, commandLineOf(pid))).toBe(false);
  });
});
