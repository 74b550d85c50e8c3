import { beforeEach, describe, expect, it } from "vitest";
import { EXIT } from "../../src/domain/exit-codes.ts";
import {
  goOn,
  journalled,
  putStep,
  remoteError,
  runAll,
  runbookOf,
  type Script,
  type Stage,
  stageOf,
} from "./support.ts";

const raise = runbookOf([putStep("raise", "a", 2)]);
const RAISED = ["step.confirmed raise", "step.sent raise", "step.verified raise", "execution.ended"];

let waits: string[];
let isGone = false;
beforeEach(() => {
  waits = [];
  isGone = false;
});

/** Each wait for credentials ends with this answer; the answer to the question is their end. */
function stageWith(back: boolean, more: Script = {}): Stage {
  const newCredentials = async (text: string) => {
    if (waits.length > 5) throw new Error("it waits for ever");
    waits.push(text);
    isGone = !back;
    return back;
  };
  return stageOf({ a: 1 }, { newCredentials, ...more });
}

/** Reads of this kind fail while credentials are gone. */
function failing(stage: Stage, by: string): Stage {
  stage.cells.onRead = (_cell, what) => {
    if (isGone && what === by) throw remoteError("aws-expired", "none", EXIT.credentials);
  };
  return stage;
}
const gone = () => {
  isGone = true;
};
const confirming = {
  answer: () => {
    gone();
    return { yes: true, how: "prompt" };
  },
};

describe("credentials that end in the middle of a run", () => {
  it.each([
    ["before its first question", "observe", {}, gone],
    ["between the answer and the request", "observe", confirming, undefined],
    ["while it is verified", "verify", confirming, undefined],
  ] as const)(
    "%s: it waits, and comes to its end with one question and one request",
    async (_name, by, script, between) => {
      const stage = failing(stageWith(true, script), by);
      expect(await runAll(stage, raise, {}, between)).toMatchObject({ status: "done", exitCode: 0 });
      expect([waits, stage.sent.length, stage.asked.length]).toEqual([
        [expect.stringContaining("AWS: aws-expired")],
        1,
        1,
      ]);
      expect(journalled(stage).slice(-4)).toEqual(RAISED);
    },
  );

  it("at the request: it is sent again, for AWS did not take it", async () => {
    const stage = stageWith(true, { outcome: (_operation, number) => (number === 1 ? "expired" : "applied") });
    expect(await runAll(stage, raise)).toMatchObject({ status: "done", exitCode: 0 });
    expect([waits.length, stage.sent.length, stage.asked.length]).toEqual([1, 2, 1]);
    expect(journalled(stage).slice(-4)).toEqual(RAISED);
  });

  it("at the request, and another hand was faster: nothing is sent on what was seen before", async () => {
    const stage: Stage = stageWith(true, {
      outcome: () => {
        stage.cells.values.a = 7;
        return "expired";
      },
    });
    expect(await runAll(stage, raise)).toMatchObject({ exitCode: 1, reason: "plan-stale" });
    expect([waits.length, stage.sent.length]).toEqual([1, 1]);
  });

  it("in an undo", async () => {
    const stage = stageWith(true);
    await runAll(stage, raise);
    failing(stage, "observe");
    gone();
    expect(await goOn(stage, raise, "undo")).toMatchObject({ status: "undone", exitCode: 0 });
    expect([waits.length, stage.cells.values]).toEqual([1, { a: 1 }]);
  });

  it.each([
    ["none come", () => stageWith(false)],
    ["nobody can log in", () => stageOf({ a: 1 })],
  ])("%s: it ends with exit 4, and resume comes to the end", async (_name, make) => {
    const stage = failing(make(), "verify");
    const { answer } = confirming;
    stage.script = { ...stage.script, answer };
    const end = await runAll(stage, raise);
    expect(end).toMatchObject({ exitCode: EXIT.credentials, reason: "aws-expired" });
    expect(end.next).toContain("vulcan-ops resume x0001");
    isGone = false;
    expect(await goOn(stage, raise)).toMatchObject({ status: "done", exitCode: 0 });
    expect(stage.sent).toHaveLength(1);
  });

  it("and Ctrl-C in the wait: it is interrupted", async () => {
    const stage: Stage = stageOf(
      { a: 1 },
      {
        ...confirming,
        newCredentials: async (_text, signal) => {
          stage.stop.abort(EXIT.interrupted);
          throw signal.reason;
        },
      },
    );
    expect(await runAll(failing(stage, "verify"), raise)).toMatchObject({ status: "interrupted", exitCode: 130 });
  });

  it("a refusal of these credentials is no such end", async () => {
    const stage = stageWith(true, { outcome: () => "refused" });
    expect(await runAll(stage, raise)).toMatchObject({ exitCode: 1 });
    expect(waits).toEqual([]);
  });
});
