import { describe, expect, it } from "vitest";
import { BROKEN } from "./fake-world.ts";
import { goOn, journalled, lastOf, putStep, runAll, runbookOf, stageOf, step } from "./support.ts";

const proof = (onward: string) => step("proof", "cell.prove", { with: { cell: "p", onward }, onFailure: "ask" });
const runbook = (onward: string) =>
  runbookOf([putStep("before", "a", 2), proof(onward), putStep("after", "b", 2)], [putStep("back", "c", 1)]);

const world = () => ({ a: 1, b: 1, c: 1, p: BROKEN });

describe("a proof that was set up and could not be given", () => {
  it("stops before what needs it: exit 11 without anybody to ask, and resume tries it again", async () => {
    const stage = stageOf(world());
    const ending = await runAll(stage, runbook("stop"));
    expect(ending).toMatchObject({ status: "failed", exitCode: 11, reason: "unproven", text: "p is NOT PROVEN" });
    expect(ending.next[0]).toBe("vulcan-ops resume x0001");
    expect(stage.cells.values).toMatchObject({ a: 2, b: 1 });
    stage.cells.values.p = 1;
    expect(await goOn(stage, runbook("stop"))).toMatchObject({ status: "done", exitCode: 0 });
    expect(stage.cells.values).toMatchObject({ a: 2, b: 2 });
  });

  it("is gone on without where an operator says so; the step is not done again, and the end is not good", async () => {
    const stage = stageOf(world(), {
      answer: (question) => (question.kind === "choice" ? { value: "without", how: "prompt" } : undefined),
    });
    const ending = await runAll(stage, runbook("stop"));
    expect(ending).toMatchObject({ status: "failed", exitCode: 1, text: expect.stringMatching(/^p is NOT PROVEN; b/) });
    expect(stage.cells.values).toMatchObject({ a: 2, b: 2 });
    expect(lastOf(stage, "step.verified").step).toBe("after");
    expect(journalled(stage)).toContain("step.verified proof");
    const question = stage.asked.find(({ kind }) => kind === "choice");
    expect(question).toMatchObject({
      choices: expect.arrayContaining([expect.objectContaining({ value: "without" })]),
    });
  });

  it("does not keep back what makes things safer: all is done, exit 7, and resume tries the proof alone again", async () => {
    const stage = stageOf(world());
    const ending = await runAll(stage, runbook("again"));
    expect(ending).toMatchObject({ status: "unknown", exitCode: 7, reason: "unproven" });
    expect(ending.text).toMatch(/^p is NOT PROVEN; b/);
    expect(stage.cells.values).toMatchObject({ a: 2, b: 2 });
    const sent = stage.sent.length;
    expect(await goOn(stage, runbook("again"))).toMatchObject({ exitCode: 7 });
    stage.cells.values.p = 1;
    expect(await goOn(stage, runbook("again"))).toMatchObject({ status: "done", exitCode: 0 });
    expect(stage.sent).toHaveLength(sent);
  });

  it("of a step that has taken effect counts as done, and the end is not good", async () => {
    const stage = stageOf(world());
    expect(await runAll(stage, runbook("passed"))).toMatchObject({ status: "failed", exitCode: 1, reason: "unproven" });
    expect(journalled(stage)).toContain("step.verified proof");
    expect(stage.cells.values).toMatchObject({ a: 2, b: 2 });
  });

  it("may have an exit code of its own, beside what was done", async () => {
    const stage = stageOf(world());
    const ending = await runAll(stage, runbook("passed 8"));
    expect(ending).toMatchObject({
      status: "failed",
      exitCode: 8,
      text: expect.stringMatching(/^b.*; p is NOT PROVEN$/),
    });
    expect(ending.outcome).toMatch(/^B is/);
  });
});
