import { describe, expect, it } from "vitest";
import { type Execution, foldExecution } from "../../src/domain/execution.ts";
import { EXIT } from "../../src/domain/exit-codes.ts";
import type { Operation } from "../../src/domain/operation.ts";
import { putBack } from "../../src/engine/execute.ts";
import { stepsNotPutBack } from "../../src/engine/put-back.ts";
import { resumeRun } from "../../src/engine/run.ts";
import { registry } from "./fake-world.ts";
import {
  engineOf,
  goOn,
  journalled,
  lastOf,
  output,
  putStep,
  remoteError,
  runAll,
  runbookOf,
  type Script,
  stageOf,
  step,
} from "./support.ts";

/** Capacity goes down for the work and has to come back, whatever becomes of the work. */
const window = runbookOf(
  [putStep("shrink", "capacity", 1, { onFailure: "undo" }), putStep("work", "schema", 7)],
  [putStep("grow", "capacity", output("shrink", "before"), { confirm: "none" })],
);
const before = { capacity: 4, schema: 6 };

const work: Record<string, { readonly script: Script; readonly exitCode: number }> = {
  "ended well": { script: {}, exitCode: 0 },
  failed: { script: { outcome: ({ input }) => (input.cell === "schema" ? "refused" : "applied") }, exitCode: 1 },
  "was declined": {
    script: { answer: (_question, number) => (number === 2 ? { yes: false } : undefined) },
    exitCode: 1,
  },
};

