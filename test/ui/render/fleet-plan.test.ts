import { describe, expect, it } from "vitest";
import { composeFleetPlan } from "../../../src/domain/fleet/compose-plan.ts";
import type { Plan } from "../../../src/domain/plan.ts";
import { renderFleetPlan } from "../../../src/ui/render/fleet-plan.ts";
import { width } from "../../../src/ui/text/wrap.ts";

const NAMES = Array.from({ length: 500 }, (_, index) => `shop-${String(index + 1).padStart(3, "0")}`);

function planOf(target: string, from: number): Plan {
  return {
    target: {
      name: target,
      account: "111122223333",
      region: "eu-west-1",
      cluster: "prod",
      service: target,
      database: "db",
    },
    caller: { account: "111122223333" },
    runbook: { title: "Roll back the service" },
    steps: [
      {
        id: "revert",
        goal: `roll back :${from} → :42`,
        changes: [
          {
            subject: `service ${target}`,
            property: "task definition",
            before: `${target}:${from}`,
            after: `${target}:42`,
          },
        ],
        operation: {
          service: "ecs",
          name: "UpdateService",
          input: { service: target, taskDefinition: `${target}:42` },
        },
        readiness: "ready",
        risk: "change",
      },
      { id: "rollout", changes: [], operation: null, usualSeconds: 420, readiness: "deferred", risk: "read" },
    ],
    finally: [],
  } as unknown as Plan;
}

/** 487 alike, 13 that differ; two beside them are blocked, three as wanted. */
function fleet(concurrency: number) {
  const plans = NAMES.map((name, index) => [name, planOf(name, index < 487 ? 43 : 44 + (index % 2))] as const);
  return composeFleetPlan({
    ...{ run: "revert-42", at: "2026-04-10T00:00:00.000Z", unchanged: ["idle-1", "idle-2", "idle-3"] },
    runbook: { id: "rollback-service", title: "Roll back the service", source: "rollback-service" },
    window: { from: "2026-04-10T00:00:00.000Z", until: "2026-04-10T04:00:00.000Z" },
    waves: [
      { name: "canary", approval: false, concurrency: 1, tolerated: 0, targets: NAMES.slice(0, 5) },
      { name: "rest", approval: true, concurrency, tolerated: 5, targets: NAMES.slice(5) },
    ],
    plans: new Map(
      plans.map(([name, plan], index) => {
        const accountRegion = `${["111122223333", "444455556666"][index % 2]}/eu-west-1`;
        return [name, { plan, digest: `d-${name}`, accountRegion }];
      }),
    ),
    blocked: [
      {
        target: "cart",
        code: "revision-inactive",
        reason: "cart:42 is INACTIVE: ECS does not start its tasks",
        next: [],
      },
      { target: "gone", code: "service-missing", reason: "there is no service gone in cluster prod", next: [] },
    ],
  });
}

const display = (columns: number) => ({ columns, colour: false, unicode: true, live: false, utcOnly: true });

describe("the plan of a fleet", () => {
  it.each([40, 80, 120])("of 500 targets at %i columns", async (columns) => {
    const { plan, refusals } = fleet(40);
    const text = renderFleetPlan(
      plan,
      { refusals, next: "vulcan-ops fleet plan revert.yaml -o DIR" },
      display(columns),
    );
    const lines = text.split("\n");
    if (columns === 80) expect(lines.length).toBeLessThanOrEqual(24);
    // A digest is one word.
    expect(lines.filter((line) => width(line) > columns && line.trim().includes(" "))).toEqual([]);
    await expect(`${text}\n`).toMatchFileSnapshot(`../../golden/fleet/plan-${columns}.txt`);
  });

  it("that is too fast names the wave, the account and region, and how many fit", async () => {
    const { plan, refusals } = fleet(200);
    expect(refusals).toMatchObject([{ wave: "rest", concurrency: 80 }, { wave: "rest" }]);
    const text = renderFleetPlan(plan, { refusals }, display(80));
    await expect(`${text}\n`).toMatchFileSnapshot("../../golden/fleet/plan-too-fast.txt");
    expect(text.split("\n").length).toBeLessThanOrEqual(24);
  });

  it("names the runbook where no change is that of most targets, and says every way where it is asked to", () => {
    const { plan } = fleet(40);
    const groups = NAMES.slice(0, 9).map((name, index) => ({ title: `roll back :${index}`, targets: [name] }));
    const differing = { ...plan, groups, waves: plan.waves.slice(0, 1) };
    const text = renderFleetPlan(differing, { refusals: [] }, display(80));
    expect(text).toMatch(
      /^Fleet revert-42: 5 targets, 2 blocked, 1 wave: Roll back the service\n Differ +5, in 9 ways\n/,
    );
    expect(text).toMatch(/1 × roll back :3: shop-004\n +and 5 more ways \(--verbose has all\)/);
    expect(renderFleetPlan(differing, { refusals: [] }, { ...display(80), verbose: true })).toContain(
      "1 × roll back :8: shop-009",
    );
  });

  it("warns where the window is shorter than the fleet", () => {
    const { plan, refusals } = fleet(40);
    const short = { ...plan, window: { ...plan.window, until: "2026-04-10T01:00:00.000Z" } };
    expect(renderFleetPlan(short, { refusals }, display(120))).toContain(
      "longer than the 1 h in which plans may begin",
    );
    expect(renderFleetPlan(plan, { refusals }, display(120))).not.toContain("longer than");
  });

  it("starts in turn over the account-Regions, spread over its seconds", () => {
    const rest = fleet(40).plan.waves[1]?.targets.slice(0, 40) ?? [];
    const odd = rest.map(({ target }) => Number(target.slice(-3)) % 2);
    expect(odd.filter((one, index) => one === odd[index - 1])).toEqual([]);
    expect([rest[0]?.jitter, rest[39]?.jitter]).toEqual([0, 20]);
  });
});
