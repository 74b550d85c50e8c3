import { describe, expect, it } from "vitest";
import { type MakePlan, PLANS_AT_ONCE, planTargets } from "../../../src/app/fleet/plan-targets.ts";
import { guardError, usageError } from "../../../src/domain/error.ts";
import { ECS_BUCKETS } from "../../../src/domain/fleet/buckets.ts";
import type { Plan, PlannedStep } from "../../../src/domain/plan.ts";
import type { Clock } from "../../../src/domain/ports.ts";
import { tokenBuckets } from "../../domain/fleet/token-buckets.ts";

/** A clock that moves to the next sleeper once nothing else has anything to do. */
function movedClock() {
  let now = 0;
  const sleepers: { readonly at: number; wake(): void }[] = [];
  const clock: Clock = {
    now: () => now,
    sleep: (ms) => new Promise((wake) => void sleepers.push({ at: now + ms, wake })),
  };
  const until = async <T>(work: Promise<T>): Promise<T> => {
    let isOver = false;
    const over = work.finally(() => {
      isOver = true;
    });
    over.catch(() => {});
    while (!isOver) {
      await new Promise((turn) => setImmediate(turn));
      if (isOver) break;
      sleepers.sort((a, b) => a.at - b.at);
      const next = sleepers.shift();
      if (next === undefined) continue;
      now = Math.max(now, next.at);
      next.wake();
    }
    return over;
  };
  return { clock, until };
}

const step = (more: Partial<PlannedStep>): PlannedStep =>
  ({
    id: "revert",
    risk: "change",
    readiness: "ready",
    operation: { service: "ecs", name: "UpdateService", input: {} },
    findings: [],
    changes: [],
    ...more,
  }) as unknown as PlannedStep;
const planOf = (target: string, steps: readonly PlannedStep[] = [step({})]): Plan =>
  ({ target: { name: target }, at: "2026-04-10T03:00:00.000Z", steps, finally: [] }) as unknown as Plan;

const never = new AbortController().signal;
const plan = <T>(targets: readonly string[], make: MakePlan<T>, accountRegion = () => "1/eu-west-1", stop = never) =>
  planTargets(
    targets.map((target) => ({ target, accountRegion: accountRegion() })),
    make,
    { stop, progress: () => {} },
  );