describe("a restoring step", () => {
  it.each(Object.entries(work))("runs where the work %s, without an answer", async (_name, { script, exitCode }) => {
    const stage = stageOf(before, script);
    expect(await runAll(stage, window)).toMatchObject({ exitCode });
    expect(stage.cells.values.capacity).toBe(4);
    expect(stage.asked.at(-1)).toMatchObject({ kind: "hold", step: { id: "grow" } });
  });

  it.each([
    ["failed", "AWS: aws-rejected; put back: Step shrink; nothing else is in effect"],
    ["was declined", "cancelled at step 2/3 (work); put back: Step shrink; nothing else is in effect"],
  ])("is named at the end where the work %s, with what stands", async (name, text) => {
    expect((await runAll(stageOf(before, work[name]?.script), window)).text).toBe(text);
    const more = runbookOf([putStep("mark", "flag", 1), ...window.steps], window.finally);
    const { script = {} } = work[name] ?? {};
    const later: Script = {
      ...script,
      ...(script.answer && { answer: (_question, number) => (number === 3 ? { yes: false } : undefined) }),
    };
    const stage = stageOf({ ...before, flag: 0 }, later);
    expect((await runAll(stage, more)).text).toBe(
      text.replace("nothing else is in effect", "still in effect: Step mark").replace("step 2/3", "step 3/4"),
    );
  });

  it("that finds nothing to put back: a change that AWS took and never made is not said to be in effect", async () => {
    const steps = [...window.steps.slice(0, 1), putStep("hold", "scaling", 0)];
    const more = runbookOf(steps, [...window.finally, putStep("release", "scaling", output("hold", "before"))]);
    const outcome: Script["outcome"] = ({ input }) => (input.cell === "scaling" ? "ignored" : "applied");
    const { text } = await runAll(stageOf({ ...before, scaling: 2 }, { outcome }), more);
    expect(text).toMatch(/; put back: Step shrink; nothing else is in effect$/);
  });

  it("that fails has put nothing back: it is not said", async () => {
    const stage = stageOf(before, { answer: (_question, number) => (number === 2 ? { yes: false } : undefined) });
    const more = runbookOf(window.steps, [...window.finally, putStep("flag", "flag", output("shrink", "before"))]);
    stage.script = { ...stage.script, outcome: (_operation, number) => (number === 2 ? "refused" : "applied") };
    const { text } = await runAll(stage, more);
    expect(text).toContain("cancelled at step 2/4 (work)");
    expect(stage.cells.values.capacity).toBe(1);
    expect(text).not.toContain("nothing else is in effect");
  });

  it("runs after Ctrl-C during the work", async () => {
    const stage = stageOf(before);
    stage.script = {
      answer: (_question, number) => {
        if (number === 2) stage.stop.abort(EXIT.interrupted);
        return undefined;
      },
    };
    expect(await runAll(stage, window)).toMatchObject({ status: "interrupted", exitCode: 130 });
    expect(stage.cells.values).toEqual(before);
  });

  it.each(["by a restoring step", "by undo", "by resume"])(
    "is not misled %s where AWS still shows what was before",
    async (by) => {
      const stage = stageOf(before);
      let [isDead, sentAt] = [false, Number.POSITIVE_INFINITY];
      stage.script = {
        outcome: (_operation, number) => (number === 1 ? "ignored" : "applied"),
        onAppend: ({ type }) => {
          if (type !== "step.sent" || isDead) return;
          isDead = true;
          sentAt = stage.clock.now();
          if (by !== "by a restoring step") throw new Error("killed");
          stage.stop.abort(EXIT.interrupted);
        },
      };
      // Accepted, and shown three seconds later.
      stage.cells.onRead = (cell) => {
        if (cell !== "capacity" || stage.clock.now() < sentAt + 3000) return;
        sentAt = Number.POSITIVE_INFINITY;
        stage.cells.values.capacity = 1;
      };
      await runAll(stage, window).catch(() => undefined);
      if (by === "by undo") await goOn(stage, window, "undo");
      if (by === "by resume") await goOn(stage, window);
      const written = stage.sent.filter(({ input }) => input.cell === "capacity").map(({ input }) => input.to);
      expect(written).toEqual([1, 4]);
      expect(stage.cells.values).toEqual(by === "by resume" ? { capacity: 4, schema: 7 } : before);
    },
  );

  it("is not needed where undo takes back what was sent a moment ago, and AWS shows only later", async () => {
    const stage = stageOf(before, { outcome: (_operation, number) => (number === 1 ? "ignored" : "applied") });
    let shownAt = Number.POSITIVE_INFINITY;
    stage.cells.onRead = (_cell, by) => {
      if (by === "verify" && stage.sent.length === 1 && shownAt === Number.POSITIVE_INFINITY) {
        shownAt = stage.clock.now() + 3000;
        throw new Error("killed");
      }
      if (stage.clock.now() >= shownAt && stage.sent.length === 1) stage.cells.values.capacity = 1;
    };
    await expect(runAll(stage, window)).rejects.toThrow("killed");
    expect(await goOn(stage, window, "undo")).toMatchObject({ status: "undone" });
    expect(stage.sent.map(({ input }) => input.to)).toEqual([1, 4]);
    expect(journalled(stage)).toContain("step.undone shrink (undo)");
  });

  it("comes after an undo whose answer was lost, where AWS still shows what was before: the size is back", async () => {
    const stage = stageOf(before);
    let shownAt = Number.POSITIVE_INFINITY;
    stage.script = {
      outcome: (_operation, number) => {
        if (number > 1) return "applied";
        shownAt = stage.clock.now() + 3000;
        return "vanished";
      },
    };
    stage.cells.onRead = (cell) => {
      if (cell !== "capacity" || stage.clock.now() < shownAt) return;
      shownAt = Number.POSITIVE_INFINITY;
      stage.cells.values.capacity = 1;
    };
    await runAll(stage, window);
    expect(stage.sent.filter(({ input }) => input.cell === "capacity").map(({ input }) => input.to)).toEqual([1, 4]);
    expect(stage.cells.values.capacity).toBe(4);
  });

  it("waits for an undo that was broken off, and does not put back once more what that has put back", async () => {
    const stage = stageOf(before);
    let shownAt = Number.POSITIVE_INFINITY;
    await runAll(stage, window, {});
    stage.sent.length = 0;
    stage.journal.splice(journalled(stage).indexOf("step.verified shrink") + 1);
    Object.assign(stage.cells.values, { capacity: 1, schema: 6 });
    stage.script = {
      outcome: ({ input }) => (input.cell === "capacity" ? "ignored" : "applied"),
      onAppend: ({ type }) => {
        if (type !== "step.sent") return;
        shownAt = stage.clock.now() + 3000;
        stage.stop.abort(EXIT.interrupted);
      },
    };
    stage.cells.onRead = () => {
      if (stage.clock.now() >= shownAt) stage.cells.values.capacity = 4;
    };
    await goOn(stage, window, "undo");
    expect(stage.sent.map(({ input }) => input.to)).toEqual([4]);
  });

  it("does not wait longer than a moment for a journal from the future", async () => {
    const stage = stageOf(before, { onAppend: ({ type }) => expect(type).not.toBe("step.sent") });
    await runAll(stage, window).catch(() => undefined);
    stage.script = {};
    const later = new Date(stage.clock.now() + 3_600_000).toISOString();
    stage.journal.splice(0, stage.journal.length, ...stage.journal.map((event) => ({ ...event, at: later })));
    const begun = stage.clock.now();
    await goOn(stage, window, "undo");
    expect(stage.clock.now() - begun).toBeLessThan(20_000);
  });

  it("runs on resume where the process died before it, with the value from before", async () => {
    const stage = stageOf(before);
    await runAll(stage, window);
    stage.journal.splice(journalled(stage).indexOf("step.confirmed shrink") + 1);
    Object.assign(stage.cells.values, { capacity: 1, schema: 6 });
    expect(await goOn(stage, window)).toMatchObject({ exitCode: 0 });
    expect(stage.cells.values).toEqual({ capacity: 4, schema: 7 });
  });

  it("leaves out what a step that never ran would have given, and stays away where it needs that", async () => {
    const wanting = runbookOf(
      [...window.steps, putStep("last", "flag", 1)],
      [
        step("mark", "cell.put", { with: { cell: "flag", to: 9, expect: output("last", "before") }, confirm: "none" }),
        putStep("needs", "schema", output("last", "before"), { confirm: "none" }),
      ],
    );
    const stage = stageOf(before, { answer: (_question, number) => (number === 2 ? { yes: false } : undefined) });
    expect(await runAll(stage, wanting)).toMatchObject({ exitCode: 1, reason: "declined" });
    expect(stage.cells.values).toMatchObject({ flag: 9, schema: 6 });
    expect(journalled(stage)).toContain("step.skipped needs");
  });

  it("is held by a key, also where it would ask nothing: then it asks, and a no leaves things as they are", async () => {
    const stage = stageOf(before, {
      answer: ({ kind }, number) => (kind === "hold" ? { go: false } : number > 3 ? { yes: false } : undefined),
    });
    expect(await runAll(stage, window)).toMatchObject({ exitCode: 1, reason: "declined" });
    expect(stage.asked.map((question) => question.kind)).toEqual(["confirm", "confirm", "hold", "confirm"]);
    expect(stage.cells.values.capacity).toBe(1);
  });

  it("does not run where nothing was sent: there is nothing to restore", async () => {
    const stage = stageOf(before, { answer: () => ({ yes: false, how: "prompt" }) });
    expect(await runAll(stage, window)).toMatchObject({ exitCode: 3 });
    expect(stage.asked.map((question) => question.kind)).toEqual(["confirm"]);
  });

  it("runs after the undo of a failed step, and finds nothing left to restore", async () => {
    const stage = stageOf(before);
    let broken = true;
    stage.cells.onRead = (cell, by) => {
      if (cell !== "capacity" || !broken) return;
      if (by === "verify" && stage.sent.length === 1) stage.cells.values.capacity = -1;
      if (by === "observe" && stage.sent.length === 1) {
        stage.cells.values.capacity = 1;
        broken = false;
      }
    };
    expect(await runAll(stage, window)).toMatchObject({ status: "undone", exitCode: 9 });
    expect(journalled(stage)).toContain("step.skipped grow");
    expect(stage.cells.values).toEqual(before);
  });

  it("is not itself undone: `undo` never takes capacity away again", async () => {
    const stage = stageOf(before);
    await runAll(stage, window);
    stage.sent.length = 0;
    // Undoing `shrink` is of no use any more, and says so; `work` is taken back.
    await goOn(stage, window, "undo");
    expect(stage.sent.filter(({ input }) => input.cell === "capacity" && input.to === 1)).toEqual([]);
    expect(stage.cells.values).toEqual(before);
  });

  it("of an execution that died before it runs after its undo, too", async () => {
    const stage = stageOf(before);
    await runAll(stage, window);
    stage.journal.splice(journalled(stage).indexOf("step.verified work") + 1);
    Object.assign(stage.cells.values, { capacity: 1, schema: 7 });
    await goOn(stage, window, "undo");
    expect(stage.cells.values).toEqual(before);
    expect(journalled(stage)).toContain("step.skipped grow");
  });

  it("that fails does not keep the next from running, and its failure is what the execution ends with", async () => {
    const two = runbookOf(
      [putStep("shrink", "capacity", 1)],
      [putStep("unmute", "alarms", 1), putStep("grow", "capacity", output("shrink", "before"))],
    );
    const stage = stageOf(
      { capacity: 4, alarms: 0 },
      { outcome: ({ input }) => (input.cell === "alarms" ? "refused" : "applied") },
    );
    expect(await runAll(stage, two)).toMatchObject({ status: "failed", exitCode: 1, reason: "aws-rejected" });
    expect(stage.cells.values).toEqual({ capacity: 4, alarms: 0 });
  });
});

