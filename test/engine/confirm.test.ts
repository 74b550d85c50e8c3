import { expect, it } from "vitest";
import type { PlannedStep } from "../../src/domain/plan.ts";
import type { Question } from "../../src/domain/ports.ts";
import { confirmStep } from "../../src/engine/confirm.ts";

const step = (consequence: string): PlannedStep => ({
  id: "revert",
  title: "Revert",
  action: "cell.put",
  risk: "change",
  confirm: "typed",
  readiness: "ready",
  summary: "",
  inputs: {},
  changes: [],
  findings: [],
  outputs: {},
  operation: { service: "cell", name: "Put", input: { to: 43 } },
  undo: null,
  awsCli: null,
  basis: {},
  consequence,
});

const agreeing = (how: "typed" | "flag", shown: string, ...later: readonly string[]) => {
  const asked: Question[] = [];
  const ask = async (question: Question) => {
    asked.push(question);
    return { yes: true, how };
  };
  const journal = { append: async () => {} };
  const target = { name: "t", service: "s", production: false };
  const engine = { target, io: { ask, notify: () => {} }, journal, clock: { now: () => 0 } };
  const run = {
    engine,
    lines: new Map(),
    runbook: { steps: [], finally: [] },
    execution: { id: "x", started: { caller: { account: "1" } }, callers: [], steps: {}, written: [] },
    told: { begun: false },
  };
  const left = [...later];
  const now = async () => step(left.length > 1 ? (left.shift() ?? "") : (left[0] ?? ""));
  return { asked, agreement: confirmStep(run as never, step(shown), "undo", now) };
};

it("a text that is not what has to be typed any more agrees to nothing, though the request is the same", async () => {
  const { asked, agreement } = agreeing("typed", "43", "redeploy 43");
  expect(await agreement).toMatchObject({ kind: "agreed", step: { consequence: "redeploy 43" } });
  expect(asked).toMatchObject([{ stale: [] }, { stale: ["the text to type: was 43, is now redeploy 43"] }]);
  expect(await agreeing("flag", "43", "redeploy 43").agreement).toMatchObject({
    kind: "blocked",
    finding: { code: "stale-plan" },
  });
  expect(await agreeing("flag", "43", "43").agreement).toMatchObject({ kind: "agreed" });
});
