import { describe, expect, it } from "vitest";
import { foldExecution } from "../../src/domain/execution.ts";
import type { StepConfirmed } from "../../src/domain/execution-event.ts";
import { BROKEN } from "./fake-world.ts";
import { goOn, journalled, lastOf, putStep, remoteError, runAll, runbookOf, stageOf, step } from "./support.ts";

const both = runbookOf([putStep("first", "a", 2), putStep("second", "b", 20)]);

/** The second step breaks its cell while it is waited for; seen again, the cell is as it was set. */
function breakSecond(stage: ReturnType<typeof stageOf>): void {
  stage.cells.onRead = (cell, by) => {
    if (cell === "b" && stage.sent.length === 2) stage.cells.values.b = by === "verify" ? BROKEN : 20;
  };
}

describe("undo", () => {
  it("takes back the steps last first, each planned, asked, confirmed, sent once and verified", async () => {
    const stage = stageOf({ a: 1, b: 10 });
    await runAll(stage, both);
    const doing = stage.journal.length;
    expect(await goOn(stage, both, "undo")).toMatchObject({
      status: "undone",
      exitCode: 0,
      text: "undone: second (verified), first (verified)",
    });
    const life = (id: string) =>
      ["step.planned", "step.confirmed", "step.sent", "step.undone"].map((type) => `${type} ${id} (undo)`);
    expect(journalled(stage).slice(doing)).toEqual([
      "execution.resumed",
      ...life("second"),
      ...life("first"),
      "execution.ended",
    ]);
    expect(stage.cells.values).toEqual({ a: 1, b: 10 });
    expect(stage.sent).toHaveLength(4);
  });

  it("names what it leaves, in its question and in its end", async () => {
    const stage = stageOf({ a: 1, b: 10 });
    await runAll(stage, both);
    const at = stage.journal.findIndex((event) => event.type === "step.confirmed" && event.step === "second");
    const event = stage.journal[at] as StepConfirmed;
    const keeps = { of: "the schema", text: "migrations 7 and 8 stay" };
    stage.journal[at] = { ...event, undo: { ...event.undo, keeps } as never };
    const end = await goOn(stage, both, "undo");
    const [question] = stage.asked.slice(-2);
    expect(question).toMatchObject({ warnings: [{ code: "undo-keeps", title: "the schema is not undone" }] });
    expect(end).toMatchObject({
      status: "undone",
      text: "undone: second (verified), first (verified); not undone: the schema, migrations 7 and 8 stay",
    });
    expect(end.state).toMatch(/: .*the schema stays$/);
  });

  it("declined before it has sent anything is exit 3, and the execution stays as it was", async () => {
    const stage = stageOf({ a: 1, b: 10 });
    await runAll(stage, both);
    stage.script = { answer: () => ({ yes: false, how: "prompt" }) };
    expect(await goOn(stage, both, "undo")).toMatchObject({
      status: "declined",
      exitCode: 3,
      outcome: "Cancelled at step 2/2 (second); nothing was sent",
    });
  });

  it("declined after its first request is exit 1", async () => {
    const stage = stageOf({ a: 1, b: 10 });
    await runAll(stage, both);
    const asked = stage.asked.length;
    stage.script = { answer: (_question, number) => ({ yes: number === asked + 1, how: "prompt" }) };
    expect(await goOn(stage, both, "undo")).toMatchObject({ status: "declined", exitCode: 1 });
  });

  it("that was killed is sent once, also where AWS still shows what was before", async () => {
    const one = runbookOf([putStep("raise", "a", 2)]);
    const stage = stageOf({ a: 1 });
    await runAll(stage, one);
    let shownAt = Number.POSITIVE_INFINITY;
    stage.script = {
      outcome: () => "ignored",
      onAppend: ({ type }) => {
        if (type !== "step.sent" || shownAt < Number.POSITIVE_INFINITY) return;
        shownAt = stage.clock.now() + 3000;
        throw new Error("killed");
      },
    };
    stage.cells.onRead = () => {
      if (stage.clock.now() >= shownAt) stage.cells.values.a = 1;
    };
    await goOn(stage, one, "undo").catch(() => undefined);
    expect(await goOn(stage, one, "undo")).toMatchObject({ status: "undone", exitCode: 0 });
    expect(stage.sent.map(({ input }) => input.to)).toEqual([2, 1]);
  });

  it("always asks, also where doing the step asked nothing", async () => {
    const silent = runbookOf([putStep("raise", "a", 2, { confirm: "none" })]);
    const stage = stageOf({ a: 1 });
    await runAll(stage, silent);
    expect(stage.asked).toEqual([]);
    await goOn(stage, silent, "undo");
    expect(stage.asked).toMatchObject([{ kind: "confirm", phase: "undo", mode: "prompt" }]);
  });

  it("leaves alone what somebody else has changed since: exit 11, and it can be tried again", async () => {
    const stage = stageOf({ a: 1 });
    const raise = runbookOf([putStep("raise", "a", 2)]);
    await runAll(stage, raise);
    stage.cells.values.a = 5;
    expect(await goOn(stage, raise, "undo")).toMatchObject({ exitCode: 11, reason: "changed-since" });
    expect(stage.cells.values.a).toBe(5);
    stage.cells.values.a = 2;
    expect(await goOn(stage, raise, "undo")).toMatchObject({ status: "undone", exitCode: 0 });
  });

  it("names what cannot be undone and goes on with the rest", async () => {
    const burning = runbookOf([putStep("first", "a", 2), step("ash", "cell.burn", { with: { cell: "b" } })]);
    const stage = stageOf({ a: 1, b: 10 });
    await runAll(stage, burning);
    expect(await goOn(stage, burning, "undo")).toMatchObject({
      exitCode: 1,
      reason: "irreversible",
      text: "undone: first (verified); cannot be undone: Step ash: ash stays ash",
    });
    expect(stage.cells.values).toEqual({ a: 1, b: 0 });
  });

  it("of a step that never took effect sends nothing", async () => {
    const stage = stageOf({ a: 1 });
    const raise = runbookOf([putStep("raise", "a", 2)]);
    await runAll(stage, raise);
    stage.journal.splice(journalled(stage).indexOf("step.confirmed raise") + 1);
    stage.cells.values.a = 1;
    stage.sent.length = 0;
    expect(await goOn(stage, raise, "undo")).toMatchObject({ exitCode: 0, text: "nothing to undo" });
    expect(stage.sent).toEqual([]);
  });

  it("whose own process died goes on where it stood, and sends each undo once", async () => {
    const stage = stageOf({ a: 1, b: 10 });
    await runAll(stage, both);
    await goOn(stage, both, "undo");
    stage.journal.splice(journalled(stage).indexOf("step.confirmed first (undo)") + 1);
    stage.cells.values.a = 1;
    stage.sent.length = 0;
    expect(foldExecution(stage.journal)?.mode).toBe("undo");
    expect(await goOn(stage, both)).toMatchObject({ status: "undone", text: "undone: first (verified)" });
    expect(stage.sent).toEqual([]);
  });

  it("stops at the first step that does not come back, and says so: what lies before it stands", async () => {
    const stage = stageOf({ a: 1, b: 10 });
    await runAll(stage, both);
    stage.script = { outcome: () => "refused" };
    expect(await goOn(stage, both, "undo")).toMatchObject({ status: "failed", exitCode: 1, reason: "aws-rejected" });
    expect(stage.cells.values).toEqual({ a: 2, b: 20 });
    expect(stage.sent).toHaveLength(3);
  });

  it("that cannot look whether a step had happened is open (7), with an end in the journal", async () => {
    const stage = stageOf({ a: 1 });
    const raise = runbookOf([putStep("raise", "a", 2)]);
    await runAll(stage, raise);
    stage.journal.splice(journalled(stage).indexOf("step.confirmed raise") + 1);
    stage.cells.onRead = () => {
      throw remoteError("aws-unreachable", "none");
    };
    expect(await goOn(stage, raise, "undo")).toMatchObject({ exitCode: 7, reason: "aws-unreachable" });
    expect(journalled(stage).at(-1)).toBe("execution.ended");
  });
});