describe("what a restoring step could not put back", () => {
  const refusing = (nth: readonly number[]): Script => ({
    outcome: (_operation, number) => (nth.includes(number) ? "refused" : "applied"),
  });

  it("is named with the command that brings it back, and `resume` is not barred by a request that was refused", async () => {
    const stage = stageOf(before, refusing([2, 3]));
    const ending = await runAll(stage, window);
    expect(ending).toMatchObject({
      exitCode: 1,
      text: expect.stringContaining("not put back: capacity: value 1, before 4"),
    });
    const unfinished = { what: "capacity: value", before: 4, now: 1, command: "vulcan-ops resume x0001" };
    expect(stage.journal.at(-1)).toMatchObject({ type: "execution.ended", unfinished: [unfinished] });
    expect(ending.next).toContain("vulcan-ops resume x0001");
    expect(stage.cells.values).toEqual({ capacity: 1, schema: 6 });
    stage.script = {};
    expect(await goOn(stage, window)).toMatchObject({ status: "done", exitCode: 0 });
    expect(stage.cells.values).toEqual({ capacity: 4, schema: 7 });
  });

  it("is put back alone where another restoring step was done: the rest is not done without what it prepared", async () => {
    const two = runbookOf(
      [putStep("mute", "alarms", 1), putStep("shrink", "capacity", 1), putStep("work", "schema", 7)],
      [putStep("grow", "capacity", output("shrink", "before")), putStep("unmute", "alarms", output("mute", "before"))],
    );
    const stage = stageOf({ ...before, alarms: 0 }, refusing([3, 4]));
    expect(await runAll(stage, two)).toMatchObject({ exitCode: 1 });
    expect(stage.cells.values).toEqual({ capacity: 1, schema: 6, alarms: 0 });
    stage.script = {};
    const execution = foldExecution(stage.journal) as Execution;
    expect(stepsNotPutBack(execution, two).map(({ id }) => id)).toEqual(["shrink"]);
    const run = await resumeRun(engineOf(stage), execution, two, { mode: "do", operator: "test", host: "test" });
    expect(await putBack(run)).toMatchObject({ status: "failed", exitCode: 1, reason: "already-restored" });
    expect(stage.cells.values).toEqual({ capacity: 4, schema: 6, alarms: 0 });
    expect(stepsNotPutBack(foldExecution(stage.journal) as Execution, two)).toEqual([]);
  });
});

