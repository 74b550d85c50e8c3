import { array, assert, integer, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { CallBudget } from "../../../../src/actions/ecs/rollout/api-budget.ts";
import { awaitRollout } from "../../../../src/actions/ecs/rollout/monitor.ts";
import { deploymentOf, type Moment, NOW, serviceOf, waitingFor, worldOf } from "../../support.ts";

const MOST = 40;

describe("the calls of a wait", () => {
  it("are fewer while others read beside, and all again afterwards", () => {
    const budget = new CallBudget(10);
    const release = budget.hold(6);
    expect([budget.isShared, budget.waitFor(4, NOW), budget.waitFor(5, NOW)]).toEqual([true, 0, 0]);
    budget.spend(4, NOW);
    expect(budget.waitFor(1, NOW)).toBe(60_000);
    release();
    expect([budget.isShared, budget.waitFor(6, NOW)]).toEqual([false, 0]);
  });

  it("are never more than allowed within any minute, whoever asks for how many and when", () => {
    const asks = array(record({ after: integer({ min: 0, max: 20_000 }), calls: integer({ min: 1, max: 12 }) }));
    return assert(
      property(asks, (list) => {
        const budget = new CallBudget(MOST);
        const spent: { at: number; calls: number }[] = [];
        let now = NOW;
        for (const { after, calls } of list) {
          now += after;
          now += budget.waitFor(calls, now);
          budget.spend(calls, now);
          spent.push({ at: now, calls });
        }
        for (const { at } of spent) {
          const within = spent.filter((other) => other.at >= at && other.at < at + 60_000);
          expect(within.reduce((sum, { calls }) => sum + calls, 0)).toBeLessThanOrEqual(MOST);
        }
      }),
    );
  });

  it("wait no longer than a minute, and not at all where there is room", () => {
    const budget = new CallBudget(MOST);
    expect(budget.waitFor(MOST, NOW)).toBe(0);
    budget.spend(MOST, NOW);
    expect(budget.waitFor(1, NOW + 1000)).toBe(59_000);
    expect(budget.waitFor(1, NOW + 60_000)).toBe(0);
  });

  it("are glances for the most part while nothing moves, and tasks are looked at twice a minute all the same", async () => {
    const quiet: Moment = { service: serviceOf(42, { deployments: [deploymentOf(42, { rollout: "IN_PROGRESS" })] }) };
    const world = worldOf(quiet);
    await awaitRollout("vulcan-prod:42", waitingFor(world, 600));
    expect(world.reads()).toBeGreaterThan(150);
    expect(world.reads()).toBeLessThan(190);
    expect(world.looks()).toBeGreaterThanOrEqual(15);
    expect(world.looks()).toBeLessThanOrEqual(21);
  });
});
