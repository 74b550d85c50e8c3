import { describe, expect, it } from "vitest";
import { type Execution, foldExecution } from "../../src/domain/execution.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";
import { execute } from "../../src/engine/execute.ts";
import { resumeRun } from "../../src/engine/run.ts";
import {
  engineOf,
  goOn,
  journalled,
  lastOf,
  putStep,
  remoteError,
  runAll,
  runbookOf,
  type Stage,
  stageOf,
  step,
} from "./support.ts";

const raise = runbookOf([putStep("raise", "a", 2)]);
const raiseAndWatch = runbookOf([
  putStep("raise", "a", 2),
  step("watch", "cell.await", { with: { cell: "b", value: 5 }, timeoutSeconds: 30 }),
]);

/** What an operator's first Ctrl-C does: the Io port breaks off its question, or the wait is aborted. */
const interrupted = () => remoteError("interrupted", "none", EXIT.interrupted);

describe("Ctrl-C", () => {
  it("before a question is answered: exit 130, nothing was sent", async () => {
    const stage = stageOf({ a: 1 });
    stage.script = {
      answer() {
        throw interrupted();
      },
    };
    expect(await runAll(stage, raise)).toMatchObject({
      status: "interrupted",
      exitCode: 130,
      text: "stopped at step 1/1 (raise); nothing was sent",
    });
    expect(stage.sent).toEqual([]);
  });

  it("between the answer and the send: nothing is sent", async () => {
    const stage = stageOf({ a: 1 });
    stage.script = {
      answer: () => {
        stage.stop.abort(EXIT.interrupted);
        return { yes: true, how: "prompt" };
      },
    };
    expect(await runAll(stage, raise)).toMatchObject({ exitCode: 130 });
    expect(journalled(stage)).not.toContain("step.confirmed raise");
    expect(stage.sent).toEqual([]);
  });

  it("during a wait: 130, the step stays interrupted, and resume finishes it without asking or sending again", async () => {
    const stage = stageOf({ a: 1, b: 1 });
    stage.cells.onRead = (_cell, by) => {
      if (by === "verify") stage.stop.abort(EXIT.interrupted);
    };
    stage.script = { outcome: () => "ignored" };
    expect(await runAll(stage, raise)).toMatchObject({ status: "interrupted", exitCode: 130 });
    expect(journalled(stage).slice(-2)).toEqual(["step.sent raise", "execution.ended"]);

    stage.cells.onRead = () => undefined;
    stage.cells.values.a = 2;
    expect(await goOn(stage, raise)).toMatchObject({ status: "done", exitCode: 0 });
    expect([stage.asked.length, stage.sent.length]).toEqual([1, 1]);
  });

  it("at the question what to do about a failure: 130, and the execution has an end in its journal", async () => {
    const stage = stageOf({ a: 1 }, { outcome: () => "refused" });
    stage.script.answer = ({ kind }) => {
      if (kind === "choice") throw interrupted();
      return { yes: true, how: "prompt" };
    };
    const asking = runbookOf([putStep("raise", "a", 2, { onFailure: "ask" })]);
    expect(await runAll(stage, asking)).toMatchObject({ status: "interrupted", exitCode: 130 });
    expect(journalled(stage).at(-1)).toBe("execution.ended");
  });

  it("says SIGTERM's own code where that was the signal", async () => {
    const stage = stageOf({ a: 1 });
    stage.stop.abort(EXIT.terminated);
    expect(await runAll(stage, raise)).toMatchObject({ exitCode: 143 });
  });
});

describe("out of time", () => {
  it("is open, not failed: exit 7; resume goes on waiting", async () => {
    const stage = stageOf({ a: 1, b: 1 });
    expect(await runAll(stage, raiseAndWatch)).toMatchObject({ status: "unknown", exitCode: 7, reason: "late" });
    expect(journalled(stage)).not.toContain("step.failed watch");
    stage.cells.values.b = 5;
    expect(await goOn(stage, raiseAndWatch)).toMatchObject({ exitCode: 0 });
    expect(stage.sent).toHaveLength(1);
  });

  it("gives the wait exactly the step's own time", async () => {
    const stage = stageOf({ a: 1, b: 1 });
    const before = stage.clock.now();
    await runAll(stage, raiseAndWatch);
    expect(stage.clock.now() - before).toBe(30_000);
  });

  it("and `Keep waiting` chosen: the same request is waited for, not sent again", async () => {
    const stage = stageOf({ a: 1 }, { outcome: () => "ignored" });
    stage.script.answer = ({ kind }) => {
      if (kind !== "choice") return { yes: true, how: "prompt" };
      stage.cells.values.a = 2;
      return { value: "again", how: "prompt" };
    };
    const asking = runbookOf([putStep("raise", "a", 2, { onFailure: "ask" })]);
    expect(await runAll(stage, asking)).toMatchObject({ exitCode: 0 });
    expect(stage.sent).toHaveLength(1);
  });
});