it("a restoring step waits again where an earlier process had nothing to wait for, and more is back by now", async () => {
  const three = runbookOf(
    [putStep("mute", "alarms", 1), putStep("shrink", "capacity", 1), putStep("work", "schema", 7)],
    [
      putStep("grow", "capacity", output("shrink", "before")),
      step("settle", "cell.await", {
        with: { cell: { kind: "value", value: "calm" }, value: { kind: "value", value: 4 } },
      }),
      putStep("unmute", "alarms", output("mute", "before")),
    ],
  );
  const stage = stageOf({ ...before, alarms: 0, calm: 4 });
  stage.script = { outcome: (_operation, number) => (number > 2 ? "refused" : "applied") };
  expect(await runAll(stage, three)).toMatchObject({ exitCode: 1 });
  expect(stage.cells.values).toMatchObject({ capacity: 1, alarms: 1 });
  stage.script = {};
  stage.cells.values.calm = 0;
  const unmutedAtCalm: (number | undefined)[] = [];
  stage.cells.onRead = (cell, by) => {
    if (cell === "calm" && by === "verify") stage.cells.values.calm = (stage.cells.values.calm ?? 0) + 1;
    if (cell === "alarms" && by === "verify") unmutedAtCalm.push(stage.cells.values.calm);
  };
  const execution = foldExecution(stage.journal) as Execution;
  const run = await resumeRun(engineOf(stage), execution, three, { mode: "do", operator: "test", host: "test" });
  await putBack(run);
  expect(stage.cells.values).toMatchObject({ capacity: 4, alarms: 0 });
  expect(unmutedAtCalm[0]).toBe(4);
});

