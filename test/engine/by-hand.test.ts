import { describe, expect, it } from "vitest";
import { usageError } from "../../src/domain/error.ts";
import { type Execution, foldExecution } from "../../src/domain/execution.ts";
import { lockedError } from "../../src/domain/lock.ts";
import { undoByHand } from "../../src/engine/undo-by-hand.ts";
import { unwritable } from "../../src/journal/state-dir.ts";
import {
  engineOf,
  goOn,
  output,
  putStep,
  runAll,
  runbookOf,
  type Script,
  type Stage,
  stageOf,
  step,
} from "./support.ts";

/** One revert, as `rollback` has it. */
const revert = runbookOf([putStep("revert", "revision", 42)]);
/** Capacity goes down for the work, and a restoring step brings it back. */
const window = runbookOf(
  [putStep("shrink", "capacity", 1), putStep("work", "schema", 7)],
  [putStep("grow", "capacity", output("shrink", "before"), { confirm: "none" })],
);
const BEFORE = { revision: 43, capacity: 4, schema: 6 };

const locked: Script["hold"] = {
  assertHeld: () => Promise.reject(lockedError("the target is locked", [])),
  takenOverFrom: () => [],
  continuedWithout: () => [],
  freeShared: async () => [],
};
const unanswerable = () => {
  throw usageError("answer-missing", "no flag answers");
};

interface Refusal {
  readonly script: Script;
  readonly exitCode: number;
  /** Somebody changes something while the question is open. */
  readonly during?: (stage: Stage) => void;
}

/** Everything that can refuse a step before, or leave it open after, its request. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  "the lock is lost": { script: { hold: locked }, exitCode: 5 },
  "no flag answers": { script: { answer: unanswerable }, exitCode: 6 },
  "the plan is stale": {
    script: { answer: () => ({ yes: true, how: "flag" }) },
    during: (stage) => {
      stage.cells.values.revision = 44;
    },
    exitCode: 11,
  },
  "another value is replaced than expected": { script: { expectCurrent: "99" }, exitCode: 11 },
  "no answer says whether it took effect": {
    script: { outcome: () => "vanished" },
    during: (stage) => {
      stage.cells.onRead = (_cell, by) => {
        if (by === "probe") stage.cells.values.revision = 45;
      };
    },
    exitCode: 7,
  },
  "AWS refuses it": { script: { outcome: () => "refused" }, exitCode: 1 },
};

/** The stage, whose answer to the first question also lets the refusal's own thing happen. */
function refusing(stage: Stage, { script, during }: Refusal): Stage {
  const answer: Script["answer"] = (question, number) => {
    during?.(stage);
    return script.answer?.(question, number);
  };
  stage.script = { ...script, answer };
  return stage;
}

describe.each(Object.entries(REFUSALS))("where %s", (_name, refusal) => {
  it("a step that helps in an incident names its line", async () => {
    const { exitCode, next } = await runAll(refusing(stageOf(BEFORE), refusal), revert);
    expect([exitCode, next]).toEqual([refusal.exitCode, expect.arrayContaining(["aws cell Put revision 42"])]);
  });

  it("the same step names none where the runbook prepares it: by hand it would come without what has to be first", async () => {
    const prepared = runbookOf([
      putStep("revert", "revision", 42),
      step("burn", "cell.burn", { with: { cell: "ash" }, irreversible: "for a test" }),
    ]);
    const { exitCode, next } = await runAll(refusing(stageOf({ ...BEFORE, ash: 3 }), refusal), prepared);
    expect([exitCode, next]).toEqual([refusal.exitCode, expect.not.arrayContaining(["aws cell Put revision 42"])]);
  });

  it("an undo names its line", async () => {
    const stage = stageOf(BEFORE);
    await runAll(stage, revert);
    const { exitCode, next } = await goOn(refusing(stage, refusal), revert, "undo");
    expect([exitCode, next]).toEqual([refusal.exitCode, expect.arrayContaining(["aws cell Put revision 43"])]);
  });
});

describe("a restoring step that is refused", () => {
  it.each([
    [
      "by AWS",
      (stage: Stage) => ({ ...stage.script, outcome: ({ input }) => (input.to === 4 ? "refused" : "applied") }),
    ],
    [
      "because the lock is lost meanwhile",
      (stage: Stage) => ({
        hold: {
          assertHeld: async () => {
            if (stage.sent.length === 2) throw lockedError("taken over", []);
          },
          takenOverFrom: () => [],
          continuedWithout: () => [],
          freeShared: async () => [],
        },
      }),
    ],
  ] as [string, (stage: Stage) => Script][])("%s names the line that puts it back", async (_name, scriptOf) => {
    const stage = stageOf(BEFORE);
    stage.script = scriptOf(stage);
    const { exitCode, next } = await runAll(stage, window);
    expect([exitCode, next]).toEqual([expect.any(Number), expect.arrayContaining(["aws cell Put capacity 4"])]);
    expect(exitCode).not.toBe(0);
  });
});

describe("a journal that takes no more records", () => {
  it("leaves the restoring steps undone: the line that puts things back is named", async () => {
    const stage = stageOf(BEFORE, {
      onAppend: (event) => {
        if (event.type === "step.sent" && event.step === "work") throw unwritable("journal.jsonl", "no space left");
      },
    });
    const lost = await runAll(stage, window).catch((error: unknown) => error);
    expect(lost).toMatchObject({ detail: { exitCode: 7, next: expect.arrayContaining(["aws cell Put capacity 4"]) } });
  });
});

describe("what undo would send, as one line", () => {
  const byHand = (stage: Stage, runbook: typeof window) =>
    undoByHand(foldExecution(stage.journal) as Execution, runbook, engineOf(stage));

  it("goes backwards, leaves out what was put back, and what has no undo", async () => {
    const stage = stageOf({ ...BEFORE, ash: 3 });
    const runbook = runbookOf(
      [...window.steps, putStep("revert", "revision", 42), step("burn", "cell.burn", { with: { cell: "ash" } })],
      window.finally,
    );
    await runAll(stage, runbook);
    expect(byHand(stage, runbook)).toBe("aws cell Put revision 43 && aws cell Put schema 6");
    await goOn(stage, runbook, "undo");
    expect(byHand(stage, runbook)).toBeUndefined();
  });

  it("makes the change again that its own step put back, where the undo of the work needs it, and puts that back", async () => {
    const stage = stageOf(BEFORE);
    const runbook = runbookOf([...window.steps, putStep("grow", "capacity", output("shrink", "before"))]);
    await runAll(stage, runbook);
    expect(byHand(stage, runbook)).toBe("aws cell Put capacity 1 && aws cell Put schema 6 && aws cell Put capacity 4");
    const idle = runbookOf([window.steps[0], runbook.steps[2]].filter((one) => one !== undefined));
    const quiet = stageOf(BEFORE);
    await runAll(quiet, idle);
    expect(byHand(quiet, idle)).toBeUndefined();
  });
});
