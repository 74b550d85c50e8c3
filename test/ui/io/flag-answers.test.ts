import { describe, expect, it } from "vitest";
import { OpsError } from "../../../src/domain/error.ts";
import { assertReplaces } from "../../../src/domain/expected-current.ts";
import type { Plan, PlannedStep } from "../../../src/domain/plan.ts";
import {
  answerUnattended,
  assertAnswerable,
  assertRestAnswerable,
  type FlagAnswers,
  unaskedTexts,
} from "../../../src/ui/io/flag-answers.ts";
import { BLOCKED, NORMAL, QUESTION, UNCHANGED, WINDOW } from "../plans.ts";

const NONE: FlagAnswers = { yes: false, sandbox: false };

function refusal(act: () => unknown): OpsError {
  try {
    act();
  } catch (error) {
    if (error instanceof OpsError) return error;
    throw error;
  }
  throw new Error("not refused");
}

const flagsFor = (plan: Plan, answers: FlagAnswers) => {
  const { detail } = refusal(() => assertAnswerable(plan, answers));
  expect(detail).toMatchObject({ exitCode: 6, fault: "operator", unchanged: "No changes made." });
  return detail.next;
};

describe("a plan without a terminal", () => {
  it("names every flag that is missing, ready to be pasted", () => {
    expect(flagsFor(NORMAL, NONE)).toEqual(["Add to the same command: --confirm 42 --expect-current 43"]);
    expect(flagsFor(NORMAL, { ...NONE, confirm: "42" })).toEqual(["Add to the same command: --expect-current 43"]);
    expect(flagsFor(WINDOW, NONE)).toEqual([
      "Add to the same command: --yes --confirm 'drop reviews.note' --expect-current 3",
    ]);
  });

  it("--yes alone does not answer what has to be typed, nor what has to be expected", () => {
    expect(flagsFor(NORMAL, { ...NONE, yes: true })).toEqual([
      "Add to the same command: --confirm 42 --expect-current 43",
    ]);
  });

  it("says which text was expected where another one was given", () => {
    const { detail } = refusal(() => assertAnswerable(NORMAL, { ...NONE, confirm: "41", expectCurrent: "43" }));
    expect(detail).toMatchObject({ code: "confirm-differs", exitCode: 6 });
    expect(detail.message).toContain("--confirm 41 is not the text asked for");
    expect(detail.message).toContain("step revert asks for the text 42");
  });

  it("calls wrong only what no step asks for", () => {
    const down = { ...QUESTION.step, id: "down", consequence: "drop reviews.note" };
    const plan: Plan = { ...NORMAL, steps: [...NORMAL.steps, down] };
    const { detail } = refusal(() =>
      assertAnswerable(plan, { ...NONE, yes: true, confirm: "42", expectCurrent: "43" }),
    );
    expect(detail).toMatchObject({ code: "answer-missing" });
    expect(detail.next).toEqual(["Add to the same command: --confirm 'drop reviews.note'"]);
    expect(detail.message).not.toContain("is not the text");
  });

  it("is answered by all its flags", () => {
    assertAnswerable(NORMAL, { ...NONE, confirm: "42", expectCurrent: "43" });
    assertAnswerable(WINDOW, { ...NONE, yes: true, confirm: ["drop reviews.note"], expectCurrent: "3" });
  });

  it("asks nothing in a sandbox, where nothing changes, and where a check stops it anyway", () => {
    assertAnswerable(NORMAL, { ...NONE, yes: true, sandbox: true });
    assertAnswerable(UNCHANGED, NONE);
    assertAnswerable(BLOCKED, NONE);
  });

  const { consequence: _text, current: _current, ...unplanned } = QUESTION.step;
  const later = { ...unplanned, readiness: "deferred", operation: null } as const;

  it("a typed step that is planned later needs some text, and gets its own look at it then", () => {
    const plan: Plan = { ...NORMAL, steps: [later] };
    expect(flagsFor(plan, NONE)).toEqual(["Add to the same command: --confirm TEXT"]);
    assertAnswerable(plan, { ...NONE, confirm: "42" });
  });

  it("a typed step that is planned later and names its text already needs exactly that", () => {
    const plan: Plan = { ...NORMAL, steps: [{ ...later, consequence: "vulcan-prod-noon" }] };
    const needed = ["Add to the same command: --confirm vulcan-prod-noon"];
    expect(flagsFor(plan, { ...NONE, yes: true })).toEqual(needed);
    expect(flagsFor(plan, { ...NONE, yes: true, confirm: "vulcan-prod-moon" })).toEqual(needed);
    assertAnswerable(plan, { ...NONE, confirm: ["vulcan-prod-noon"] });
  });
});

