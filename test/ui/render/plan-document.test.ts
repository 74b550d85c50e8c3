import { expect, it } from "vitest";
import type { Plan } from "../../../src/domain/plan.ts";
import { planDocument } from "../../../src/ui/render/plan-document.ts";
import { BLOCKED, NORMAL, WINDOW } from "../plans.ts";

const KEPT = { digest: "0f3a9c", path: "plans/my plan.json", version: "0.1.0" };

it.each<[string, Plan]>([
  ["normal", NORMAL],
  ["window", WINDOW],
  ["blocked", BLOCKED],
])("the document of a plan for a change board: %s", async (name, plan) => {
  await expect(planDocument(plan, KEPT)).toMatchFileSnapshot(`../../golden/plans/${name}.md`);
});

it("names loudly what has no way back, and the highest risk", () => {
  const [first, ...rest] = NORMAL.steps.filter(({ operation }) => operation !== null);
  if (first === undefined) throw new Error("the plan changes nothing");
  const down = { ...first, risk: "destructive", undo: { kind: "irreversible", reason: "a Down drops data" } } as const;
  const text = planDocument({ ...NORMAL, steps: [down, ...rest] }, { ...KEPT, path: undefined });
  expect(text).toContain("| Highest risk | destructive: something cannot be undone |");
  expect(text).toContain("NO UNDO: ");
  expect(text).not.toContain("run --plan");
});
