import { describe, expect, it } from "vitest";
import { PLANS_AT_ONCE } from "../../../src/app/fleet/plan-targets.ts";
import { BucketShare, ECS_BUCKETS } from "../../../src/domain/fleet/buckets.ts";
import { costOf, waveSeconds } from "../../../src/domain/fleet/estimate.ts";
import { interleave, mostConcurrency, type TargetLoad, waveLoad } from "../../../src/domain/fleet/load.ts";
import { TRANSITIONS } from "../../../src/domain/fleet/machine/machine.ts";
import { MOST_INPUT_BYTES, machineInput } from "../../../src/domain/fleet/machine-input.ts";
import { READS_OF_A_ROLLBACK, tokenBuckets } from "./token-buckets.ts";

const UPDATE = new Map([["service writes", 1]]);
const COPY = new Map([
  ["service writes", 1],
  ["definition writes", 1],
]);

function fleet(count: number, accountRegions: number, more: Partial<TargetLoad> = {}): readonly TargetLoad[] {
  const all = Array.from({ length: count }, (_, index) => ({
    target: `s${index}`,
    accountRegion: `${index % accountRegions}/eu-west-1`,
    writes: UPDATE,
    restores: 0,
    seconds: 480,
    ...more,
  }));
  // As a configuration has them: account by account.
  return interleave(all.sort((a, b) => (a.accountRegion < b.accountRegion ? -1 : 1)));
}
const refusals = (concurrency: number, loads: readonly TargetLoad[]) =>
  waveLoad("rest", { concurrency, loads }).refusals;

describe("the figures of the study, computed", () => {
  it("500 rollbacks cost some dollars: workers of 10 minutes $1.03, transitions $0.06, images $1.6", () => {
    const { fargate, stepFunctions, images, journal, total } = costOf(fleet(500, 1, { seconds: 600 }), 2, TRANSITIONS);
    expect(fargate).toBeCloseTo(1.03, 2);
    expect(stepFunctions).toBeCloseTo(0.063, 3);
    expect(images).toBeCloseTo(1.575, 3);
    expect(journal).toBeCloseTo(0.03, 2);
    expect(total).toBeLessThan(10);
  });

  it("500 windows of an hour cost $6.17 of workers, and less than $10 in all", () => {
    const { fargate, total } = costOf(fleet(500, 1, { seconds: 3600 }), 2, TRANSITIONS);
    expect(fargate).toBeCloseTo(6.17, 1);
    expect(total).toBeLessThan(10);
  });

  it("at most 40 at once in one account-Region, and ten times that over ten", () => {
    expect(refusals(40, fleet(500, 1))).toEqual([]);
    expect(refusals(41, fleet(500, 1))).toEqual([
      "wave rest: in 0/eu-west-1 41 of its targets at once make 10.25 calls a second of the 20 that ECS allows for service reads",
    ]);
    expect(mostConcurrency("rest", { concurrency: 400, loads: fleet(500, 1) })).toBe(40);
    expect(refusals(400, fleet(500, 10))).toEqual([]);
  });

  it("500 of 8 minutes last 100 minutes at 40, and 40 minutes at 10 in each of 10 account-Regions", () => {
    expect(waveSeconds(fleet(500, 1), 40, 0) / 60).toBeCloseTo(104, 0);
    expect(waveSeconds(fleet(500, 10), 100, 0) / 60).toBe(40);
  });

  it("copies of revisions start at least a second apart after the burst", () => {
    const { jitter, refusals: none } = waveLoad("rest", { concurrency: 40, loads: fleet(500, 1, { writes: COPY }) });
    expect([none, jitter]).toEqual([[], 63]);
    expect(waveLoad("rest", { concurrency: 40, loads: fleet(500, 1) }).jitter).toBe(20);
  });

  it("restores are three at once in an account-Region", () => {
    const loads = fleet(12, 2, { restores: 1 });
    expect(refusals(6, loads)[0]).toMatch(/6 restores at once, and RDS publishes no rate: at most 3/);
    expect(refusals(3, loads)).toEqual([]);
  });

  it("an order that the engine does not keep may not exceed the whole bucket", () => {
    // In turn they are 40 in each; all 200 of one account-Region at once would be 50 calls a second.
    expect(refusals(200, fleet(1000, 5))[0]).toMatch(/200 of its targets at once make 50 calls a second of the 20/);
  });

  it("one run of the machine takes 700 targets, and refuses more than it can hold", () => {
    const plan = (count: number) => ({
      ...({
        kind: "vulcan-ops fleet plan",
        schemaVersion: 1,
        run: "revert-42",
        at: "",
        unchanged: [],
        blocked: [],
      } as const),
      ...{ runbook: { id: "", title: "", source: "" }, digest: "d".repeat(64), groups: [], seconds: 0 },
      window: { from: "2026-04-10T02:00:00Z", until: "2026-04-11T02:00:00Z" },
      peak: { accountRegion: "", bucket: "", callsPerSecond: 0, limit: 0 },
      cost: { stepFunctions: 0, fargate: 0, journal: 0, images: 0, total: 0 },
      waves: [
        {
          ...{ name: "all", approval: true, concurrency: 40, tolerated: 3, seconds: 0 },
          targets: fleet(count, 1).map(({ target }) => ({
            target: `${target}-service-prod`,
            id: "6gnvh9swfcb0",
            digest: "",
            jitter: 12,
          })),
        },
      ],
    });
    const now = Date.parse("2026-04-10T02:00:00Z");
    const input = machineInput(plan(700), now);
    expect(JSON.stringify(input).length).toBeLessThanOrEqual(MOST_INPUT_BYTES);
    expect(input.waves[0]).toMatchObject({ size: 700, approvalSeconds: 86_400 });
    expect(() => machineInput(plan(2000), now)).toThrow(/about 750 targets/);
  });
});