describe("going on without a terminal", () => {
  const { consequence: _text, current: _current, operation: _operation, ...rest } = QUESTION.step;
  const frame = { ...rest, readiness: "deferred", operation: null } as const;
  const ahead: readonly PlannedStep[] = [
    { ...frame, id: "switch", consequence: "noon" },
    { ...frame, id: "away", consequence: "noon" },
    { ...frame, id: "down", consequence: "drop a.b" },
  ];
  const down = { ...frame, id: "down", consequence: "drop a.b", current: "8" };

  it("names the texts that are missing, each once, and says that nothing has moved", () => {
    const { detail } = refusal(() => assertRestAnswerable(ahead, { ...NONE, yes: true, confirm: "moon" }));
    expect(detail).toMatchObject({ code: "confirm-differs", exitCode: 6, fault: "operator" });
    expect(detail.unchanged).toContain("the execution stands where it stood");
    expect(detail.next).toEqual(["Add to the same command: --confirm noon --confirm 'drop a.b'"]);
  });

  it("names the value that is replaced, too, where the record tells it", () => {
    const { detail } = refusal(() => assertRestAnswerable([down], { ...NONE, yes: true }));
    expect(detail.next).toEqual(["Add to the same command: --confirm 'drop a.b' --expect-current 8"]);
    assertRestAnswerable([down], { ...NONE, confirm: "drop a.b", expectCurrent: "8" });
  });

  it("names the value of the first write alone, which is the one that is compared", () => {
    const revert = { ...QUESTION.step, id: "revert", confirm: "none" } as const;
    const { detail } = refusal(() => assertRestAnswerable([revert, down], { ...NONE, confirm: "drop a.b" }));
    expect(detail.next).toEqual(["Add to the same command: --expect-current 43"]);
  });

  it("does not call a text wrong that a step may mean whose text is not known yet", () => {
    const unknown = [...ahead, { ...frame, id: "revert" }];
    const { detail } = refusal(() => assertRestAnswerable(unknown, { ...NONE, confirm: "42" }));
    expect(detail).toMatchObject({ code: "answer-missing" });
    expect(detail.message).not.toContain("is not the text");
  });

  it("is answered by all of them, and by a sandbox", () => {
    assertRestAnswerable(ahead, { ...NONE, confirm: ["drop a.b", "noon"] });
    assertRestAnswerable(ahead, { ...NONE, sandbox: true });
  });
});

describe("a value to be replaced that is another one", () => {
  const later = { ...QUESTION.step, readiness: "deferred", operation: null, confirm: "prompt" } as const;

  it("stops the plan before anything is sent, also where its step is planned later; the right one is named", () => {
    for (const step of [QUESTION.step, later]) {
      const plan: Plan = { ...NORMAL, steps: [step] };
      const answers = { ...NONE, yes: true, confirm: "42", expectCurrent: "8" };
      for (const check of [
        () => assertAnswerable(plan, answers),
        () => assertReplaces(plan.steps, answers.expectCurrent),
      ]) {
        const { detail } = refusal(check);
        expect(detail).toMatchObject({ code: "current-differs", exitCode: 11 });
        expect(detail.unchanged).toBe("No changes made.");
        expect(detail.message).toBe("--expect-current says 8, but step revert replaces 43");
        expect(detail.next?.join()).toContain("--expect-current 43");
      }
    }
  });

  it("is named together with what is missing", () => {
    const { detail } = refusal(() => assertAnswerable(NORMAL, { ...NONE, expectCurrent: "8" }));
    expect(detail).toMatchObject({ code: "answer-missing", exitCode: 6 });
    expect(detail.message).toContain("--expect-current says 8, but step revert replaces 43");
    expect(detail.message).toContain("Missing: --confirm 42");
  });
});

