import { describe, expect, it } from "vitest";
import { OpsError } from "../../src/domain/error.ts";
import { type LockHolder, lockLostError } from "../../src/domain/lock.ts";
import { unwritable } from "../../src/journal/state-dir.ts";
import { BROKEN } from "./fake-world.ts";
import { goOn, journalled, lastOf, planOf, putStep, remoteError, runAll, runbookOf, stageOf, step } from "./support.ts";

const raise = runbookOf([putStep("raise", "a", 2)]);

describe("a good step", () => {
  it("is planned, asked, confirmed on the disk, sent once, answered and verified, in this order", async () => {
    const stage = stageOf({ a: 1 });
    const ending = await runAll(stage, raise);
    expect(ending).toMatchObject({
      status: "done",
      exitCode: 0,
      next: ["vulcan-ops show x0001", "vulcan-ops undo x0001"],
    });
    expect(journalled(stage)).toEqual([
      "execution.started",
      "step.planned raise",
      "step.confirmed raise",
      "step.sent raise",
      "step.verified raise",
      "execution.ended",
    ]);
    expect(stage.sent).toEqual([{ service: "cell", name: "Put", input: { cell: "a", to: 2 } }]);
  });

  it("has its confirmation on the disk before the request leaves, and tells people only what is on the disk", async () => {
    const stage = stageOf({ a: 1 });
    await runAll(stage, raise);
    const confirmed = stage.trace.indexOf("on disk step.confirmed raise");
    expect(stage.trace.slice(confirmed - 2, confirmed + 4)).toEqual([
      "ask confirm",
      "write step.confirmed raise",
      "on disk step.confirmed raise",
      "tell step.confirmed raise",
      "send",
      "write step.sent raise",
    ]);
    for (const [index, line] of stage.trace.entries()) {
      if (!line.startsWith("tell step.") || line.includes("progress") || index === 0) continue;
      expect(stage.trace[index - 1]).toBe(line.replace("tell", "on disk"));
    }
  });

  it("keeps what is needed to undo and to restore: request, undo, basis and values from before", async () => {
    const stage = stageOf({ a: 1 });
    await runAll(stage, raise);
    expect(lastOf(stage, "step.confirmed")).toMatchObject({
      how: "prompt",
      operation: { name: "Put", input: { cell: "a", to: 2 } },
      undo: { kind: "operation", with: { cell: "a", to: 1, expect: 2 } },
      basis: { value: 1 },
      outputs: { before: 1 },
    });
  });

  it("has the last word, whatever is left out after it", async () => {
    const stage = stageOf({ a: 1, b: 1 });
    const leftOut = putStep("lower", "b", 0, { only: { input: "way", is: ["down"] } });
    const ending = await runAll(stage, runbookOf([putStep("raise", "a", 2), leftOut]));
    expect(ending.text).toBe(lastOf(stage, "step.verified").text);
    expect(stage.cells.values).toEqual({ a: 2, b: 1 });
  });

  it("asks nothing and sends nothing where there is nothing to change", async () => {
    const stage = stageOf({ a: 2 });
    expect(await runAll(stage, raise)).toMatchObject({ status: "done", exitCode: 0 });
    expect(journalled(stage)).toContain("step.skipped raise");
    expect([stage.asked, stage.sent]).toEqual([[], []]);
  });

  it.each([
    ["none", 0, []],
    ["prompt", 1, ["prompt"]],
    ["typed", 1, ["typed"]],
  ] as const)("asks as its runbook says: confirm: %s", async (confirm, questions, modes) => {
    const stage = stageOf({ a: 1 });
    await runAll(stage, runbookOf([putStep("raise", "a", 2, { confirm })]));
    expect(stage.asked).toHaveLength(questions);
    expect(stage.asked.map((question) => "mode" in question && question.mode)).toEqual(modes);
    expect(stage.sent).toHaveLength(1);
  });
});

