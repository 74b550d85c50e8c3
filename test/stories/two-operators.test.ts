import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sharedLockName } from "../../src/aws/ssm/parameter-lock.ts";
import { start } from "../support/process.ts";
import { eventsOf, lockCalls, mutations, openRig, type Rig, TARGET, vulcanOps } from "../support/sandbox-harness.ts";
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
  it("is taken and let go of around an execution, by one parameter with the target's name", async () => {
    expect((await vulcanOps(argv(here))).code).toBe(0);
    expect(lockCalls(rig.sandbox)).toEqual(["PutParameter", "DeleteParameter"]);
    const [put] = rig.sandbox.requests().filter(({ operation }) => operation === "PutParameter");
    expect(put?.input).toMatchObject({ Name: "/vulcan-ops/locks/vulcan-prod/vulcan-prod", Type: "String" });
    expect(put?.input.Overwrite ?? false).toBe(false);
    expect(await shared().read()).toBeUndefined();
  });

  it("goes by names, also where the target gives ARNs", () => {
    const service = "arn:aws:ecs:eu-west-1:111122223333:service/vulcan-prod/vulcan-prod";
    const cluster = "arn:aws:ecs:eu-west-1:111122223333:cluster/vulcan-prod";
    expect(sharedLockName({ ...TARGET, cluster, service })).toBe(sharedLockName(TARGET));
  });

  it("is not touched by a dry run", async () => {
    expect((await vulcanOps(argv(here, "--dry-run"))).code).toBe(0);
    expect(lockCalls(rig.sandbox)).toEqual([]);
  });

  it("is not written into another account than the one that is pinned", async () => {
    const config = join(here, "vulcan-ops.yaml");
    writeFileSync(
      config,
      'schemaVersion: "1"\ntargets:\n  prod:\n    account: "999988887777"\n    region: eu-west-1\n',
    );
    expect((await vulcanOps(argv(here, "--target", "prod"), { env: { VULCAN_OPS_CONFIG: config } })).code).toBe(11);
    expect(lockCalls(rig.sandbox)).toEqual([]);
  });

  it.each(["access-denied", "http500-html", "reset", "throttle"] as const)(
    "that cannot be had (%s) is a warning, and the rollback succeeds",
    async (kind) => {
      rig.sandbox.inject({ operation: "PutParameter", when: "before", kind, times: Number.POSITIVE_INFINITY });
      const outcome = await vulcanOps(argv(here));
      expect(oneLine(outcome.stderr)).toMatch(/Not shared: .*ssm:PutParameter.* are not kept off\./);
      expect(outcome.code).toBe(0);
      expect(mutations(rig.sandbox)).toEqual(["StopServiceDeployment"]);
    },
  );

  it("that an earlier process of the same execution has left, and this one could not take, is named with its line", async () => {
    const stop = new AbortController();
    const heard = (text: string): void => {
      if (text.includes('"type":"step.sent"')) stop.abort(130);
    };
    const first = await vulcanOps(argv(here, ...ndjson), { stop: stop.signal, heard });
    expect(first.code).toBe(130);
    const execution = eventsOf(first.stdout)[0]?.execution ?? "";
    await shared().claim({ ...BOB, execution });
    rig.sandbox.inject({ operation: "PutParameter", when: "before", kind: "reset", times: Number.POSITIVE_INFINITY });
    const resume = await vulcanOps(["resume", execution, "--state-dir", here, "--yes"], { columns: 500 });
    expect(resume.code).toBe(0);
    expect(oneLine(resume.stderr)).toMatch(/Another process of this execution holds the shared lock \(bob@elsewhere /);
    expect(resume.stderr).toContain(`vulcan-ops unlock ${execution}`);
  });

  it("that cannot be released is named by the end, by `status`, `show` and `resume`, with the line that frees it", async () => {
    rig.sandbox.inject({ operation: "DeleteParameter", when: "before", kind: "throttle", times: 100 });
    const run = await vulcanOps(argv(here, ...ndjson));
    expect(run.code).toBe(0);
    const execution = eventsOf(run.stdout)[0]?.execution ?? "";
    const line = `vulcan-ops unlock ${execution}`;
    const end = eventsOf(run.stdout).at(-1);
    expect(end).toMatchObject({
      status: "done",
      unfinished: [{ kind: "lock", command: expect.stringContaining(line) }],
    });
    expect(oneLine(run.stderr)).not.toContain("could not be released");
    rig.sandbox.clearFaults();
    const look = (...words: string[]) => vulcanOps([...words, "--state-dir", here], { columns: 500 });
    const unfinished = async () => JSON.parse((await look("status", "--output", "json")).stdout).unfinished;
    expect(await unfinished()).toMatchObject([{ kind: "lock", command: expect.stringContaining(line) }]);
    expect((await look("show", execution)).stdout).toContain(line);
    const resume = await look("resume", execution, "--yes");
    expect(resume.code).toBe(6);
    expect(oneLine(resume.stderr)).toContain(`target: lock held by execution ${execution}`);
    expect(resume.stderr).toContain(line);
    expect((await look("unlock", execution)).code).toBe(0);
    expect(await shared().read()).toBeUndefined();
    expect(await unfinished()).toEqual([]);
  });

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

  it("whose holder may not be read is a warning", async () => {
    await shared().claim(BOB);
    rig.sandbox.inject({ operation: "GetParameter", when: "before", kind: "access-denied", times: 100 });
    const outcome = await vulcanOps(argv(here));
    expect(oneLine(outcome.stderr)).toMatch(/Not shared: .*ssm:GetParameter/);
    expect(outcome.code).toBe(0);
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

  it("takes over by naming the execution, and no other; its journal tells of it", async () => {
    await shared().claim(BOB);
    expect((await vulcanOps(argv(here, "--take-over", "x9x9x9"))).code).toBe(5);
    const outcome = await vulcanOps(argv(here, "--take-over", BOB.execution, ...ndjson));
    expect(outcome.code).toBe(0);
    expect(eventsOf(outcome.stdout)[1]).toMatchObject({ type: "execution.tookOver", from: BOB });
    const id = eventsOf(outcome.stdout)[0]?.execution ?? "";
    const shown = await vulcanOps(["show", id, "--state-dir", here]);
    expect(oneLine(shown.stdout)).toContain("took the target over from bob@elsewhere");
  });

  it.each([
    ["is refused", [], 5],
    ["takes over", ["--take-over", BOB.execution], 0],
  ])("%s before its write, where the shared lock answered after the plan was shown", async (_name, flags, code) => {
    await shared().claim(BOB);
    rig.sandbox.inject({ operation: "PutParameter", when: "before", kind: "stall", ms: SOON_MS });
    const heard = () => rig.sandbox.clearFaults();
    const outcome = await vulcanOps(argv(here, ...flags, ...ndjson), { heard });
    const events = eventsOf(outcome.stdout);
    expect(outcome.code).toBe(code);
    expect(events.at(-1)).toMatchObject({ exitCode: code });
    expect(mutations(rig.sandbox)).toEqual(code === 0 ? ["StopServiceDeployment"] : []);
    const place = events.findIndex(({ type }) => type === "execution.tookOver");
    if (code === 0) expect(events[place + 1]).toMatchObject({ type: "step.confirmed" });
    else expect(events.at(-1)).toMatchObject({ status: "guarded", reason: "locked" });
  });

  it("sees no control character and no command that the holder's record could carry", async () => {
    await shared().claim({ ...BOB, operator: "\u001b[2Jbob", execution: "a; reboot" });
    const { stderr, code } = await vulcanOps(argv(here));
    expect(code).toBe(5);
    expect(stderr).toContain("\\u{1b}[2Jbob");
    expect(stderr).not.toContain("\u001b[2J");
    expect(stderr).toContain("--take-over unreadable");
  });

  it("takes over what somebody else's hand has written", async () => {
    const { PutParameterCommand, SSMClient } = await import("../../src/aws/sdk/ssm.ts");
    const put = new PutParameterCommand({ Name: sharedLockName(TARGET), Value: "mine", Type: "String" });
    await new SSMClient({ region: "eu-west-1" }).send(put);
    expect(oneLine((await vulcanOps(argv(here))).stderr)).toContain("--take-over unreadable");
    expect((await vulcanOps(argv(here, "--take-over", "unreadable"))).code).toBe(0);
  });
});

describe("whoever was taken over", () => {
  /** The second look at the service, between the answer and the write, takes as long as the other one needs: until `goOn`. */
  const slowly = () =>
    rig.sandbox.inject({ operation: "DescribeServices", nth: 2, when: "before", kind: "stall", ms: SOON_MS });
  const goOn = () => rig.sandbox.clearFaults();

  it("stops before its next write, saying by whom, also where the other one has ended; its resume takes it back", async () => {
    slowly();
    const first = start(argv(here, ...ndjson));
    await first.lines(1);
    const [holder] = await Promise.all([shared().read()]);
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
    await first.lines(1);
    const id = (await shared().read())?.execution ?? "";
    const second = await vulcanOps([
      ...["rollback", "--state-dir", here, "--yes", "--confirm", "42", "--expect-current", "40", "--take-over", id],
    ]);
    expect(second.code).toBe(11);
    goOn();
    expect((await first.ended).code).toBe(5);
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("goes on where its lock was only let go of by hand: it takes it again", async () => {
    slowly();
    const first = start(argv(here, ...ndjson));
    await first.lines(1);
    await shared().remove();
    goOn();
    expect((await first.ended).code).toBe(0);
    // A claim whose answer is slow is looked at again, and may be put once more: what counts is that it is there, and goes.
    expect(lockCalls(rig.sandbox).join()).toMatch(/^PutParameter,DeleteParameter(,PutParameter)+,DeleteParameter$/);
    expect(await shared().read()).toBeUndefined();
  });

  it("goes on where its lock cannot be read again", async () => {
    rig.sandbox.inject({ operation: "GetParameter", when: "before", kind: "access-denied", times: 1 });
    const outcome = await vulcanOps(argv(here));
    expect(oneLine(outcome.stderr)).toContain("could not be read again");
    expect(outcome.code).toBe(0);
    expect(await shared().read()).toBeUndefined();
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

describe("unlock", () => {
  const unlock = (id: string, ...flags: string[]) => vulcanOps(["unlock", id, "--state-dir", here, ...flags]);

  it("lets go of another operator's shared lock only with --yes, where nobody can be asked", async () => {
    await shared().claim(BOB);
    const refused = await unlock(BOB.execution);
    expect(refused.code).toBe(6);
    expect(oneLine(refused.stderr)).toContain("another operator's: bob@elsewhere");
    expect(await shared().read()).toEqual(BOB);
    expect((await unlock(BOB.execution, "--yes")).code).toBe(0);
    expect(await shared().read()).toBeUndefined();
    expect((await unlock(BOB.execution, "--yes")).code).toBe(6);
  });

  it("leaves alone what another execution holds, and says where it could not look", async () => {
    await shared().claim(BOB);
    expect((await unlock("x9x9x9", "--yes")).code).toBe(6);
    rig.sandbox.inject({ operation: "GetParameter", when: "before", kind: "access-denied", times: 1 });
    expect(oneLine((await unlock(BOB.execution, "--yes")).stderr)).toContain("could not be looked at");
    expect(await shared().read()).toEqual(BOB);
  });
});
