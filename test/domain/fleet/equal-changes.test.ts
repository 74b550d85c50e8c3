import { expect, it } from "vitest";
import { groupEqual } from "../../../src/domain/fleet/equal-changes.ts";
import type { Plan } from "../../../src/domain/plan.ts";

interface Made {
  readonly from?: number;
  readonly to?: number;
  readonly desired?: number;
  readonly family?: string;
}

/** A rollback of one service, in its own account, with its own names. */
function rollback(name: string, { from = 43, to = 42, desired, family = name }: Made = {}): Plan {
  const account = name.length % 2 === 0 ? "111122223333" : "444455556666";
  const arn = (revision: number) => `arn:aws:ecs:eu-west-1:${account}:task-definition/${family}:${revision}`;
  const input = {
    ...{ cluster: `${name}-cluster`, service: name, taskDefinition: arn(to) },
    ...(desired !== undefined && { desiredCount: desired }),
  };
  return {
    target: {
      name: `${name}-prod`,
      account,
      region: "eu-west-1",
      cluster: `${name}-cluster`,
      service: name,
      database: "db",
    },
    caller: { account },
    runbook: { title: "Roll back" },
    steps: [
      { id: "find", changes: [], operation: null, goal: `roll back :${from} → :${to}` },
      {
        id: "revert",
        changes: [
          {
            subject: `service ${name}`,
            property: "task definition",
            before: `${family}:${from}`,
            after: `${family}:${to}`,
          },
        ],
        operation: { service: "ecs", name: "UpdateService", input },
      },
    ],
    finally: [],
  } as unknown as Plan;
}

const groups = (...plans: Plan[]) =>
  groupEqual(plans).map(({ title, targets }) => `${targets.length} × ${title}: ${targets.join(" ")}`);

it("the same change under other names, families, clusters and accounts is one row", () => {
  expect(groups(rollback("shop"), rollback("billing"), rollback("cart", { family: "cart-task" }))).toEqual([
    "3 × roll back :43 → :42: shop-prod billing-prod cart-prod",
  ]);
});

it("the largest group comes first; what differs in a revision or in the request is another row", () => {
  const more = [rollback("a1"), rollback("b1", { from: 44 }), rollback("c1"), rollback("d1", { desired: 3 })];
  expect(groups(...more)).toEqual([
    "2 × roll back :43 → :42: a1-prod c1-prod",
    "1 × roll back :44 → :42: b1-prod",
    "1 × roll back :43 → :42: d1-prod",
  ]);
});

it("a name within a word is no name: app is not in happy", () => {
  const odd = rollback("app");
  const other = JSON.parse(JSON.stringify(odd).replaceAll('"subject":"service app"', '"subject":"service happy"'));
  expect(groups(odd, other)).toHaveLength(2);
});