describe("declining", () => {
  const both = runbookOf([putStep("first", "a", 2), putStep("second", "b", 2)]);

  it("before any write is exit 3: nothing was sent", async () => {
    const stage = stageOf({ a: 1 }, { answer: () => ({ yes: false, how: "prompt" }) });
    expect(await runAll(stage, both)).toMatchObject({ status: "declined", exitCode: 3, next: [] });
    expect(stage.sent).toEqual([]);
  });

  it("after a write is exit 1: earlier steps stand, and undo is offered", async () => {
    const stage = stageOf({ a: 1, b: 1 }, { answer: (_question, number) => ({ yes: number < 2, how: "prompt" }) });
    expect(await runAll(stage, both)).toMatchObject({
      exitCode: 1,
      reason: "declined",
      next: ["vulcan-ops resume x0001", "vulcan-ops undo x0001"],
    });
    expect(stage.cells.values).toEqual({ a: 2, b: 1 });
  });

  it("after a sent request that failed is not called `nothing was sent`", async () => {
    const stage = stageOf({ a: 1 });
    const confirms = () => stage.asked.filter((question) => question.kind === "confirm").length;
    stage.script = {
      answer: ({ kind }) => (kind === "choice" ? { value: "again" } : { yes: confirms() < 2, how: "prompt" }),
      outcome: () => "ignored",
    };
    stage.cells.onRead = (_cell, by) => {
      if (by === "verify") stage.cells.values.a = BROKEN;
    };
    expect(await runAll(stage, runbookOf([putStep("raise", "a", 2, { onFailure: "ask" })]))).toMatchObject({
      exitCode: 1,
      text: "cancelled at step 1/1 (raise); step 1 is kept",
    });
  });
});

describe("the world moves between the plan and the answer", () => {
  const move = (stage: ReturnType<typeof stageOf>, how: string) => {
    stage.script = {
      answer: (question, number) => {
        if (number === 1) stage.cells.values.a = 7;
        return question.kind === "confirm" ? { yes: true, how } : undefined;
      },
    };
  };

  it("is shown as a difference and asked again; what is sent undoes to the newer value", async () => {
    const stage = stageOf({ a: 1 });
    move(stage, "typed");
    expect(await runAll(stage, raise)).toMatchObject({ exitCode: 0 });
    expect(stage.asked.map((question) => "stale" in question && question.stale)).toEqual([
      [],
      ["value: was 1, is now 7"],
    ]);
    expect(lastOf(stage, "step.confirmed")).toMatchObject({ basis: { value: 7 }, undo: { with: { to: 7 } } });
    expect(stage.sent).toHaveLength(1);
  });

  it("is exit 11 where a flag had answered beforehand: nothing is sent", async () => {
    const stage = stageOf({ a: 1 });
    move(stage, "flag");
    expect(await runAll(stage, raise)).toMatchObject({ status: "guarded", exitCode: 11, reason: "stale-plan" });
    expect(stage.sent).toEqual([]);
  });

  it("also where the step would not have asked at all", async () => {
    const stage = stageOf({ a: 1 });
    let reads = 0;
    stage.cells.onRead = () => {
      if (++reads === 2) stage.cells.values.a = 7;
    };
    await runAll(stage, runbookOf([putStep("raise", "a", 2, { confirm: "none" })]));
    expect(stage.asked).toMatchObject([{ kind: "confirm", mode: "prompt", stale: ["value: was 1, is now 7"] }]);
  });

  it("is given up on after five askings rather than wearing the operator down", async () => {
    const stage = stageOf({ a: 1 });
    stage.script = {
      answer: () => {
        stage.cells.values.a = 10 + stage.asked.length;
        return { yes: true, how: "prompt" };
      },
    };
    expect(await runAll(stage, raise)).toMatchObject({ exitCode: 11, reason: "stale-plan" });
    expect([stage.asked.length, stage.sent.length]).toEqual([5, 0]);
  });

  it("and nothing is left to do: the step is skipped, nothing is sent", async () => {
    const stage = stageOf({ a: 1 });
    stage.script = {
      answer: () => {
        stage.cells.values.a = 2;
        return { yes: true, how: "prompt" };
      },
    };
    expect(await runAll(stage, raise)).toMatchObject({ exitCode: 0 });
    expect(stage.sent).toEqual([]);
  });

  it("and the first write is not what --expect-current speaks of: exit 11", async () => {
    const stage = stageOf({ a: 1 }, { expectCurrent: "5" });
    expect(await runAll(stage, raise)).toMatchObject({ exitCode: 11, reason: "current-differs" });
    expect(stage.sent).toEqual([]);
  });
});

