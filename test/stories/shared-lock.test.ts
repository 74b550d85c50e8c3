import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sharedLockName } from "../../src/aws/ssm/parameter-lock.ts";
import { json, rewritingProxy } from "../support/rewriting-proxy.ts";
import { eventsOf, lockCalls, mutations, openRig, type Rig, TARGET, vulcanOps } from "../support/sandbox-harness.ts";
import { SOON_MS } from "../support/soon.ts";
import { BOB, shared } from "../support/stories/two-operators.ts";

let rig: Rig;
let here: string;
beforeAll(async () => {
  rig = await openRig("bad-release");
});
afterAll(() => rig.close());
beforeEach(async () => {
  await rig.sandbox.reset("bad-release");
  rig.sandbox.clearFaults();
  here = mkdtempSync(join(rig.stateDir, "here-"));
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

  it("whose holder may not be read is a warning", async () => {
    await shared().claim(BOB);
    rig.sandbox.inject({ operation: "GetParameter", when: "before", kind: "access-denied", times: 100 });
    const outcome = await vulcanOps(argv(here));
    expect(oneLine(outcome.stderr)).toMatch(/Not shared: .*ssm:GetParameter/);
    expect(outcome.code).toBe(0);
  });
});

describe("without a terminal, whoever comes second", () => {
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
    const status = oneLine((await vulcanOps(["status", "--verbose", "--state-dir", here])).stdout);
    expect(status).toContain("The target is locked, and the record of its lock cannot be read.");
    expect(status).toContain("a lock whose record cannot be read");
    expect(status).toContain("vulcan-ops unlock unreadable");
    const refused = oneLine((await vulcanOps(argv(here))).stderr);
    expect(refused).toContain("the target is locked by a holder whose record cannot be read");
    expect(refused).toContain("--take-over unreadable");
    expect((await vulcanOps(argv(here, "--take-over", "unreadable"))).code).toBe(0);
  });
});

describe("whoever holds the lock", () => {
  it("goes on where its lock was only let go of by hand: it takes it again", async () => {
    // The second look at the service, between the answer and the write, takes until the lock is gone.
    rig.sandbox.inject({ operation: "DescribeServices", nth: 2, when: "before", kind: "stall", ms: SOON_MS });
    let removed: Promise<void> | undefined;
    const heard = (): void => {
      removed ??= shared()
        .remove()
        .then(() => rig.sandbox.clearFaults());
    };
    const outcome = await vulcanOps(argv(here, ...ndjson), { heard });
    await removed;
    expect(outcome.code).toBe(0);
    expect(lockCalls(rig.sandbox)).toEqual(["PutParameter", "DeleteParameter", "PutParameter", "DeleteParameter"]);
    expect(await shared().read()).toBeUndefined();
  });

  it("goes on where its lock cannot be read again", async () => {
    rig.sandbox.inject({ operation: "GetParameter", when: "before", kind: "access-denied", times: 1 });
    const outcome = await vulcanOps(argv(here));
    expect(oneLine(outcome.stderr)).toContain("could not be read again");
    expect(outcome.code).toBe(0);
    expect(await shared().read()).toBeUndefined();
  });

  it.each([
    ["no parameter", {}],
    ["no value", { Parameter: { Name: "/vulcan-ops/locks/vulcan-prod/vulcan-prod" } }],
  ])("continues where the answer has %s: that is no other operator", async (_, answer) => {
    const proxy = await rewritingProxy(rig.sandbox.endpoint);
    proxy.use({ own: (operation) => (operation === "GetParameter" ? json(answer) : undefined) });
    const outcome = await vulcanOps(argv(here), { env: { AWS_ENDPOINT_URL: proxy.url } });
    await proxy.close();
    expect([outcome.code, oneLine(outcome.stderr)]).toEqual([
      0,
      expect.stringMatching(/could not be read again: .* has no /),
    ]);
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