describe("a question without a terminal", () => {
  const prompt = { ...QUESTION, mode: "prompt" } as const;

  it("is answered by its own flag alone", () => {
    const expectCurrent = "43";
    expect(answerUnattended(prompt, { ...NONE, yes: true, expectCurrent })).toEqual({ yes: true, how: "flag" });
    expect(answerUnattended(QUESTION, { ...NONE, confirm: "42", expectCurrent })).toEqual({ yes: true, how: "flag" });
    expect(answerUnattended(QUESTION, { ...NONE, sandbox: true })).toEqual({ yes: true, how: "sandbox" });
    const { detail } = refusal(() => answerUnattended(QUESTION, { ...NONE, yes: true }));
    expect(detail).toMatchObject({ exitCode: 6, unchanged: "Nothing changed since step 1." });
    expect(detail.next).toEqual(["Add to the same command: --confirm 42 --expect-current 43"]);
  });

  it("is not answered for a write that replaces a value which the command line does not name", () => {
    const { detail } = refusal(() => answerUnattended(QUESTION, { ...NONE, confirm: "42" }));
    expect(detail.next).toEqual(["Add to the same command: --expect-current 43"]);
  });

  it("is refused where the plan went stale, whatever the flags", () => {
    const stale = { ...prompt, stale: ["primary: 55 is now 91"] };
    const { detail } = refusal(() => answerUnattended(stale, { ...NONE, yes: true, confirm: "42" }));
    expect(detail).toMatchObject({ code: "plan-stale", exitCode: 11 });
    expect(answerUnattended(stale, { ...NONE, sandbox: true })).toEqual({ yes: true, how: "sandbox" });
  });

  it("falls back on a choice and does not hold", () => {
    const choice = {
      kind: "choice",
      id: "on-failure",
      message: "",
      detail: [],
      choices: [],
      fallback: "abort",
    } as const;
    expect(answerUnattended(choice, NONE)).toEqual({ value: "abort", how: "none" });
    expect(answerUnattended({ kind: "hold", step: QUESTION.step, seconds: 5 }, NONE)).toEqual({ go: true });
  });
});

describe("a text that no step asks for", () => {
  const ANSWERS = { ...NONE, yes: true, expectCurrent: "43" };
  const SETTLED = { texts: [{ text: "vulcan-prod" }], areAll: true };
  const code = (act: () => unknown) => refusal(act).detail.code;

  const ofWindow = { ...ANSWERS, expectCurrent: undefined, confirm: ["no"] };
  const { current: _current, ...step } = QUESTION.step;
  const prompted: Plan = { ...NORMAL, steps: [{ ...step, promptedBefore: true, consequence: "migrate" }] };

  it("is refused at once where no other answers, though --yes does; in the rest of an execution as well", () => {
    const { detail } = refusal(() => assertAnswerable(prompted, ofWindow));
    expect(detail).toMatchObject({ code: "confirm-unasked", exitCode: 6, unchanged: "No changes made." });
    expect(detail.message).toBe("no step asks for the text of --confirm no");
    expect(detail.next).toEqual(["The same command with --confirm migrate"]);
    expect(code(() => assertRestAnswerable(prompted.steps, ofWindow))).toBe("confirm-unasked");
    assertAnswerable(prompted, { ...ofWindow, confirm: ["no", "migrate"] });
    expect(unaskedTexts(prompted.steps, { ...ofWindow, confirm: ["no", "migrate"] }, SETTLED)).toEqual(["no"]);
  });

  it("may be of a step that has asked, of one whose text is not known yet, or of a run that asks nothing any more", () => {
    assertAnswerable(prompted, { ...ofWindow, confirm: ["vulcan-prod"] }, false, SETTLED);
    assertAnswerable(prompted, ofWindow, false, { texts: [], areAll: false });
    assertAnswerable(UNCHANGED, { ...NONE, confirm: "no" });
  });
});