describe("the answer to a request", () => {
  it("is a refusal: failed, nothing to undo, nothing read back", async () => {
    const stage = stageOf({ a: 1 }, { outcome: () => "refused" });
    expect(await runAll(stage, raise)).toMatchObject({ status: "failed", exitCode: 1, reason: "aws-rejected" });
    expect(lastOf(stage, "step.failed")).toMatchObject({ effect: "none" });
    expect(stage.sent).toHaveLength(1);
  });

  it("is a refusal because it was busy: the same request is sent once more when it is not", async () => {
    const stage = stageOf({ a: 1 }, { outcome: (_operation, number) => (number === 1 ? "busy" : "applied") });
    expect(await runAll(stage, raise)).toMatchObject({ exitCode: 0 });
    expect(stage.sent).toEqual([stage.sent[0], stage.sent[0]]);
    expect(journalled(stage).filter((name) => /confirmed|sent|failed/.test(name))).toEqual([
      "step.confirmed raise",
      "step.sent raise",
    ]);
  });

  it("is such a refusal, and meanwhile something else has changed: the refusal stands, nothing is sent again", async () => {
    const stage = stageOf({ a: 1 }, { outcome: () => "busy" });
    stage.cells.onFree = () => {
      stage.cells.values.a = 5;
      return true;
    };
    expect(await runAll(stage, raise)).toMatchObject({ exitCode: 1, reason: "busy" });
    expect(stage.sent).toHaveLength(1);
  });

  it("is such a refusal each time: given up after three waits, and where the wait is too long at once", async () => {
    const always = stageOf({ a: 1 }, { outcome: () => "busy" });
    expect(await runAll(always, raise)).toMatchObject({ exitCode: 1, reason: "busy" });
    expect(always.sent).toHaveLength(4);
    const never = stageOf({ a: 1 }, { outcome: () => "busy" });
    never.cells.onFree = () => false;
    expect(await runAll(never, raise)).toMatchObject({ exitCode: 1, reason: "busy" });
    expect(never.sent).toHaveLength(1);
  });

  it("is such a refusal, and the operator stops the wait: exit 130, nothing is sent again, the refusal is recorded", async () => {
    const stage = stageOf({ a: 1 }, { outcome: () => "busy" });
    stage.cells.onFree = () => {
      stage.stop.abort(130);
      return true;
    };
    expect(await runAll(stage, raise)).toMatchObject({ status: "interrupted", exitCode: 130 });
    expect(stage.sent).toHaveLength(1);
    expect(lastOf(stage, "step.failed")).toMatchObject({ effect: "none", reason: "busy" });
  });

  it("is lost: reading back finds the effect, and it is adopted, not sent again", async () => {
    const stage = stageOf({ a: 1 }, { outcome: () => "lost" });
    expect(await runAll(stage, raise)).toMatchObject({ exitCode: 0 });
    expect(lastOf(stage, "step.sent")).toMatchObject({ adopted: true });
    expect(stage.sent).toHaveLength(1);
  });

  it("is lost with the request: reading back finds no effect, so the step failed and may be tried anew", async () => {
    const stage = stageOf({ a: 1 }, { outcome: () => "vanished" });
    const text = expect.stringMatching(/; not seen within \d+ s of the request/);
    expect(await runAll(stage, raise)).toMatchObject({ exitCode: 1, reason: "aws-silent", text });
    expect(lastOf(stage, "step.failed")).toMatchObject({ effect: "none", evidence: [expect.any(String)] });
    expect(stage.sent).toHaveLength(1);
  });

  it("is lost, and reading back does not tell: exit 7, resume", async () => {
    const stage = stageOf({ a: 1 }, { outcome: () => "vanished" });
    stage.cells.onRead = (_cell, by) => {
      if (by === "probe") stage.cells.values.a = 9;
    };
    expect(await runAll(stage, raise)).toMatchObject({ status: "unknown", exitCode: 7, reason: "no-answer" });
    expect(journalled(stage)).not.toContain("step.failed raise");
    expect(stage.sent).toHaveLength(1);
  });

  it.each([
    ["probe", 7],
    ["verify", 4],
  ])(
    "is lost or late, and the %s cannot read for want of credentials: not failed but open, exit %i",
    async (reading, exitCode) => {
      const stage = stageOf({ a: 1 }, { outcome: () => (reading === "probe" ? "lost" : "applied") });
      stage.cells.onRead = (_cell, by) => {
        if (by === reading) throw remoteError("aws-expired", "none", 4);
      };
      expect(await runAll(stage, raise)).toMatchObject({ status: "unknown", exitCode, reason: "aws-expired" });
      stage.cells.onRead = () => undefined;
      expect(await goOn(stage, raise)).toMatchObject({ exitCode: 0 });
      expect(stage.sent).toHaveLength(1);
    },
  );
});