const names = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`);

describe("the pace of planning", () => {
  const READS = [
    "ecs:DescribeServices",
    ...new Array<string>(5).fill("ecs:DescribeTaskDefinition"),
    ...new Array<string>(3).fill("ecs:ListServiceDeployments"),
    "elasticloadbalancing:DescribeTargetHealth",
  ];

  it.each([
    ["each reads the same", () => READS],
    // It is not known before: what is more is paid for by those after it.
    ["some read more than those before", (index: number) => (index % 50 === 0 ? [...READS, ...READS] : READS)],
  ])("500 targets, %s: no bucket is ever emptied below the half that is not ours", async (_name, readsOf) => {
    const { clock, until } = movedClock();
    const whole = tokenBuckets(ECS_BUCKETS, 1);
    const half = tokenBuckets(ECS_BUCKETS, 0.5);
    let atOnce = 0;
    let most = 0;
    const make: MakePlan<undefined> = async (target, { begin, sent }) => {
      await begin(clock);
      most = Math.max(most, ++atOnce);
      for (const action of readsOf(Number(target.slice(1)))) {
        sent(action);
        const bucket = ECS_BUCKETS.find(({ actions }) => actions.includes(action))?.name;
        if (bucket !== undefined) for (const one of [whole, half]) one.take(bucket, 1, clock.now());
      }
      await clock.sleep(1500);
      atOnce -= 1;
      return { plan: planOf(target), saved: undefined };
    };
    const { planned } = await until(plan(names(500), make));
    expect(planned.size).toBe(500);
    expect(most).toBeLessThanOrEqual(PLANS_AT_ONCE);
    expect(whole.violations()).toEqual([]);
    // One that reads more than was known may be over our half for a moment, never over AWS's limit.
    expect(half.violations().length).toBeLessThanOrEqual(10);
    // 5 definition reads each, at our half of 20 a second.
    expect(clock.now() / 1000).toBeLessThan(290);
  });

  it("makes the first plan of an account-Region alone, and those of another one beside it", async () => {
    const { clock, until } = movedClock();
    const order: string[] = [];
    const make: MakePlan<undefined> = async (target, { begin }) => {
      await begin(clock);
      order.push(`${target} begins`);
      await clock.sleep(target === "s0" || target === "s1" ? 1000 : 10);
      order.push(`${target} ends`);
      return { plan: planOf(target), saved: undefined };
    };
    let index = 0;
    await until(plan(names(4), make, () => (index++ % 2 === 0 ? "1/eu-west-1" : "2/eu-west-1")));
    expect(order.slice(0, 4)).toEqual(["s0 begins", "s1 begins", "s0 ends", "s1 ends"].sort(byOrder(order)));
    expect(order.indexOf("s2 begins")).toBeGreaterThan(order.indexOf("s0 ends"));
    expect(order.indexOf("s3 begins")).toBeGreaterThan(order.indexOf("s1 ends"));
  });
  const byOrder = (order: readonly string[]) => (a: string, b: string) => order.indexOf(a) - order.indexOf(b);
});

describe("what comes of each target", () => {
  const instant: Clock = { now: () => 0, sleep: async () => {} };
  const making =
    (of: (target: string) => Plan): MakePlan<string> =>
    async (target, { begin }) => {
      await begin(instant);
      return { plan: of(target), saved: target };
    };

  it("a change, nothing to do, a block with its next line, an error; in the order of the targets", async () => {
    const block = {
      level: "block",
      code: "revision-inactive",
      text: "shop:42 is INACTIVE",
      next: ["vulcan-ops status"],
    };
    const of: Readonly<Record<string, () => Plan>> = {
      s0: () => planOf("s0", [step({ operation: null, readiness: "unchanged" })]),
      s1: () => planOf("s1", [step({ findings: [block] as never })]),
      s2: () => {
        throw guardError("nothing-to-revert", "no revision was proven good", ["vulcan-ops rollback --to REV"]);
      },
      s3: () => planOf("s3"),
      // Known only after an earlier step: it may change something.
      s4: () => planOf("s4", [step({ operation: null, readiness: "deferred" })]),
    };
    const { planned, unchanged, blocked, at } = await plan(
      names(5),
      making((target) => of[target]?.() as Plan),
    );
    expect([[...planned.keys()], unchanged, at]).toEqual([["s3", "s4"], ["s0"], "2026-04-10T03:00:00.000Z"]);
    expect(blocked).toEqual([
      { target: "s1", code: "revision-inactive", reason: "shop:42 is INACTIVE", next: ["vulcan-ops status"] },
      {
        target: "s2",
        code: "nothing-to-revert",
        reason: "no revision was proven good",
        next: ["vulcan-ops rollback --to REV"],
      },
    ]);
  });

  it("an error that is that of every target is the command's own", async () => {
    const input = making(() => {
      throw usageError("input-missing", "the runbook needs the input to");
    });
    await expect(plan(names(3), input)).rejects.toThrow(/needs the input to/);
    const guarded = making(() => {
      throw guardError("nothing-to-revert", "no revision was proven good");
    });
    expect((await plan(names(3), guarded)).blocked).toHaveLength(3);
  });

  it("a defect is no block", async () => {
    const broken = making(() => {
      throw new TypeError("x is not a function");
    });
    await expect(plan(names(3), broken)).rejects.toThrow(TypeError);
  });

  it("a signal stops it", async () => {
    const stop = new AbortController();
    let made = 0;
    const make = making((target) => {
      if (++made === 2) stop.abort(130);
      return planOf(target);
    });
    await expect(plan(names(100), make, undefined, stop.signal)).rejects.toBe(130);
    expect(made).toBeLessThan(100);
  });
});
