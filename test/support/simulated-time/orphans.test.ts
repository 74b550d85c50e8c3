import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { Naps } from "./naps.ts";
import { Orphans } from "./orphans.ts";
import { SimulatedTimers } from "./timers.ts";

/** A shell in a session of its own that starts a job and ends; resolves with the shell's and the job's process ids. */
async function leaveBehind(job: string): Promise<{ readonly shell: number; readonly job: number }> {
  const child = spawn("sh", ["-c", `${job} & echo $!`], { detached: true, stdio: ["ignore", "pipe", "ignore"] });
  const [told] = await once(child.stdout, "data");
  child.stdout.destroy();
  if (child.exitCode === null) await once(child, "exit");
  return { shell: child.pid ?? 0, job: Number(told) };
}

describe.runIf(process.platform === "linux")("a job that has outlived its session", () => {
  it("counts until it has ended", async () => {
    const timers = new SimulatedTimers(0, () => {});
    const orphans = new Orphans(new Naps(timers));
    const { shell } = await leaveBehind("sleep 2");
    orphans.take(shell);
    await expect.poll(() => orphans.state() !== "waiting" && timers.next()?.due).toBe(2000);
    timers.advance();
    await expect.poll(() => orphans.state()).toBe("waiting");
  });

  it("is that of its own session only, and a session without a job leaves nothing", async () => {
    const orphans = new Orphans(new Naps(new SimulatedTimers(0, () => {})));
    const { job } = await leaveBehind("sleep 1");
    orphans.take(job);
    orphans.take(undefined);
    expect(orphans.state()).toBe("waiting");
  });
});
