import { describe, expect, it } from "vitest";
import { foldExecution } from "../../src/domain/execution.ts";
import type { Phase } from "../../src/domain/plan.ts";
import { planUpcomingSteps } from "../../src/engine/upcoming-confirmations.ts";
import { engineOf, journalled, output, putStep, runAll, runbookOf, type Stage, stageOf, step } from "./support.ts";

const typed = { confirm: "typed" } as const;
const BOOK = runbookOf([
  putStep("first", "a", 2),
  putStep("second", "b", 20, typed),
  putStep("third", "c", output("second", "before"), typed),
  putStep("other", "d", 40, { ...typed, only: { input: "way", is: ["other"] } }),
]);
const VALUES = { a: 1, b: 10, c: 100, d: 4 };

/** The typed steps that are still to come, and their texts. */
async function ahead(stage: Stage, mode: Phase) {
  const execution = foldExecution(stage.journal);
  if (execution === undefined) return expect.unreachable("nothing was journalled");
  const steps = await planUpcomingSteps(engineOf(stage), BOOK, execution, mode);
  return steps.flatMap(({ id: step, confirm, consequence: text }) => (confirm === "typed" ? [{ step, text }] : []));
}

/** One whole life, whose record ends right after this event; the world is as it was then. */
async function diedAfter(event: string, world: Partial<typeof VALUES> = {}): Promise<Stage> {
  const stage = stageOf(VALUES);
  await runAll(stage, BOOK, { way: "this" });
  stage.journal.splice(journalled(stage).indexOf(event) + 1);
  Object.assign(stage.cells.values, VALUES, world);
  return stage;
}

describe("the texts that are going to be asked for", () => {
  const second = { step: "second", text: "20" };
  const third = { step: "third", text: "10" };

  it("forwards: of the steps to come, predicted where need be; none of one that the runbook leaves out", async () => {
    expect(await ahead(await diedAfter("step.verified first", { a: 2 }), "do")).toEqual([second, third]);
    expect(await ahead(await diedAfter("step.verified second", { a: 2, b: 20 }), "do")).toEqual([third]);
    expect(await ahead(await diedAfter("step.verified third", { a: 2, b: 20, c: 10 }), "do")).toEqual([]);
  });

  it("forwards: one that declined is asked again, one that was under way only if it had no effect", async () => {
    const declined = stageOf(VALUES, { answer: (_question, number) => (number === 2 ? { yes: false } : undefined) });
    await runAll(declined, BOOK, { way: "this" });
    expect(journalled(declined)).toContain("step.declined second");
    expect(await ahead(declined, "do")).toEqual([second, third]);
    expect(await ahead(await diedAfter("step.confirmed second", { a: 2, b: 20 }), "do")).toEqual([third]);
    expect(await ahead(await diedAfter("step.confirmed second", { a: 2 }), "do")).toEqual([second, third]);
  });

  it("forwards: of a step that a finding blocks only until an earlier one has waited; it counts as known later", async () => {
    const blocked = putStep("second", "b", 20, { ...typed, with: { cell: "b", to: 20, expect: 5 } });
    const wait = step("wait", "cell.await", { with: { cell: "a", value: 2 } });
    const planned = async (...steps: ReturnType<typeof step>[]) => {
      const stage = stageOf(VALUES, { answer: () => ({ yes: false }) });
      await runAll(stage, runbookOf([putStep("first", "a", 1), ...steps]));
      const execution = foldExecution(stage.journal);
      return execution && planUpcomingSteps(engineOf(stage), runbookOf(steps), { ...execution, steps: {} }, "do");
    };
    expect(await planned(blocked)).toMatchObject([{ findings: [{ level: "block" }] }]);
    const [, later] = (await planned(wait, blocked)) ?? [];
    expect(later).toMatchObject({ readiness: "deferred", until: "wait", findings: [], consequence: "20" });
  });

  it("backwards: of a step that a restoring step blocks, which the undo takes back first; it counts as known later", async () => {
    const stage = stageOf(VALUES);
    const book = runbookOf([putStep("first", "a", 2), putStep("second", "b", 20)], [putStep("restore", "c", 3)]);
    await runAll(stage, book);
    stage.cells.values.b = 21;
    const execution = foldExecution(stage.journal);
    if (execution === undefined) return expect.unreachable("nothing was journalled");
    const engine = engineOf(stage);
    const put = engine.registry["cell.put"] as (typeof engine.registry)[string];
    const planned = (undoUnblocks: readonly string[]) =>
      planUpcomingSteps({ ...engine, registry: { "cell.put": { ...put, undoUnblocks } } }, book, execution, "undo");
    expect((await planned([]))[0]).toMatchObject({ id: "second", findings: [{ code: "changed-since" }] });
    expect((await planned(["changed-since"]))[0]).toMatchObject({ readiness: "deferred", findings: [] });
  });

  it("backwards: what each typed step puts back, last first; none of one that never happened", async () => {
    const back = [
      { step: "third", text: "100" },
      { step: "second", text: "10" },
    ];
    const all = { a: 2, b: 20, c: 10 };
    expect(await ahead(await diedAfter("execution.ended", all), "undo")).toEqual(back);
    expect(await ahead(await diedAfter("step.confirmed third", all), "undo")).toEqual(back);
    expect(await ahead(await diedAfter("step.confirmed third", { a: 2, b: 20 }), "undo")).toEqual(back.slice(1));
    expect(await ahead(await diedAfter("step.verified first", { a: 2 }), "undo")).toEqual([]);
  });
});
