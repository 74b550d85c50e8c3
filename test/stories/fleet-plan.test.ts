import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { countByBucket } from "../../src/domain/fleet/buckets.ts";
import type { FleetPlan } from "../../src/domain/fleet/fleet-plan.ts";
import { executionIdIn, setDigest } from "../../src/domain/fleet/run-name.ts";
import { READS_OF_A_ROLLBACK } from "../domain/fleet/token-buckets.ts";
import { mutations, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

/** Three names of the one service of the sandbox, and one whose service there is not. */
const CONFIGURATION = `schemaVersion: "1"
targets:
  shop-de: {account: "111122223333", region: eu-west-1, production: false, tags: "eu,shop"}
  shop-fr: {account: "111122223333", region: eu-west-1, production: false, tags: "eu,shop"}
  shop-us: {account: "111122223333", region: eu-west-1, production: false, tags: shop}
  gone: {account: "111122223333", region: eu-west-1, production: false, service: gone}
  loose: {production: false}
`;

const fleetFile = (targets: string, more = "") => `schemaVersion: "1"
runbook: rollback-service
targets: ${targets}
waves:
  - {name: canary, targets: [shop-de], concurrency: 1}
  - {name: rest, approval: true, concurrency: 2, tolerated: 1}
${more}`;

let rig: Rig;
let cwd: string;
beforeAll(async () => {
  rig = await openRig("bad-but-healthy");
});
beforeEach(() => {
  if (cwd !== undefined) rmSync(cwd, { recursive: true });
  cwd = mkdtempSync(join(tmpdir(), "vulcan-ops-fleet-"));
  writeFileSync(join(cwd, "vulcan-ops.yaml"), CONFIGURATION);
});
afterAll(() => {
  rmSync(cwd, { recursive: true });
  return rig.close();
});

const write = (text: string): string => {
  writeFileSync(join(cwd, "revert.yaml"), text);
  return "revert.yaml";
};
const plan = (...words: string[]) =>
  vulcanOps(["fleet", "plan", ...words, "--run", "revert-42", "--state-dir", rig.stateDir], { cwd });

describe("fleet plan", () => {
  it("shows on one screen how many, what, how long, the cost and the digest; and sends nothing", async () => {
    const { code, stdout } = await plan(write(fleetFile('["tag:shop"]')));
    expect([code, stdout]).toEqual([0, expect.stringContaining("Fleet revert-42: 3 targets, 2 waves: roll back")]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines[1]).toMatch(/^SANDBOX \(127\.0\.0\.1:\d+\) 3 targets · 111122223333 · eu-west-1$/);
    const words = stdout.replace(/\s+/g, " ");
    expect(words).toContain("Change 3 × roll back 1.43.0 (:43) → 1.42.0 (:42)");
    expect(words).toContain("canary: 1 target, 1 at once, 0 may fail");
    expect(words).toContain("rest: 2 targets, 2 at once, 1 may fail, approved first");
    expect(words).toMatch(/Cost about \$0\.\d\d: workers/);
    expect(words).toMatch(/Digest [0-9a-f]{64} Next vulcan-ops fleet plan revert.yaml -o plans/);
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("reads no more of a bucket for each target than the simulation of 500 of them takes", async () => {
    const before = rig.sandbox.requests().length;
    expect((await plan(write(fleetFile("[shop-*]")))).code).toBe(0);
    const sent = rig.sandbox.requests().slice(before);
    const counts = countByBucket(sent.map(({ operation }) => `ecs:${operation}`));
    expect(counts.get("service reads")).toBeGreaterThan(0);
    const above = [...counts].filter(([bucket, count]) => count / 3 > (READS_OF_A_ROLLBACK.get(bucket) ?? 0));
    expect(above).toEqual([]);
  });

  it("keeps a plan a target, as plan -o writes it, and the fleet's own", async () => {
    const { code, stdout, stderr } = await plan(write(fleetFile("[shop-*]")), "-o", "plans", "--output", "json");
    expect([code, stderr]).toEqual([0, ""]);
    const folder = join(cwd, "plans");
    expect(readdirSync(folder).sort()).toEqual(["fleet.plan.json", "shop-de.json", "shop-fr.json", "shop-us.json"]);
    expect(statSync(join(folder, "shop-de.json")).mode & 0o777).toBe(0o600);
    const kept = JSON.parse(readFileSync(join(folder, "fleet.plan.json"), "utf8")) as FleetPlan & { seal: string };
    const { seal, ...fleet } = kept;
    expect(seal).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.parse(stdout)).toEqual(fleet);
    const digests = fleet.waves.flatMap(({ targets }) =>
      targets.map(({ target, digest }) => [target, digest] as const),
    );
    const waves = fleet.waves.map(({ name, approval, concurrency, tolerated, targets }) => ({
      ...{ name, approval, concurrency, tolerated, targets: targets.map(({ target }) => target).sort() },
    }));
    expect(fleet.digest).toBe(setDigest(new Map(digests), waves));
    for (const { target, id, digest } of fleet.waves.flatMap(({ targets }) => targets)) {
      expect(id).toBe(executionIdIn("revert-42", target));
      expect(JSON.parse(readFileSync(join(folder, `${target}.json`), "utf8")).digest).toBe(digest);
    }
    const run = ["run", "--plan", join(folder, "shop-fr.json"), "--target", "shop-fr", "--dry-run"];
    const applied = await vulcanOps([...run, "--state-dir", rig.stateDir], { cwd });
    expect([applied.code, applied.stdout]).toEqual([0, expect.stringContaining("Plan: roll back")]);
    expect(await plan("revert.yaml", "-o", "plans")).toMatchObject({
      code: 6,
      stderr: expect.stringMatching(/is\s+not\s+empty/),
    });
  });

  it("names a blocked target with its reason, and keeps nothing until it is left out", async () => {
    const file = write(fleetFile("[shop-*, gone]"));
    const { code, stdout, stderr } = await plan(file, "-o", "plans");
    expect([code, stderr]).toEqual([11, expect.stringContaining("--without-blocked")]);
    expect(stdout.replace(/\s+/g, " ")).toMatch(/3 targets, 1 blocked, 2 waves[\s\S]*Blocked gone: .*gone/);
    expect(existsSync(join(cwd, "plans", "fleet.plan.json"))).toBe(false);
    const rest = await plan(file, "-o", "plans", "--without-blocked");
    expect([rest.code, readdirSync(join(cwd, "plans")).length]).toEqual([0, 4]);
  });

  it("makes plans that begin in its window alone", async () => {
    const file = write(fleetFile("[shop-*]", "window: {from: 2036-04-10T02:00:00+02:00, until: 2036-04-10T06:00:00Z}"));
    expect((await plan(file, "-o", "plans")).code).toBe(0);
    const kept = join(cwd, "plans", "shop-us.json");
    const times = { validFrom: "2036-04-10T00:00:00.000Z", validUntil: "2036-04-10T06:00:00.000Z" };
    expect(JSON.parse(readFileSync(kept, "utf8"))).toMatchObject(times);
    const early = await vulcanOps(
      ["run", "--plan", kept, "--target", "shop-us", "--yes", "--confirm", "42", "--state-dir", rig.stateDir],
      { cwd },
    );
    expect([early.code, early.stderr.replace(/\s+/g, " ")]).toEqual([
      11,
      expect.stringContaining("valid from 2036-04-10"),
    ]);
  });

  it.each([
    ["[shop-*, loose]", "target loose does not pin its account and region"],
    ['["tag:asia"]', '"tag:asia" chooses no target; of tags in the configuration there is: eu, shop'],
    ["[shop-fr]", "wave canary names shop-de, which the fleet does not have"],
    ["shop", 'revert.yaml:3:10: "targets" has to be a list'],
  ])("refuses %s before it reads anything of AWS", async (targets, text) => {
    const before = rig.sandbox.requests().length;
    const { code, stderr } = await plan(write(fleetFile(targets)));
    expect([code, stderr.replace(/\s+/g, " ")]).toEqual([6, expect.stringContaining(text)]);
    expect(rig.sandbox.requests().length).toBe(before);
  });
});
