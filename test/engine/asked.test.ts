import { describe, expect, it } from "vitest";
import type { PlannedStep } from "../../src/domain/plan.ts";
import type { Question } from "../../src/domain/ports.ts";
import type { Step } from "../../src/domain/runbook.ts";
import { askRows } from "../../src/ui/render/step-rows.ts";
import { planOf, putStep, runAll, runbookOf, stageOf, step } from "./support.ts";

/** What the plan's own words say about the question. */
function said(planned: PlannedStep): string {
  const [row] = askRows(planned);
  if (row === undefined) return "nothing";
  if (row.text.startsWith("nothing: continues after")) return "countdown";
  return row.text.startsWith("type ") ? `typed ${planned.consequence ?? planned.id}` : "prompt";
}

/** What was really asked at the step. */
function asked(questions: readonly Question[], id: string): string {
  const question = questions.find((one) => "step" in one && one.step.id === id);
  if (question?.kind === "hold") return "countdown";
  if (question?.kind !== "confirm") return "nothing";
  return question.mode === "typed" ? `typed ${question.step.consequence ?? id}` : "prompt";
}

const CONFIRMS = [{}, { confirm: "none" }, { confirm: "prompt" }, { confirm: "typed" }] as const;

const SHAPES: readonly (readonly [string, (more: Partial<Step>) => Step])[] = [
  ["a write", (more) => putStep("one", "a", 2, more)],
  ["nothing to change", (more) => putStep("one", "a", 1, more)],
  ["a look", (more) => step("one", "cell.look", { with: { cell: "a" }, ...more })],
  [
    "a look that the runbook calls a change",
    (more) => step("one", "cell.look", { with: { cell: "a" }, risk: "change", ...more }),
  ],
  ["a wait", (more) => step("one", "cell.await", { with: { cell: "a", value: 1 }, ...more })],
  ["what destroys", (more) => step("one", "cell.burn", { with: { cell: "a" }, irreversible: "for a test", ...more })],
];

describe.each(SHAPES)("what the plan says of a question is what is asked: %s", (_name, make) => {
  it.each(CONFIRMS)("%o", async (more) => {
    for (const place of ["steps", "finally"] as const) {
      const stage = stageOf({ a: 1, b: 1 });
      const first = putStep("first", "b", 2, { confirm: "none" });
      const one = make(more);
      const book = place === "steps" ? runbookOf([first, one]) : runbookOf([first], [one]);
      const plan = await planOf(stage, book);
      const planned = [...plan.steps, ...plan.finally].find(({ id }) => id === "one");
      await runAll(stage, book);
      expect({ place, asks: asked(stage.asked, "one") }).toEqual({ place, asks: said(planned as PlannedStep) });
    }
  });
});