describe("by simulation", () => {
  it.each([
    [1, 7],
    [10, 2],
  ])("500 targets in %i account-Regions are planned within half of each bucket, in at most %i min", (regions, most) => {
    const shares = new Map<string, BucketShare>();
    const halves = new Map<string, ReturnType<typeof tokenBuckets>>();
    let last = 0;
    // So many at a time, each for two seconds of its own beside its turn.
    const lanes = new Array<number>(PLANS_AT_ONCE).fill(0);
    for (const { accountRegion } of fleet(500, regions)) {
      const lane = lanes.indexOf(Math.min(...lanes));
      const now = lanes[lane] ?? 0;
      const share = shares.get(accountRegion) ?? new BucketShare();
      const half = halves.get(accountRegion) ?? tokenBuckets(ECS_BUCKETS, 0.5);
      shares.set(accountRegion, share);
      halves.set(accountRegion, half);
      const at = now + share.reserve(READS_OF_A_ROLLBACK, now);
      // All at once: the worst that a plan can do with its turn.
      for (const [bucket, count] of READS_OF_A_ROLLBACK) half.take(bucket, count, at);
      lanes[lane] = at + 2000;
      last = Math.max(last, at + 2000);
    }
    expect([...halves.values()].flatMap((half) => half.violations())).toEqual([]);
    expect(last / 60_000).toBeLessThanOrEqual(most);
  });

  it.each([
    ["rollbacks", UPDATE],
    ["copies", COPY],
  ])("500 %s run 40 at once within half of each bucket, bursts at the start included", (_name, writes) => {
    const loads = fleet(500, 1, { writes });
    const { jitter } = waveLoad("rest", { concurrency: 40, loads });
    const half = tokenBuckets(ECS_BUCKETS, 0.5);
    const calls: (readonly [at: number, bucket: string])[] = [];
    const lanes = new Array<number>(40).fill(0);
    // Durations differ, so that waits that began together do not read in step for ever.
    const durations = loads.map(({ seconds }, index) => seconds * (0.8 + ((index * 7919) % 401) / 1000));
    durations.forEach((seconds, index) => {
      const lane = lanes.indexOf(Math.min(...lanes));
      const delay = Math.ceil(((index % 40) * jitter) / 40);
      const start = (lanes[lane] ?? 0) + delay;
      for (const bucket of writes.keys()) calls.push([start, bucket]);
      // A third of 40 calls a minute in each bucket.
      for (let at = start; at < start + seconds; at += 4.5)
        for (const bucket of ["service reads", "task reads", "deployment reads"]) calls.push([at, bucket]);
      lanes[lane] = start + seconds;
    });
    for (const [at, bucket] of calls.sort(([a], [b]) => a - b)) half.take(bucket, 1, at * 1000);
    expect(half.violations()).toEqual([]);
  });

  it("the model sees a violation where there is one", () => {
    const half = tokenBuckets(ECS_BUCKETS, 0.5);
    half.take("definition writes", 11, 0);
    expect(half.violations()).toEqual(["definition writes at 0"]);
  });
});
