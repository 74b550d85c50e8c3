import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Fault } from "../../src/sandbox/index.ts";
import { startLoad } from "../sandbox/load.ts";
import { rewritingProxy } from "../support/rewriting-proxy.ts";
import { mutations, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";
import { SOON_MS } from "../support/soon.ts";

/** A minute in a quarter of a second: half an hour in less than eight. */
const SPEED = 240;
const MINUTE = 60_000;

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("healthy", SPEED);
});
afterAll(() => rig.close());
beforeEach(() => rig.sandbox.reset("healthy"));

const watch = (...flags: string[]) => vulcanOps(["watch", "--output", "json", ...flags]);
const asked = () => rig.sandbox.requests().filter(({ operation }) => operation === "GetMetricData").length;
const always = (kind: Fault["kind"], more: Partial<Fault> = {}) =>
  rig.sandbox.inject({
    operation: "GetMetricData",
    kind,
    when: "before",
    times: Number.POSITIVE_INFINITY,
    ...more,
  });

describe("a healthy service", () => {
  it("is STABLE after half an hour: one call a minute, and nothing but reads", async () => {
    const begun = rig.sandbox.now();
    const { code, stdout, stderr } = await watch("--for", "30m");
    const minutes = (rig.sandbox.now() - begun) / MINUTE;
    const told = stderr.match(/^\d\d:\d\d:\d\dZ /gm)?.length ?? 0;
    // Every five minutes, and where a state changed.
    expect([code, told >= 6, told <= 12]).toEqual([0, true, true]);
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({
      verdict: "STABLE",
      minutes: { wanted: 30, needed: 27 },
      maxConnections: { most: 200, how: "SQL" },
      before: { used: { name: "the hour before" }, dropped: [] },
      next: [],
    });
    expect(
      found.metrics.map(({ id, before, state }: { id: string; before: number; state: string }) => [id, before, state]),
    ).toEqual([
      ["cpu", 9, "ok"],
      ["memory", 31, "ok"],
      ["healthy", 3, "ok"],
      ["unhealthy", 0, "ok"],
      ["connections", 3, "ok"],
    ]);
    expect(asked()).toBeLessThanOrEqual(Math.ceil(minutes));
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("says its verdict in words, and what it cannot tell", async () => {
    const { code, stdout } = await vulcanOps(["watch", "--for", "5m"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^WATCH {2}vulcan-prod \/ vulcan-prod/);
    expect(stdout).toMatch(/cannot tell shifts under 25 % from noise with 5 points/);
    expect(stdout).toMatch(/\nSTABLE: +5\/5 min seen, no limit broken, like before\n$/);
  });

  it("tells a JSON line a minute, and the verdict in the last", async () => {
    const { stdout } = await vulcanOps(["watch", "--for", "5m", "--output", "ndjson"]);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.length).toBeGreaterThanOrEqual(5);
    expect(lines.map(({ verdict }) => verdict).filter((verdict) => verdict !== null)).toEqual(["STABLE"]);
    expect(lines.at(-1).verdict).toBe("STABLE");
  });

  it("whose max_connections nobody measures is asked of its parameter group", async () => {
    const { stdout } = await vulcanOps(["watch", "--for", "5m", "--output", "json"], {
      env: { VULCAN_DATABASE_URL: "" },
    });
    expect(JSON.parse(stdout).maxConnections).toEqual({ most: 200, how: "parameter group" });
  });
});

describe("a release that fails a third of the requests", () => {
  it("is WORSE under load, names what and prints the revert", async () => {
    await rig.sandbox.reset("bad-but-healthy");
    const load = startLoad(`${rig.sandbox.loadBalancer}/`, 120);
    const { code, stdout } = await vulcanOps(["watch", "--region", "eu-west-1"]).finally(() => load.stop());
    expect(code).toBe(8);
    expect(stdout).toMatch(/5xx % .*\s+BROKEN above 5 % in \d+ min/);
    expect(stdout).toContain("vulcan-ops rollback --region eu-west-1\n");
    expect(stdout).toMatch(/\nWORSE: +5xx % above 5 % in \d+ min\n$/);
  });

  it("is WORSE under a handful of requests a minute, too", async () => {
    await rig.sandbox.reset("bad-but-healthy");
    const load = startLoad(`${rig.sandbox.loadBalancer}/`, 16);
    const { code, stdout } = await watch().finally(() => load.stop());
    expect([code, JSON.parse(stdout).text]).toEqual([8, expect.stringMatching(/^5xx % above 5 %/)]);
  });

  it("cannot be judged without a request: what was before is not known, and is said", async () => {
    await rig.sandbox.reset("bad-but-healthy");
    const { code, stdout } = await watch("--for", "5m");
    const { verdict, text, next } = JSON.parse(stdout);
    expect([code, verdict]).toEqual([10, "INCONCLUSIVE"]);
    expect(text).toContain("CPU %: no baseline");
    expect(next).toEqual(["vulcan-ops watch --for 5m"]);
  });
});

describe("a service without a load balancer", () => {
  it("is STABLE by ECS's own tasks, and says that traffic is not measured", async () => {
    const proxy = await rewritingProxy(rig.sandbox.endpoint);
    proxy.use({
      rewrite: (operation, text) =>
        operation === "DescribeServices" ? text.replace(/"loadBalancers":\[[^\]]*\]/g, '"loadBalancers":[]') : text,
    });
    vi.stubEnv("AWS_ENDPOINT_URL", proxy.url);
    const { code, stdout } = await watch("--for", "10m").finally(async () => {
      vi.unstubAllEnvs();
      await proxy.close();
    });
    const { verdict, text } = JSON.parse(stdout);
    expect([code, verdict, text]).toEqual([0, "STABLE", expect.stringContaining("traffic is not measured")]);
  });
});

describe("a deployment while it is watched", () => {
  const deploy = async (revision: number) => {
    const ecs = new ECSClient({});
    const which = { cluster: "vulcan-prod", service: "vulcan-prod", taskDefinition: `vulcan-prod:${revision}` };
    await ecs.send(new UpdateServiceCommand(which));
    ecs.destroy();
  };

  it("that fails, and that the circuit breaker takes back, is WORSE", async () => {
    await rig.sandbox.reset("breaker-rolls-back");
    const watched = watch("--for", "15m");
    await deploy(43);
    const { code, stdout } = await watched;
    const { verdict, text, next } = JSON.parse(stdout);
    expect([code, verdict]).toEqual([8, "WORSE"]);
    expect(text).toMatch(/the deployment of vulcan-prod:43 FAILED \(ROLLBACK_\w+, back to vulcan-prod:42\)/);
    expect(next).toEqual(["vulcan-ops rollback"]);
  });

  it("that failed before it began is not", async () => {
    await rig.sandbox.reset("breaker-rolls-back");
    await deploy(43);
    const shown = () => rig.sandbox.state().services[0]?.deployments ?? [];
    await expect.poll(shown, { timeout: SOON_MS }).toHaveLength(2);
    await expect
      .poll(shown, { timeout: SOON_MS })
      .toEqual([expect.objectContaining({ taskDefinition: "vulcan-prod:42", rolloutState: "COMPLETED" })]);
    const { code, stdout } = await watch("--for", "5m");
    expect([code, JSON.parse(stdout).text]).not.toEqual([8, expect.anything()]);
    expect(stdout).not.toContain("vulcan-prod:43 FAILED");
  });
});

describe("CloudWatch in trouble", () => {
  it.each<[string, string, () => void, number, string]>([
    ["every third minute missing", "10m", () => always("missing"), 10, "INCONCLUSIVE"],
    ["minutes that come an hour late", "10m", () => always("late", { ms: 60 * MINUTE, nth: 2 }), 10, "INCONCLUSIVE"],
    ["minutes that come late", "10m", () => always("late", { ms: 2 * MINUTE }), 0, "STABLE"],
    ["answers in two parts", "10m", () => always("partial"), 0, "STABLE"],
    ["throttled for minutes", "30m", () => always("throttle", { nth: 3, times: 6 }), 0, "STABLE"],
    ["a fifth of all calls throttled", "30m", () => always("throttle", { operation: "*", share: 0.2 }), 0, "STABLE"],
  ])("%s", async (_, time, order, code, verdict) => {
    order();
    const watched = await watch("--for", time);
    expect([watched.code, JSON.parse(watched.stdout).verdict]).toEqual([code, verdict]);
  });

  it("that refuses to be asked: exit 4, and the permission is named", async () => {
    always("access-denied");
    const { code, stderr } = await watch("--for", "5m");
    expect(code).toBe(4);
    expect(stderr).toContain("cloudwatch:GetMetricData");
  });
});

describe("ended early", () => {
  it("is INCONCLUSIVE and exit 130, however well it looked", async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(130), 2500);
    const { code, stdout } = await vulcanOps(["watch"], { stop: stop.signal });
    expect(code).toBe(130);
    expect(stdout).toMatch(/\nINCONCLUSIVE: ended early by the operator, \d+\/30 min seen\n$/);
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("at once, too", async () => {
    const { code, stdout } = await vulcanOps(["watch"], { stop: AbortSignal.abort(130) });
    expect(code).toBe(130);
    expect(stdout).toMatch(/INCONCLUSIVE: ended early by the operator, 0\/30 min seen/);
  });
});

it.each(["4m", "30s", "half an hour", "25h", "90s"])("--for %s is refused: exit 6", async (text) => {
  const { code, stderr } = await watch("--for", text);
  expect(code).toBe(6);
  expect(stderr).toContain("vulcan-ops watch --for 30m");
});
