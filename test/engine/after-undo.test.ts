import { describe, expect, it } from "vitest";
import type { Action } from "../../src/domain/action.ts";
import { BROKEN, type Cells, registry } from "./fake-world.ts";
import { goOn, journalled, lastOf, putStep, runAll, runbookOf, type Stage, stageOf, step } from "./support.ts";

const both = runbookOf([
  putStep("raise", "a", 2),
  step("clients", "cell.prove", { with: { cell: "b", onward: "passed 8" } }),
]);
const prove = registry["cell.prove"] as Action<Cells>;
const checking = { more: { registry: { ...registry, "cell.prove": { ...prove, checksUndo: true as const } } } };

/** The run went well, and what is checked breaks before its undo. */
async function undone(b: number): Promise<Stage> {
  const stage = stageOf({ a: 1, b: 1 }, checking);
  await runAll(stage, both);
  stage.cells.values.b = b;
  return stage;
}

describe("a step that also checks an undo", () => {
  it("runs once after it, in the phase of the undo, and is not undone itself", async () => {
    const stage = await undone(1);
    const before = stage.journal.length;
    expect(await goOn(stage, both, "undo")).toMatchObject({
      status: "undone",
      exitCode: 0,
      text: "undone: raise (verified); b is proven",
    });
    expect(journalled(stage).slice(before).slice(-4)).toEqual([
      "step.undone raise (undo)",
      "step.planned clients (undo)",
      "step.verified clients (undo)",
      "execution.ended",
    ]);
    expect(await goOn(stage, both, "undo")).toMatchObject({ text: "nothing to undo" });
  });

  it("says what it finds beside what was undone, with an exit code of its own", async () => {
    const stage = await undone(BROKEN);
    expect(await goOn(stage, both, "undo")).toMatchObject({
      status: "undone",
      exitCode: 8,
      reason: "unproven",
      text: "undone: raise (verified); b is NOT PROVEN",
      next: ["vulcan-ops resume", "vulcan-ops show x0001"],
    });
  });

  it("that was left is made by the life that resumes the undo", async () => {
    const stage = await undone(1);
    stage.cells.onRead = (cell, by) => {
      if (cell !== "b" || by !== "verify") return;
      stage.stop.abort(130);
      stage.stop.signal.throwIfAborted();
    };
    expect(await goOn(stage, both, "undo")).toMatchObject({ status: "interrupted", exitCode: 130 });
    expect(lastOf(stage, "execution.ended").next).toEqual(["vulcan-ops resume x0001", "vulcan-ops undo x0001"]);
    stage.cells.onRead = () => undefined;
    expect(await goOn(stage, both)).toMatchObject({ status: "undone", text: "nothing to undo; b is proven" });
  });

  it("is not made where nothing was undone", async () => {
    const stage = await undone(1);
    stage.script = { ...checking, outcome: () => "refused" };
    expect(await goOn(stage, both, "undo")).toMatchObject({ status: "failed", reason: "aws-rejected" });
    expect(journalled(stage)).not.toContain("step.planned clients (undo)");
  });
});

describe("a change of which nothing is to be put back", () => {
  const planStays: Action<Cells>["plan"] = (given, seen, answers) => {
    const plan = (registry["cell.put"] as Action<Cells>).plan(given, seen, answers);
    const undo = { kind: "stays", reason: "it is the same" } as const;
    return plan.proposal === undefined ? plan : { ...plan, proposal: { ...plan.proposal, undo } };
  };
  const more = {
    registry: { ...registry, "cell.put": { ...(registry["cell.put"] as Action<Cells>), plan: planStays } },
  };

  it("proposes no undo where it fails, neither in its question nor in its end", async () => {
    const stage = stageOf({ a: 1 }, { more });
    stage.cells.onRead = (_cell, by) => {
      if (by === "verify") stage.cells.values.a = BROKEN;
    };
    const end = await runAll(stage, runbookOf([putStep("same", "a", 2, { onFailure: "ask" })]));
    expect([end.status, end.next]).toEqual(["failed", ["vulcan-ops resume x0001", "aws cell Put a 2"]]);
    const question = stage.asked.at(-1);
    expect(question?.kind === "choice" && question.choices.map(({ value }) => value)).toEqual(["abort", "again"]);
  });
});
