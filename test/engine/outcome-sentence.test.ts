import { expect, it } from "vitest";
import { foldExecution } from "../../src/domain/execution.ts";
import type { JournalEvent } from "../../src/domain/execution-event.ts";
import { outcomeSentence, remindersOf, stepName } from "../../src/engine/outcome-sentence.ts";
import type { Run } from "../../src/engine/run.ts";

const AT = Date.UTC(2026, 3, 10, 3, 41);
const at = new Date(AT).toISOString();
const DEED = {
  verb: "roll back",
  past: "rolled back",
  object: "vulcan-prod",
  from: "1.43.0 (:43)",
  to: "1.42.0 (:42)",
  reminder: "the pipeline still deploys 1.43.0 (:43): pause or fix it",
};
const STEPS = ["find", "revert", "rollout", "drained"].map((id) => ({ id, title: id, action: "x", with: {} }));

const step = (id: string, type: string, more: object) => ({
  at,
  execution: "7k2m",
  step: id,
  phase: "do",
  type,
  ...more,
});
const started = { at, execution: "7k2m", type: "execution.started", caller: { account: "1" }, inputs: {} };
const planned = (id: string, more: object) =>
  step(id, "step.planned", { title: id, action: "x", changes: [], findings: [], operation: null, undo: null, ...more });
const SENT = [
  planned("revert", { summary: "42", deed: DEED }),
  step("revert", "step.confirmed", { outputs: {}, undo: { kind: "stays", reason: "" } }),
  step("revert", "step.verified", { text: "set", outputs: {} }),
];
const PROVEN = [
  step("rollout", "step.verified", { text: "serves", proof: "3/3 healthy", outputs: {} }),
  step("drained", "step.verified", { text: "gone", proof: "5xx 0.1 %", outputs: {} }),
];

function runOf(events: readonly object[], outcome?: readonly string[]): Run<unknown> {
  const execution = foldExecution([started, ...events] as unknown as readonly JournalEvent[]);
  const runbook = { steps: STEPS, finally: [], ...(outcome && { outcome }) };
  return { execution, runbook, engine: { clock: { now: () => AT + 77_000 } } } as unknown as Run<unknown>;
}

it("says what the first outcome step did, what proves it, and how long it took", () => {
  const run = runOf([...SENT, ...PROVEN], ["revert", "rollout", "drained"]);
  expect(outcomeSentence(run)).toBe("Rolled back vulcan-prod to 1.42.0 (:42): 3/3 healthy, 5xx 0.1 %, took 1 min 17 s");
  expect(remindersOf(run)).toEqual([DEED.reminder]);
});

it("says in place of a deed that it was not done", () => {
  const missed = step("revert", "step.verified", { text: "NOT SET", missed: "it was not set", outputs: {} });
  expect(outcomeSentence(runOf([...SENT.slice(0, 2), missed]))).toBe("It was not set: took 1 min 17 s");
});

it("names only the steps that the runbook names; without any, all of them", () => {
  expect(outcomeSentence(runOf([...SENT, ...PROVEN], ["revert", "rollout"]))).not.toContain("5xx");
  expect(outcomeSentence(runOf([...SENT, ...PROVEN]))).toContain("3/3 healthy, 5xx 0.1 %");
});

it("says that nothing was to change, and nothing at all where no step says anything", () => {
  const skipped = [
    planned("revert", { summary: "vulcan-prod already runs vulcan-prod:42" }),
    step("revert", "step.skipped", { reason: "vulcan-prod already runs vulcan-prod:42", outputs: {} }),
  ];
  expect(outcomeSentence(runOf(skipped, ["revert"]))).toBe(
    "Nothing to change: vulcan-prod already runs vulcan-prod:42",
  );
  expect(outcomeSentence(runOf([], ["revert"]))).toBeUndefined();
});

it("reads a journal of 0.1.0, which has no deeds", () => {
  const old = SENT.map(({ deed: _, ...event }: Record<string, unknown>) => event);
  expect(outcomeSentence(runOf(old, ["revert"]))).toBeUndefined();
});

it("names a step by its number", () => {
  expect(stepName(runOf([]).runbook, "rollout")).toBe("step 3/4 (rollout)");
});