describe("an undo that failed after its request was sent", () => {
  const raise = runbookOf([putStep("raise", "a", 2)]);

  /** The undo is sent, and the cell breaks while it is waited for. */
  async function failedUndo() {
    const stage = stageOf({ a: 1 });
    await runAll(stage, raise);
    stage.cells.onRead = (_cell, by) => {
      if (by === "verify") stage.cells.values.a = BROKEN;
    };
    expect(await goOn(stage, raise, "undo")).toMatchObject({ status: "failed", exitCode: 1, reason: "broken" });
    stage.cells.onRead = () => undefined;
    return stage;
  }

  it.each([undefined, "undo"] as const)("is proven again by mode %s: a value as wanted is no end", async (mode) => {
    const stage = await failedUndo();
    // The wanted value shows where it is planned by, and is not there when it is proven.
    stage.cells.onRead = (_cell, by) => {
      stage.cells.values.a = by === "observe" ? 1 : BROKEN;
    };
    expect(await goOn(stage, raise, mode)).toMatchObject({ status: "failed", exitCode: 1, reason: "broken" });
    stage.cells.onRead = () => undefined;
    stage.cells.values.a = 1;
    expect(await goOn(stage, raise, mode)).toMatchObject({ status: "undone", text: "undone: raise (verified)" });
    expect(stage.sent).toHaveLength(2);
  });

  it("says that nothing had to be undone where it sends nothing", async () => {
    const stage = stageOf({ a: 1 });
    await runAll(stage, raise);
    stage.cells.values.a = 1;
    expect(await goOn(stage, raise, "undo")).toMatchObject({ exitCode: 0, text: "nothing to undo: a is 1" });
    expect(stage.sent).toHaveLength(1);
  });

  it("names apart what was undone and what had not to be", async () => {
    const stage = stageOf({ a: 1, b: 10 });
    await runAll(stage, both);
    stage.cells.values.b = 10;
    expect(await goOn(stage, both, "undo")).toMatchObject({
      text: "undone: first (verified); nothing to undo: b is 10",
    });
  });
});