describe("a journal that cannot be written", () => {
  const full = (at: string) => (event: { readonly type: string }) => {
    if (event.type === at) throw unwritable("journal.jsonl", "no space left on device");
  };

  it("stops before the send: nothing is sent, exit 6", async () => {
    const stage = stageOf({ a: 1 }, { onAppend: full("step.confirmed") });
    await expect(runAll(stage, raise)).rejects.toMatchObject({ exitCode: 6 });
    expect(stage.sent).toEqual([]);
  });

  it("after the send is an outcome that is not known (7), never a refusal; resume finishes it", async () => {
    const stage = stageOf({ a: 1 }, { onAppend: full("step.sent") });
    const error = await runAll(stage, raise).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpsError);
    expect((error as OpsError).detail).toMatchObject({
      exitCode: 7,
      next: ["make room, then:", "vulcan-ops resume x0001"],
    });
    expect(journalled(stage).at(-1)).toBe("step.confirmed raise");
    stage.script = {};
    expect(await goOn(stage, raise)).toMatchObject({ exitCode: 0 });
    expect(stage.sent).toHaveLength(1);
  });
});

describe("a step that cannot be looked at", () => {
  it("ends the execution with the error's own exit code, and the journal says why", async () => {
    const stage = stageOf({ a: 1, b: 1 });
    stage.cells.onRead = (cell) => {
      if (cell === "b" && stage.sent.length > 0) throw remoteError("aws-throttled", "none");
    };
    const ending = await runAll(stage, runbookOf([putStep("first", "a", 2), putStep("second", "b", 2)]));
    expect(ending).toMatchObject({ exitCode: 1, reason: "aws-throttled" });
    expect(lastOf(stage, "execution.ended")).toMatchObject({ reason: "aws-throttled", text: "AWS: aws-throttled" });
  });

  it("stops at a blocking finding before it is asked about: exit 11", async () => {
    const stage = stageOf({ a: 1 });
    const guarded = runbookOf([step("raise", "cell.put", { with: { cell: "a", to: 2, expect: 5 } })]);
    expect(await runAll(stage, guarded)).toMatchObject({ exitCode: 11, reason: "changed-since" });
    expect([stage.asked, stage.sent]).toEqual([[], []]);
    expect((await planOf(stage, guarded)).steps[0]?.findings).toMatchObject([{ level: "block" }]);
  });
});

describe("the hold on the target", () => {
  const BOB: LockHolder = { execution: "b7k2mq", command: "run x", operator: "bob", host: "laptop", since: "now" };
  const lostAt = (write: number) => {
    let asked = 0;
    const assertHeld = async () => {
      if (++asked >= write) throw lockLostError(BOB);
    };
    return { assertHeld, takenOverFrom: () => [], continuedWithout: () => [], freeShared: async () => [] };
  };

  it("that was lost while a busy resource was waited for: the refusal stands, nothing is sent again", async () => {
    const stage = stageOf({ a: 1 }, { outcome: () => "busy", hold: lostAt(2) });
    expect(await runAll(stage, raise)).toMatchObject({ exitCode: 1, reason: "busy" });
    expect(stage.sent).toHaveLength(1);
  });

  it("that was lost stops a step between its answer and its request: nothing confirmed, nothing sent (exit 5)", async () => {
    const stage = stageOf({ a: 1 }, { hold: lostAt(1) });
    const ending = await runAll(stage, raise);
    expect(ending).toMatchObject({ status: "guarded", exitCode: 5, reason: "lock-lost" });
    expect(ending.text).toContain("taken over by bob@laptop");
    expect(stage.sent).toEqual([]);
    expect(journalled(stage)).toEqual(["execution.started", "step.planned raise", "execution.ended"]);
  });

  it("that was lost on the way sends nothing more, nor puts anything back; resuming is what is left", async () => {
    const stage = stageOf({ a: 1, b: 1, c: 1 }, { hold: lostAt(2) });
    const steps = [putStep("first", "a", 2), putStep("second", "b", 2)];
    const ending = await runAll(stage, { ...runbookOf(steps), finally: [putStep("restore", "c", 2)] });
    const byHand = ["aws cell Put b 2", "aws cell Put a 1"];
    expect(ending).toMatchObject({
      exitCode: 5,
      next: ["vulcan-ops resume x0001", "vulcan-ops undo x0001", ...byHand],
    });
    expect(stage.sent).toHaveLength(1);
    // The restoring steps do not begin: they might wait for long for what they may not send.
    expect(journalled(stage).filter((event) => event.endsWith(" restore"))).toEqual([]);
  });

  it("that somebody had to yield is in the journal before anything else", async () => {
    const told = [BOB];
    const stage = stageOf(
      { a: 1 },
      {
        hold: {
          assertHeld: async () => undefined,
          takenOverFrom: () => told.splice(0),
          continuedWithout: () => [],
          freeShared: async () => [],
        },
      },
    );
    expect((await runAll(stage, raise)).exitCode).toBe(0);
    expect(journalled(stage).slice(0, 2)).toEqual(["execution.started", "execution.tookOver"]);
    expect(lastOf(stage, "execution.tookOver")).toMatchObject({ from: BOB });
  });
});