describe("resume after the process died in the middle of a step", () => {
  /** The journal ends with the confirmation: the process died before, in or right after the send. */
  async function deadInTheSend(outcome: "applied" | "vanished"): Promise<Stage> {
    const stage = stageOf({ a: 1, b: 1 }, { outcome: () => outcome });
    await runAll(stage, runbookOf([putStep("first", "b", 2), putStep("raise", "a", 2)]));
    stage.journal.splice(journalled(stage).indexOf("step.confirmed raise") + 1);
    stage.asked.length = 0;
    stage.sent.length = 0;
    stage.script = {};
    return stage;
  }

  const runbook = runbookOf([putStep("first", "b", 2), putStep("raise", "a", 2)]);

  it("adopts what had taken effect: nothing is asked, nothing is sent", async () => {
    const stage = await deadInTheSend("applied");
    expect(await goOn(stage, runbook)).toMatchObject({ status: "done", exitCode: 0 });
    expect([stage.asked, stage.sent]).toEqual([[], []]);
    expect(lastOf(stage, "step.sent")).toMatchObject({ step: "raise", adopted: true });
  });

  it("asks anew for what had not taken effect, and only for that", async () => {
    const stage = await deadInTheSend("applied");
    stage.cells.values.a = 1;
    expect(await goOn(stage, runbook)).toMatchObject({ exitCode: 0 });
    expect(stage.asked).toMatchObject([{ kind: "confirm", step: { id: "raise" } }]);
    expect(stage.sent).toHaveLength(1);
  });

  it.each([
    ["behind", -120_000],
    ["ahead", 120_000],
  ])("waits for what AWS shows late of another machine's request, whose clock is %s", async (_how, ms) => {
    const stage = await deadInTheSend("applied");
    const process = { pid: 1, processStart: "1", writer: "w" };
    const events = stage.journal.map((event) => ({
      ...event,
      at: new Date(Date.parse(event.at) + ms).toISOString(),
      ...(event.type === "execution.started" && { process: { ...process, host: "here" } }),
    }));
    stage.cells.values.a = 1;
    const shownAt = stage.clock.now() + 3000;
    stage.cells.onRead = (cell) => {
      if (cell === "a" && stage.clock.now() >= shownAt) stage.cells.values.a = 2;
    };
    const by = { mode: "do", operator: "test", host: "there", process: { ...process, host: "there" } } as const;
    const run = await resumeRun(engineOf(stage), foldExecution(events) as Execution, runbook, by);
    expect(await execute(run)).toMatchObject({ exitCode: 0 });
    expect(stage.sent).toEqual([]);
  });

  it("does not guess: unknown without anybody to ask is exit 7, and nothing is sent", async () => {
    const stage = await deadInTheSend("applied");
    stage.cells.values.a = 9;
    expect(await goOn(stage, runbook)).toMatchObject({ exitCode: 7, reason: "outcome-unknown" });
    expect(stage.asked).toMatchObject([
      { kind: "choice", id: "interrupted-step", detail: ["a is 9"], fallback: "stop" },
    ]);
    expect(stage.sent).toEqual([]);
  });

  it.each([
    ["done", 0],
    ["anew", 1],
  ])("lets the operator decide what is unknown: %s", async (value, sends) => {
    const stage = await deadInTheSend("applied");
    stage.cells.values.a = 9;
    stage.cells.onRead = (_cell, by) => {
      if (by === "verify") stage.cells.values.a = 2;
    };
    stage.script = { answer: ({ kind }) => (kind === "choice" ? { value, how: "prompt" } : undefined) };
    expect(await goOn(stage, runbook)).toMatchObject({ exitCode: 0 });
    expect(stage.sent).toHaveLength(sends);
  });

  it("does not call it failed where it cannot even look: still exit 7", async () => {
    const stage = await deadInTheSend("applied");
    stage.cells.onRead = () => {
      throw remoteError("aws-unreachable", "none");
    };
    expect(await goOn(stage, runbook)).toMatchObject({ status: "unknown", exitCode: 7, reason: "aws-unreachable" });
  });

  it("does not ask about or repeat steps that have come to their end", async () => {
    const stage = stageOf({ a: 1, b: 1 });
    await runAll(stage, raiseAndWatch);
    const asked = stage.asked.length;
    await goOn(stage, raiseAndWatch);
    expect(stage.asked).toHaveLength(asked);
    expect(journalled(stage).filter((name) => name === "step.planned raise")).toHaveLength(1);
  });

  it("plans with the values that the finished steps gave", async () => {
    const stage = stageOf({ a: 3, b: 1 });
    const runbook = runbookOf([
      step("look", "cell.look", { with: { cell: "a" } }),
      putStep("copy", "b", { kind: "output", step: "look", name: "value" }),
    ]);
    stage.script = { answer: () => ({ yes: false, how: "prompt" }) };
    await runAll(stage, runbook);
    stage.script = {};
    stage.cells.values.a = 8;
    await goOn(stage, runbook);
    expect(stage.sent).toMatchObject([{ input: { cell: "b", to: 3 } }]);
  });
});