describe("a step that failed after its request was sent", () => {
  it("is proven again on resume, also where its value is as wanted by then", async () => {
    const stage = stageOf({ a: 1 });
    const raise = runbookOf([putStep("raise", "a", 2)]);
    stage.cells.onRead = (_cell, by) => {
      if (by === "verify") stage.cells.values.a = BROKEN;
      if (by === "observe" && stage.sent.length > 0) stage.cells.values.a = 2;
    };
    expect(await runAll(stage, raise)).toMatchObject({ exitCode: 1, reason: "broken" });
    expect(await goOn(stage, raise)).toMatchObject({ exitCode: 1, reason: "broken" });
  });
});

describe("after a failed step", () => {
  const failing = (onFailure: "abort" | "undo" | "continue" | "ask") =>
    runbookOf([putStep("first", "a", 2), putStep("second", "b", 20, { onFailure }), putStep("third", "c", 30)]);

  it("onFailure: abort leaves everything as it is: exit 1, and `undo` finds what was sent", async () => {
    const stage = stageOf({ a: 1, b: 10, c: 3 });
    breakSecond(stage);
    expect(await runAll(stage, failing("abort"))).toMatchObject({ status: "failed", exitCode: 1, reason: "broken" });
    expect(lastOf(stage, "step.failed")).toMatchObject({ step: "second", effect: "sent" });
    expect(stage.cells.values).toMatchObject({ a: 2, c: 3 });
  });

  it("onFailure: undo takes back all that was sent and verifies it: exit 9, with the failure named apart", async () => {
    const stage = stageOf({ a: 1, b: 10, c: 3 });
    breakSecond(stage);
    expect(await runAll(stage, failing("undo"))).toMatchObject({
      status: "undone",
      exitCode: 9,
      text: "undone: second (verified), first (verified) (because: b is broken)",
    });
    expect(stage.cells.values).toEqual({ a: 1, b: 10, c: 3 });
  });

  it("onFailure: undo killed in its middle is gone on with as an undo: nothing is done forwards again", async () => {
    const stage = stageOf({ a: 1, b: 10, c: 3 });
    breakSecond(stage);
    await runAll(stage, failing("undo"));
    stage.journal.splice(journalled(stage).indexOf("step.undone second (undo)") + 1);
    stage.cells.values.a = 2;
    stage.asked.length = 0;
    expect(await goOn(stage, failing("undo"))).toMatchObject({ status: "undone" });
    expect(stage.asked.map((question) => "phase" in question && question.phase)).toEqual(["undo"]);
    expect(stage.cells.values).toEqual({ a: 1, b: 10, c: 3 });
  });

  it("onFailure: continue goes on with the next step", async () => {
    const stage = stageOf(
      { a: 1, b: 10, c: 3 },
      { outcome: ({ input }) => (input.cell === "b" ? "refused" : "applied") },
    );
    expect(await runAll(stage, failing("continue"))).toMatchObject({ exitCode: 0 });
    expect(stage.cells.values).toEqual({ a: 2, b: 10, c: 30 });
  });

  it("onFailure: ask offers an undo only where there is something to undo, and aborts with nobody there", async () => {
    const stage = stageOf({ a: 1 }, { outcome: () => "refused" });
    const lone = runbookOf([putStep("raise", "a", 2, { onFailure: "ask" })]);
    expect(await runAll(stage, lone)).toMatchObject({ status: "failed", exitCode: 1 });
    expect(stage.asked.at(-1)).toMatchObject({ id: "on-failure", choices: [{ value: "abort" }, { value: "again" }] });

    const later = stageOf(
      { a: 1, b: 10, c: 3 },
      { outcome: ({ input }) => (input.cell === "b" ? "refused" : "applied") },
    );
    await runAll(later, failing("ask"));
    expect(later.asked.at(-1)).toMatchObject({ choices: [{}, {}, { value: "undo" }] });
  });

  it("`again` tries a refused request anew, after asking anew", async () => {
    const stage = stageOf({ a: 1 }, { outcome: (_operation, number) => (number === 1 ? "refused" : "applied") });
    stage.script.answer = ({ kind }) => (kind === "choice" ? { value: "again", how: "prompt" } : undefined);
    const lone = runbookOf([putStep("raise", "a", 2, { onFailure: "ask" })]);
    expect(await runAll(stage, lone)).toMatchObject({ exitCode: 0 });
    expect(stage.asked.map((question) => question.kind)).toEqual(["confirm", "choice", "confirm"]);
  });
});
