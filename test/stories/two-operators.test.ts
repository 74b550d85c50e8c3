import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { start } from "../support/process.ts";
import { eventsOf, mutations, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";
import { HANGS_MS, SOON_MS, USUAL_LIMITS } from "../support/soon.ts";
import { BOB, shared } from "../support/stories/two-operators.ts";

/** Two machines: two state folders, one target. */
let rig: Rig;
let here: string;
let there: string;
beforeAll(async () => {
  rig = await openRig("bad-release", 60);
});
afterAll(() => rig.close());
beforeEach(async () => {
  await rig.sandbox.reset("bad-release");
  rig.sandbox.clearFaults();
  here = mkdtempSync(join(rig.stateDir, "here-"));
  there = mkdtempSync(join(rig.stateDir, "there-"));
});

const ANSWERS = ["--yes", "--confirm", "42", "--expect-current", "43"];
const argv = (dir: string, ...flags: string[]) => ["rollback", "--state-dir", dir, ...ANSWERS, ...flags];
const ndjson = ["--output", "ndjson"];
const oneLine = (text: string) => text.replace(/\s+/g, " ");

describe("the shared lock", () => {
  it("that an earlier process of the same execution on this machine has left goes with this one, which could not take it", async () => {
    const first = start(argv(here, ...ndjson));
    await first.lines(1);
    first.child.kill("SIGKILL");
    await first.ended;
    const left = await shared().read();
    rig.sandbox.inject({ operation: "PutParameter", when: "before", kind: "throttle", times: 100 });
    const resume = await vulcanOps(["resume", left?.execution ?? "", "--state-dir", here, ...ANSWERS]);
    expect(oneLine(resume.stderr)).toContain("Not shared");
    expect(resume.code).toBe(0);
    expect(await shared().read()).toBeUndefined();
  });

  it("that does not answer holds up neither the prompt nor the write for good", async () => {
    const untilStarted = async (dir: string) => {
      const begun = performance.now();
      const process = start(argv(dir, ...ndjson), USUAL_LIMITS);
      await process.lines(1);
      return { ms: performance.now() - begun, ended: await process.ended };
    };
    const normal = await untilStarted(here);
    await rig.sandbox.reset("bad-release");
    rig.sandbox.inject({ operation: "PutParameter", when: "before", kind: "stall", ms: HANGS_MS, times: 100 });
    const stalled = await untilStarted(there);
    expect(stalled.ms - normal.ms).toBeLessThan(SOON_MS);
    expect(oneLine(stalled.ended.stderr)).toContain("no answer within 2 s");
    expect(stalled.ended.code).toBe(0);
    expect(mutations(rig.sandbox)).toEqual(["StopServiceDeployment"]);
  });
});

describe("without a terminal, whoever comes second", () => {
  it("is told who holds it, since when and for what, and sends nothing (exit 5)", async () => {
    const first = start(argv(here, ...ndjson));
    await first.lines(6);
    const second = await vulcanOps(argv(there));
    expect(second.code).toBe(5);
    const { stdout, code } = await first.ended;
    const id = eventsOf(stdout)[0]?.execution ?? "";
    expect(oneLine(second.stderr)).toMatch(new RegExp(`locked by .* since .* ago\\), execution ${id} \\(rollback\\)`));
    expect(oneLine(second.stderr)).toContain(`--take-over ${id}`);
    expect(code).toBe(0);
    expect(mutations(rig.sandbox)).toEqual(["StopServiceDeployment"]);
    expect(await shared().read()).toBeUndefined();
  });
});

describe("whoever was taken over", () => {
  /** The second look at the service, between the answer and the write, takes as long as the other one needs: until `goOn`. */
  const slowly = () =>
    rig.sandbox.inject({ operation: "DescribeServices", nth: 2, when: "before", kind: "stall", ms: SOON_MS });
  const goOn = () => rig.sandbox.clearFaults();
  /** Until then a look of the other one would be the second. */
  const itLooksAgain = () => expect.poll(() => rig.sandbox.state().faults[0]?.struck).toBe(1);

  it("stops before its next write, saying by whom, also where the other one has ended; its resume takes it back", async () => {
    slowly();
    const first = start(argv(here, ...ndjson));
    await itLooksAgain();
    const holder = await shared().read();
    // Takes it over and is then stopped by its own check: nothing is sent.
    const second = await vulcanOps([
      ...["rollback", "--state-dir", there, "--yes", "--confirm", "42", "--expect-current", "40"],
      ...["--take-over", holder?.execution ?? ""],
    ]);
    expect(second.code).toBe(11);
    goOn();
    const lost = await first.ended;
    const end = eventsOf(lost.stdout).at(-1);
    expect(end).toMatchObject({ type: "execution.ended", status: "guarded", exitCode: 5, reason: "lock-lost" });
    expect(JSON.stringify(end)).toContain("the target was taken over by");
    expect(lost.code).toBe(5);
    expect(mutations(rig.sandbox)).toEqual([]);
    // Cleared away by the one that was taken over; where that one ended first, it stands there and holds nothing.
    expect((await shared().read())?.released ?? true).toBe(true);

    const resumed = await vulcanOps(["resume", holder?.execution ?? "", "--state-dir", here, ...ANSWERS]);
    expect(resumed.code).toBe(0);
    expect(mutations(rig.sandbox)).toEqual(["StopServiceDeployment"]);
    expect(await shared().read()).toBeUndefined();
  });

  it("on the same machine stops as well", async () => {
    slowly();
    const first = start(argv(here, ...ndjson));
    await itLooksAgain();
    const id = (await shared().read())?.execution ?? "";
    const second = await vulcanOps([
      ...["rollback", "--state-dir", here, "--yes", "--confirm", "42", "--expect-current", "40", "--take-over", id],
    ]);
    expect(second.code).toBe(11);
    goOn();
    expect((await first.ended).code).toBe(5);
    expect(mutations(rig.sandbox)).toEqual([]);
  });
});

describe("a holder that died", () => {
  const killed = async () => {
    const first = start(argv(here, ...ndjson));
    await first.lines(1);
    first.child.kill("SIGKILL");
    await first.ended;
    return (await shared().read())?.execution ?? "";
  };

  it("leaves the lock behind: others are told, its own resume goes on and clears it", async () => {
    const id = await killed();
    const refused = await vulcanOps(argv(there));
    expect(refused.code).toBe(5);
    expect(oneLine(refused.stderr)).toContain(`it has no journal here; its own is on ${hostname()}, if it began one`);
    expect(oneLine(refused.stderr)).toContain(`vulcan-ops unlock ${id}`);
    expect((await vulcanOps(["resume", id, "--state-dir", here, ...ANSWERS])).code).toBe(0);
    expect(mutations(rig.sandbox)).toEqual(["StopServiceDeployment"]);
    expect(await shared().read()).toBeUndefined();
  });

  it("does not stand in the way of a new execution on its own machine", async () => {
    const id = await killed();
    const outcome = await vulcanOps(argv(here));
    expect(oneLine(outcome.stderr)).toContain(`Execution ${id} of this machine is over and left`);
    expect(outcome.code).toBe(0);
    expect(await shared().read()).toBeUndefined();
  });
});

describe("a process that died between the lock and the first record", () => {
  /** What it left: the two locks. Killed at that moment, it is no different from one that never had a journal. */
  const died = async () => {
    const holder = { ...BOB, execution: "d7k2mq", host: hostname() };
    const first = start(argv(here, ...ndjson));
    await first.lines(1);
    first.child.kill("SIGKILL");
    await first.ended;
    const [name = ""] = readdirSync(join(here, "locks"));
    const lock = join(here, "locks", name);
    const dead = { ...JSON.parse(readFileSync(lock, "utf8")), execution: "d7k2mq" };
    rmSync(join(here, "executions"), { recursive: true });
    await shared().replace(holder);
    writeFileSync(lock, JSON.stringify(dead));
  };

  it("sent nothing: the next one on this machine is told so and takes the lock; resume says it as well", async () => {
    await died();
    const resumed = await vulcanOps(["resume", "d7k2mq", "--state-dir", here, ...ANSWERS]);
    expect(resumed.code).toBe(6);
    expect(oneLine(resumed.stderr)).toContain("ended before its first record; nothing was sent");
    const next = await vulcanOps(argv(here));
    expect(oneLine(next.stderr)).toContain(
      "Execution d7k2mq of this machine died before its first record, so it sent nothing",
    );
    expect(next.code).toBe(0);
  });
});