const UNMUTE = putStep("unmute", "alarms", output("mute", "before"));
const GROW = putStep("grow", "capacity", output("shrink", "before"));

describe.each([
  ["and another step puts its own back before it", [UNMUTE, GROW]],
  ["and no other step puts anything back before it", [GROW, UNMUTE]],
])("what a restoring step found in an earlier process, before the change, %s", (_order, restoring) => {
  const two = runbookOf(
    [putStep("mute", "alarms", 1), putStep("shrink", "capacity", 1), putStep("work", "schema", 7)],
    restoring,
  );
  const all = { ...before, alarms: 0 };

  /** Ctrl-C after the first step: nothing was shrunk, and what was muted could not be put back. So it can be resumed. */
  async function stopped() {
    const stage = stageOf(all, {
      outcome: (_operation, number) => (number === 2 ? "refused" : "applied"),
      onAppend: ({ type }) => {
        if (type === "step.sent") stage.stop.abort(EXIT.interrupted);
      },
    });
    expect(await runAll(stage, two)).toMatchObject({ exitCode: 1 });
    expect(lastOf(stage, "step.skipped")).toMatchObject({ step: "grow" });
    expect(stage.cells.values).toEqual({ ...all, alarms: 1 });
    return stage;
  }

  it.each([
    ["ends well", {}, { ...all, schema: 7 }],
    ["fails", { outcome: ({ input }) => (input.cell === "schema" ? "refused" : "applied") }, all],
  ] satisfies [string, Script, object][])(
    "is old where `resume` %s: it is put back",
    async (_how, script, expected) => {
      const stage = await stopped();
      stage.script = script;
      await goOn(stage, two);
      expect(stage.cells.values).toEqual(expected);
      expect(lastOf(stage, "execution.ended").unfinished).toEqual([]);
    },
  );

  it("does not keep the end from naming what could not be put back, nor `resume` from putting it back", async () => {
    const stage = await stopped();
    const isBack = ({ input }: Operation) => input.cell === "capacity" && input.to === 4;
    stage.script = {
      outcome: (operation) => (operation.input.cell === "schema" || isBack(operation) ? "refused" : "applied"),
    };
    expect((await goOn(stage, two)).text).toContain("not put back: capacity: value 1, before 4");
    expect(stage.cells.values).toEqual({ ...all, capacity: 1 });
    expect(stepsNotPutBack(foldExecution(stage.journal) as Execution, two).map(({ id }) => id)).toEqual(["shrink"]);
    stage.script = {};
    const execution = foldExecution(stage.journal) as Execution;
    await putBack(await resumeRun(engineOf(stage), execution, two, { mode: "do", operator: "test", host: "test" }));
    expect(stage.cells.values).toEqual(all);
  });
});

