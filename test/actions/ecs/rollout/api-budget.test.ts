import { array, assert, integer, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { CallBudget } from "../../../../src/actions/ecs/rollout/api-budget.ts";
import { awaitRollout } from "../../../../src/actions/ecs/rollout/monitor.ts";
import { deploymentOf, type Moment, NOW, serviceOf, targetsOf, taskOf, waitingFor, worldOf } from "../../support.ts";

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

  it("go on evenly after a burst, and those of an end are always left", () => {
    const budget = new CallBudget(MOST);
    const [reserve, burst] = [8, 13];
    budget.spend(burst, NOW);
    const reads: number[] = [];
    for (let now = NOW; now < NOW + 300_000; now = reads.at(-1) as number) {
      reads.push(now + budget.evenPace(now, reserve));
      budget.spend(1, reads.at(-1) as number);
      expect(budget.waitFor(reserve, reads.at(-1) as number)).toBe(0);
    }
    const pauses = reads.map((at, index) => at - (reads[index - 1] ?? NOW));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(60_000 / (MOST - reserve - burst));
    expect(reads.length).toBeGreaterThan(4 * (MOST - reserve));
  });

  it("wait for nothing where none was made, and for the minute's end where an end has used them up", () => {
    const budget = new CallBudget(MOST);
    expect(budget.evenPace(NOW, 8)).toBe(0);
    budget.spend(MOST, NOW);
    expect(budget.evenPace(NOW + 20_000, 8)).toBe(40_000);
  });

  it("are reads of the service while nothing moves; tasks are read twice a minute all the same, by their names", async () => {
    const deployments = [deploymentOf(42, { rollout: "IN_PROGRESS", running: 1, pending: 0 })];
    const running = [taskOf(42, 0)];
    const quiet: Moment = { service: serviceOf(42, { deployments }), running, targets: targetsOf(running) };
    const world = worldOf(quiet);
    let named = 0;
    const { tasksNamed } = world.aws.ecs;
    const countingNamed: typeof tasksNamed = (...given) => {
      named++;
      return tasksNamed(...given);
    };
    const ecs = { ...world.aws.ecs, tasksNamed: countingNamed };
    await awaitRollout("vulcan-prod:42", waitingFor({ ...world, aws: { ...world.aws, ecs } }, 600));
    expect(world.reads()).toBeGreaterThan(150);
    expect(world.reads()).toBeLessThan(200);
    expect(world.looks()).toBe(1);
    expect(named).toBeGreaterThanOrEqual(15);
    expect(named).toBeLessThanOrEqual(21);
  });
});
