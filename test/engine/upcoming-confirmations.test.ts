import { describe, expect, it } from "vitest";
import { foldExecution } from "../../src/domain/execution.ts";
import type { Phase } from "../../src/domain/plan.ts";
import { typedAhead } from "../../src/engine/upcoming-confirmations.ts";
import { engineOf, journalled, output, putStep, runAll, runbookOf, type Stage, stageOf } from "./support.ts";

const typed = { confirm: "typed" } as const;
const BOOK = runbookOf([
  putStep("first", "a", 2),
  putStep("second", "b", 20, typed),
  putStep("third", "c", output("second", "before"), typed),
  putStep("other", "d", 40, { ...typed, only: { input: "way", is: ["other"] } }),
]);
const VALUES = { a: 1, b: 10, c: 100, d: 4 };

function ahead(stage: Stage, mode: Phase) {
  const execution = foldExecution(stage.journal);
  if (execution === undefined) return expect.unreachable("nothing was journalled");
  return typedAhead(engineOf(stage), BOOK, execution, mode);
}

/** One whole life, whose record ends right after this event. */
async function diedAfter(event: string): Promise<Stage> {
  const stage = stageOf(VALUES);
  await runAll(stage, BOOK, { way: "this" });
  stage.journal.splice(journalled(stage).indexOf(event) + 1);
  return stage;
}

describe("the texts that are going to be asked for", () => {
  it("forwards: of the steps to come, where the record tells; none of one that the runbook leaves out", async () => {
    const second = { step: "second", text: "20" };
    expect(ahead(await diedAfter("step.verified first"), "do")).toEqual([second, { step: "third", text: undefined }]);
    expect(ahead(await diedAfter("step.verified second"), "do")).toEqual([{ step: "third", text: "10" }]);
    expect(ahead(await diedAfter("step.verified third"), "do")).toEqual([]);
  });

  it("forwards: one that declined is asked again, one that was under way may not be", async () => {
    const declined = stageOf(VALUES, { answer: (_question, number) => (number === 2 ? { yes: false } : undefined) });
    await runAll(declined, BOOK, { way: "this" });
    expect(journalled(declined)).toContain("step.declined second");
    const second = { step: "second", text: "20" };
    expect(ahead(declined, "do")).toEqual([second, { step: "third", text: undefined }]);
    expect(ahead(await diedAfter("step.confirmed second"), "do")).toEqual([{ step: "third", text: "10" }]);
  });

  it("backwards: what each typed step puts back, last first; none of one that may never have happened", async () => {
    const second = { step: "second", text: "10" };
    expect(ahead(await diedAfter("execution.ended"), "undo")).toEqual([{ step: "third", text: "100" }, second]);
    expect(ahead(await diedAfter("step.confirmed third"), "undo")).toEqual([second]);
    expect(ahead(await diedAfter("step.verified first"), "undo")).toEqual([]);
  });
});