describe("an undo that takes capacity away once more", () => {
  /** Capacity goes down for the work and comes back by a step of the procedure. */
  const whole = runbookOf(
    [
      putStep("shrink", "capacity", 1),
      putStep("work", "schema", 7),
      putStep("grow", "capacity", output("shrink", "before")),
    ],
    [
      step("calm", "cell.await", { with: { cell: "calm", value: output("shrink", "before") } }),
      putStep("regrow", "capacity", output("shrink", "before"), { confirm: "none" }),
    ],
  );
  const all = { ...before, calm: 4 };

  it("brings it back by its restoring steps where Ctrl-C ends it, though these had nothing to do before", async () => {
    const stage = stageOf(all);
    await runAll(stage, whole);
    expect(stage.cells.values).toEqual({ ...all, schema: 7 });
    stage.script = {
      onAppend: ({ type }) => {
        if (type === "step.undone") stage.stop.abort(EXIT.interrupted);
      },
    };
    const ending = await goOn(stage, whole, "undo");
    expect(ending).toMatchObject({ status: "interrupted", exitCode: 130 });
    expect(ending.text).not.toContain("not put back");
    expect(ending.next).toContain("vulcan-ops resume x0001");
    expect(stage.cells.values).toEqual({ ...all, schema: 7 });
    stage.script = {};
    expect(await goOn(stage, whole)).toMatchObject({
      status: "undone",
      text: expect.stringMatching(/^undone: work \(verified\)/),
    });
    expect(stage.cells.values).toEqual(all);
  });

  it("names what is not back where it cannot be brought back", async () => {
    const stage = stageOf(all);
    await runAll(stage, whole);
    stage.sent.length = 0;
    stage.script = { outcome: (_operation, number) => (number > 1 ? "refused" : "applied") };
    const ending = await goOn(stage, whole, "undo");
    expect(ending).toMatchObject({
      exitCode: 1,
      text: expect.stringContaining("not put back: capacity: value 1, before 4"),
    });
    expect(stage.cells.values.capacity).toBe(1);
  });

  it("names what is not back also where Ctrl-C ended the undo of the step that had put it back", async () => {
    const stage = stageOf(all);
    await runAll(stage, whole);
    stage.sent.length = 0;
    stage.script = {
      outcome: (_operation, number) => (number > 1 ? "refused" : "applied"),
      onAppend: ({ type }) => {
        if (type === "step.sent") stage.stop.abort(EXIT.interrupted);
      },
    };
    const ending = await goOn(stage, whole, "undo");
    expect(ending.text).toContain("not put back: capacity: value 1, before 4");
    expect(stage.cells.values.capacity).toBe(1);
  });

  it("names what the undo of another request has taken away again, where a restoring step cannot look", async () => {
    // One request sets the database and the size, as a cutover does: it is not the one that undoes the first.
    const jump = { ...(registry["cell.put"] as (typeof registry)[string]), name: "cell.jump" };
    const { plan } = jump;
    const asJump = (operation: Operation): Operation => ({ ...operation, name: "Jump" });
    jump.plan = (...given) => {
      const planned = plan(...given);
      const { proposal } = planned;
      if (proposal?.undo.kind !== "operation") return planned;
      const undo = { ...proposal.undo, operation: asJump(proposal.undo.operation) };
      return { ...planned, proposal: { ...proposal, operation: asJump(proposal.operation), undo } };
    };
    const cutover = runbookOf(
      [
        putStep("shrink", "capacity", 1),
        putStep("work", "schema", 7),
        step("switch", "cell.jump", { with: { cell: "capacity", to: 4 } }),
      ],
      [putStep("regrow", "capacity", output("shrink", "before"), { confirm: "none" })],
    );
    const more = { registry: { ...registry, "cell.jump": jump } };
    const stage = stageOf(before, { more });
    expect(await runAll(stage, cutover)).toMatchObject({ status: "done" });
    expect(lastOf(stage, "step.skipped")).toMatchObject({ step: "regrow" });
    let isBlind = false;
    stage.script = {
      more,
      outcome: ({ input }) => (input.cell === "schema" ? "refused" : "applied"),
      onAppend: ({ type }) => {
        isBlind ||= type === "step.undone";
      },
    };
    stage.cells.onRead = (cell) => {
      if (isBlind && cell === "capacity") throw remoteError("aws-silent", "none");
    };
    const ending = await goOn(stage, cutover, "undo");
    expect(stage.cells.values.capacity).toBe(1);
    expect(ending.text).toContain("not put back: capacity: value 1 by the journal, before 4");
    isBlind = false;
    stage.script = { more };
    expect(await goOn(stage, cutover)).toMatchObject({ status: "undone" });
    expect(stage.cells.values).toEqual(before);
    expect(lastOf(stage, "execution.ended").unfinished).toEqual([]);
  });

  it("waits before it puts back what the procedure waits for", async () => {
    const stage = stageOf(all);
    await runAll(stage, whole);
    stage.sent.length = 0;
    stage.cells.values.calm = 0;
    const sentWhenCalm: number[] = [];
    stage.cells.onRead = (cell, by) => {
      if (cell !== "calm" || by !== "verify") return;
      sentWhenCalm.push(stage.sent.length);
      if (sentWhenCalm.length === 3) stage.cells.values.calm = 4;
    };
    expect(await goOn(stage, whole, "undo")).toMatchObject({ status: "undone", exitCode: 0 });
    expect(stage.sent.map(({ input }) => input.to)).toEqual([1, 6, 4]);
    expect(sentWhenCalm.slice(0, 3)).toEqual([2, 2, 2]);
  });

  it("does not take it away where nothing between is left to be undone", async () => {
    const stage = stageOf(all);
    await runAll(stage, whole);
    stage.sent.length = 0;
    stage.cells.values.schema = 6;
    expect(await goOn(stage, whole, "undo")).toMatchObject({
      exitCode: 0,
      text: "nothing to undo: no step between it and its restoring step is left to undo, schema is 6, capacity is 4",
    });
    expect(stage.sent).toEqual([]);
  });
});
