import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createClients } from "../../src/aws/client/clients.ts";
import { createSharedLock } from "../../src/aws/ssm/parameter-lock.ts";
import { takeLock } from "../../src/journal/lock-file.ts";
import { openStateDir } from "../../src/journal/state-dir.ts";
import { eventsOf, mutations, openRig, type Rig, TARGET, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("bad-release", 60);
});
afterAll(() => rig.close());
afterEach(() => {
  rig.sandbox.clearFaults();
  expect(mutations(rig.sandbox)).toEqual([]);
});

const status = (...flags: string[]) => vulcanOps(["status", "--state-dir", rig.stateDir, ...flags]);
const details = () => status("--verbose");
const data = async () => JSON.parse((await status("--output", "json")).stdout);
const always = { times: Number.POSITIVE_INFINITY, when: "before" } as const;

describe("status tells what is", () => {
  it("of a bad release: which revision serves, what failed, where to go back to, and the next command", async () => {
    await rig.sandbox.reset("bad-release");
    const { code, stdout } = await status();
    expect(code).toBe(0);
    const [identity, , release, why] = stdout.split("\n");
    expect(identity).toMatch(/^SANDBOX \(127\.0\.0\.1:\d+\) vulcan-prod · 111122223333 · eu-west-1 +\d\d:\d\dZ$/);
    expect(release).toBe("✗ 1.43.0 (:43) is failing, 1.42.0 (:42) serves. Next: roll back to 1.42.0");
    expect(why).toMatch(/^✗ \d+ tasks failed .* health checks in \d+ min\.$/);
    expect(stdout).toMatch(/Deploying 1\.43\.0 \(:43\) {2}0\/3 healthy, \d+ failed, for \d+ min; circuit breaker off/);
    expect(stdout).toMatch(/Next +vulcan-ops rollback --dry-run/);
    const all = (await details()).stdout;
    expect(all).toMatch(/Targets +3 healthy of vulcan-prod:42 \(wanted 3\)/);
    expect(all).toMatch(/Tasks +vulcan-prod:42 {2}3 running; containers: 3 healthy/);
    expect(all).toMatch(/Roll back to 1\.42\.0 \(:42\), which ran 6 days/);
    expect(all).toMatch(/Restore .* \(\d min.* behind\)/);
    expect(all).toMatch(/Failing +the deployment of vulcan-prod:43 is IN_PROGRESS/);
  });

  it("of a healthy target: users are served, and watch is next", async () => {
    await rig.sandbox.reset("healthy");
    const found = await data();
    expect(found).toMatchObject({
      schemaVersion: 1,
      endpoint: rig.sandbox.endpoint,
      caller: { known: true, value: { account: "111122223333" } },
      balancer: { value: { targets: { healthy: 3 }, serving: { "vulcan-prod:42": 3 } } },
      past: { value: { lastGood: { taskDefinition: "vulcan-prod:41" } } },
      migrations: { known: false, why: "not configured" },
      scaling: { known: true, value: null },
      leftovers: { known: true, value: [] },
      troubles: [],
      summary: {
        code: "fine",
        tone: "fine",
        sentences: [{ tone: "fine", text: "Users are served by 1.42.0 (:42): 3/3 healthy." }],
      },
      next: ["vulcan-ops watch --for 10m"],
    });
    expect(Date.parse(found.window.value.latest)).toBeGreaterThan(Date.parse(found.window.value.earliest));
  });

  it("of a release that ECS has taken back: no revert is proposed", async () => {
    await rig.sandbox.reset("breaker-rolled-back");
    const { stdout } = await status();
    expect(stdout).toMatch(/✓ ECS rolled 1\.43\.0 \(:43\) back, 1\.42\.0 \(:42\) serves\. Next: nothing to do\n/);
    expect(stdout).toMatch(/✓ Circuit breaker, \d+ min ago\.\n/);
    expect(stdout).toMatch(/Next +vulcan-ops watch --for 10m/);
  });

  it.each<[string, RegExp]>([
    ["storage-full", /✗ Database vulcan-prod is storage-full/],
    ["autoscaler-fights", /Scaling +\d+ to \d+ tasks, active/],
    ["breaker-no-target", /✗ No target is healthy: users get errors\./],
    ["bad-but-healthy", /\? 1\.43\.0 \(:43\) came \d+ min ago: too few requests to see errors\./],
    ["no-capacity", /✗ Release 1\.43\.0 \(:43\) does not start: 0\/3 tasks run after \d+ min\./],
  ])("of %s", async (scenario, shown) => {
    await rig.sandbox.reset(scenario);
    expect((await details()).stdout).toMatch(shown);
  });

  it("of an account where nothing is: each part says so, and the account was read", async () => {
    await rig.sandbox.reset("empty");
    const { code, stdout } = await status();
    expect(code).toBe(0);
    expect(stdout).toMatch(/\? The service cannot be read/);
    expect(stdout).toContain("there is no database vulcan-prod");
  });

  it("as one JSON line", async () => {
    await rig.sandbox.reset("healthy");
    const { stdout } = await status("--output", "ndjson");
    expect(stdout.split("\n")).toHaveLength(2);
    expect(JSON.parse(stdout)).toMatchObject({ troubles: [] });
  });
});

