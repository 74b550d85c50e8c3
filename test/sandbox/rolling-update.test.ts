import * as fc from "fast-check";
import { expect, test } from "vitest";
import { thresholdOf } from "../../src/sandbox/ecs/breaker.ts";
import { nextHealth } from "../../src/sandbox/ecs/container-health.ts";
import { capOf, decide, floorOf } from "../../src/sandbox/ecs/rolling-update.ts";

interface Pool {
  alive: number;
  healthy: number;
}

/** One more healthy task, if there is one that is not healthy yet. */
const warm = (pool: Pool): Pool => ({ ...pool, healthy: Math.min(pool.alive, pool.healthy + 1) });

const percents = fc.constantFrom([100, 200], [50, 100], [50, 200], [100, 150], [0, 100], [75, 125], [100, 125]);

test("healthy never falls below the floor, the total never rises above the cap, and enough room always ends it", async () => {
  const arbitrary = fc.record({
    desired: fc.integer({ min: 1, max: 12 }),
    percent: percents,
    order: fc.array(fc.boolean()),
  });
  await fc.assert(
    fc.property(arbitrary, ({ desired, percent, order }) => {
      const [minimumHealthyPercent = 100, maximumPercent = 200] = percent;
      let primary: Pool = { alive: 0, healthy: 0 };
      let old: Pool = { alive: desired, healthy: desired };
      const floor = Math.min(desired, floorOf(desired, minimumHealthyPercent));
      const cap = Math.max(desired, capOf(desired, maximumPercent));
      for (const eager of [...order, ...Array.from({ length: 80 }, () => true)]) {
        const moves = decide({ desired, minimumHealthyPercent, maximumPercent, primary, old, mayStart: true });
        old = {
          alive: old.alive - moves.stopOldHealthy - moves.stopOldUnhealthy,
          healthy: old.healthy - moves.stopOldHealthy,
        };
        primary = { alive: primary.alive + moves.start, healthy: primary.healthy };
        expect(primary.healthy + old.healthy).toBeGreaterThanOrEqual(floor);
        expect(primary.alive + old.alive).toBeLessThanOrEqual(cap);
        if (eager) primary = warm(primary);
      }
      const roomy = capOf(desired, maximumPercent) > desired || floor < desired;
      expect(roomy ? [primary, old] : []).toEqual(
        roomy
          ? [
              { alive: desired, healthy: desired },
              { alive: 0, healthy: 0 },
            ]
          : [],
      );
    }),
  );
});

test("100 % and 100 % is stuck and says so", () => {
  const pools = { primary: { alive: 0, healthy: 0 }, old: { alive: 3, healthy: 3 } };
  const moves = decide({ desired: 3, minimumHealthyPercent: 100, maximumPercent: 100, ...pools, mayStart: true });
  expect(moves).toMatchObject({ start: 0, stopOldHealthy: 0, stuck: true });
});

test.each([
  [1, 3],
  [6, 3],
  [25, 13],
  [400, 200],
  [1000, 200],
])("the breaker's default threshold for %i tasks is %i", (desired, threshold) => {
  const breaker = {
    enable: true,
    rollback: true,
    resetOnHealthyTask: true,
    threshold: { type: "BOUNDED_PERCENT", value: 50 },
  };
  expect(thresholdOf(breaker, desired)).toBe(threshold);
});

test("failures inside the start period do not count; a pass counts at once; three in a row make it UNHEALTHY", () => {
  const rule = { interval: 30, timeout: 5, retries: 3, startPeriod: 60 };
  const run = (results: readonly boolean[]): string[] => {
    let health: Parameters<typeof nextHealth>[1] = { status: "UNKNOWN", failures: 0 };
    return results.map((passed, index) => {
      health = nextHealth(rule, health, (index + 1) * rule.interval, passed);
      return health.status;
    });
  };
  expect(run([false, false, false, false, false])).toEqual(["UNKNOWN", "UNKNOWN", "UNKNOWN", "UNKNOWN", "UNHEALTHY"]);
  expect(run([true, false, false, false])).toEqual(["HEALTHY", "HEALTHY", "HEALTHY", "UNHEALTHY"]);
  expect(run([false, true, false])).toEqual(["UNKNOWN", "HEALTHY", "HEALTHY"]);
});