describe("a part that cannot be read hides no other", () => {
  beforeAll(() => rig.sandbox.reset("healthy"));
  it.each<[string, string]>([
    ["ListTasks", "tasks"],
    ["DescribeTargetHealth", "balancer"],
    ["ListServiceDeployments", "past"],
    ["DescribeDBInstances", "database"],
    ["DescribeDBInstanceAutomatedBackups", "window"],
    ["DescribeAlarms", "alarms"],
    ["DescribeScalableTargets", "scaling"],
    ["GetCallerIdentity", "caller"],
  ])("%s denied", async (operation, part) => {
    rig.sandbox.inject({ ...always, operation, kind: "access-denied" });
    const found = await data();
    const parts = ["caller", "service", "tasks", "balancer", "past", "database", "window", "alarms", "scaling"];
    expect(parts.filter((name) => !found[name].known)).toEqual([part]);
    expect(found[part]).toMatchObject({ code: "aws-refused", exitCode: 4 });
    expect(found[part].why).toContain(operation === "ListTasks" ? "ecs:DescribeTasks" : operation);
    const shown = (await details()).stdout;
    expect(shown).toMatch(/^\? /m);
    expect(shown).toMatch(/Not read +1 part/);
  });
});

describe("nothing can be read", () => {
  it("because the credentials have expired: exit 4, with what to type", async () => {
    rig.sandbox.inject({ ...always, operation: "*", kind: "expired-token" });
    const { code, stdout, stderr } = await status();
    expect([code, stdout]).toEqual([4, ""]);
    expect(stderr).toMatch(/nothing could be read/);
    expect(stderr).toContain("aws sso login");
    const found = await status("--output", "json");
    expect(found.code).toBe(4);
    expect(JSON.parse(found.stdout).error).toMatchObject({ code: "aws-expired", exitCode: 4 });
  });

  it("because AWS cannot be reached: exit 1", async () => {
    const { AWS_ENDPOINT_URL } = process.env;
    process.env.AWS_ENDPOINT_URL = "http://127.0.0.1:1";
    const { code, stderr } = await status().finally(() => {
      process.env.AWS_ENDPOINT_URL = AWS_ENDPOINT_URL;
    });
    expect(code).toBe(1);
    expect(stderr).toContain("nothing could be read");
  });
});

describe("what earlier executions left behind", () => {
  it("an execution that was interrupted is to be resumed; one that never came to an end, too", async () => {
    await rig.sandbox.reset("bad-release");
    const stop = AbortSignal.abort(130);
    const rollback = ["rollback", "--yes", "--confirm", "42", "--expect-current", "43", "--output", "ndjson"];
    const { code, stdout } = await vulcanOps([...rollback, "--state-dir", rig.stateDir], { stop });
    expect(code).toBe(130);
    const id = eventsOf(stdout)[0]?.execution ?? "";
    const found = await data();
    expect(found.leftovers.value).toMatchObject([{ execution: id, what: "rollback-service", state: "interrupted" }]);
    expect(found.next[0]).toBe(`vulcan-ops resume ${id} --state-dir ${rig.stateDir}`);
    await rig.sandbox.reset("bad-release");
  });

  it("a lock whose process lives is somebody at work; what another service holds is not of this target", async () => {
    rmSync(rig.stateDir, { recursive: true, force: true });
    const dir = await openStateDir(rig.stateDir);
    const holder = { command: "rollback", operator: "kim", since: "2026-04-10T03:00:00.000Z" };
    const mine = await takeLock(dir, "vulcan-prod-0a1b2c3d4e5f", { ...holder, execution: "aaaa" });
    const other = await takeLock(dir, "billing-0a1b2c3d4e5f", { ...holder, execution: "bbbb" });
    const { leftovers, next } = await data();
    expect(leftovers.value).toMatchObject([{ execution: "aaaa", state: "running", holdsLock: true, operator: "kim" }]);
    expect(next[0]).toBe(`vulcan-ops show aaaa --state-dir ${rig.stateDir}`);
    await Promise.all([mine.release(), other.release()]);
    expect((await data()).leftovers.value).toEqual([]);
  });
});

describe("what others tell", () => {
  it("Vulcan its newest migration, where the target names its address", async () => {
    await rig.sandbox.reset("bad-release");
    const config = join(rig.stateDir, "vulcan-ops.yaml");
    const target = `vulcan-prod: {adminUrl: "${rig.sandbox.loadBalancer}"}`;
    writeFileSync(config, `schemaVersion: "1"\ntargets:\n  ${target}\n`);
    const env = { VULCAN_OPS_CONFIG: config };
    const { stdout } = await vulcanOps(["status", "--verbose", "--state-dir", rig.stateDir], { env });
    expect(stdout).toMatch(/Schema +8 Add documents\.checksum column, applied/);
    const denied = { ...env, VULCAN_ADMIN_TOKEN: "wrong" };
    const refused = await vulcanOps(["status", "--verbose", "--state-dir", rig.stateDir], { env: denied });
    expect(refused.code).toBe(0);
    expect(refused.stdout).toMatch(/Schema +not checked: .*HTTP 40\d/s);
  });

  it("another machine's execution holds the shared lock", async () => {
    const lock = createSharedLock(createClients({ region: "eu-west-1" }, 1), TARGET);
    const since = "2026-04-10T03:00:00.000Z";
    await lock.claim({ execution: "zzzz", command: "maintenance", operator: "alex", host: "elsewhere", since });
    const { leftovers, next } = await data();
    expect(leftovers.value).toMatchObject([{ execution: "zzzz", state: "elsewhere", operator: "alex@elsewhere" }]);
    expect(next[0]).not.toContain("zzzz");
    await rig.sandbox.reset("healthy");
  });
});

describe("lists as JSON lines", () => {
  it.each([["history"], ["check"], ["sandbox", "scenarios"], ["sandbox", "faults"], ["sandbox", "status"]])(
    "%s %s",
    async (...argv) => {
      const readsState = argv.includes("history") || argv.includes("status");
      const state = readsState ? ["--state-dir", rig.stateDir] : [];
      const { code, stdout } = await vulcanOps([...argv, ...state, "--output", "ndjson"]);
      expect(code).toBe(0);
      for (const line of stdout.split("\n").slice(0, -1)) expect(() => JSON.parse(line)).not.toThrow();
    },
  );
});
