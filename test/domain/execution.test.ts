import { describe, expect, it } from "vitest";
import { type Execution, foldExecution, undoable } from "../../src/domain/execution.ts";
import type { ExecutionStarted, JournalEvent } from "../../src/domain/execution-event.ts";
import type { Phase } from "../../src/domain/plan.ts";

const base = { at: "2026-04-10T12:00:00.000Z", execution: "x0001" };

const started: ExecutionStarted = {
  ...base,
  type: "execution.started",
  schemaVersion: 1,
  runbook: { id: "test", source: "test", sha256: "", text: "" },
  inputs: {},
  target: { name: "t", cluster: "c", service: "s", database: "d", production: false },
  caller: { account: "111122223333", arn: "arn:aws:iam::111122223333:user/test" },
  operator: "test",
  host: "test",
  version: "0.0.0",
};

const operation = { service: "ecs", name: "UpdateService", input: {} };

/** Events as short words: `confirmed revert`, `undone revert`, `resumed undo`, `ended`. */
function event(words: string): JournalEvent {
  const [type = "", step = "", how] = words.split(" ");
  const phase: Phase = how === "undo" || type === "undone" ? "undo" : "do";
  const common = { ...base, step, phase };
  switch (type) {
    case "confirmed": {
      const undo = { kind: "irreversible", reason: "test" } as const;
      return {
        ...common,
        type: "step.confirmed",
        how: "typed",
        inputs: {},
        operation,
        undo,
        basis: {},
        outputs: { before: 1 },
      };
    }
    case "sent":
      return { ...common, type: "step.sent", receipt: { answer: {} } };
    case "verified":
      return { ...common, type: "step.verified", text: "", outputs: { after: 2 } };
    case "skipped":
      return { ...common, type: "step.skipped", reason: "", outputs: {} };
    case "declined":
      return { ...common, type: "step.declined" };
    case "failed":
      return { ...common, type: "step.failed", reason: "x", text: "", evidence: [], next: [], effect: "sent" };
    case "undone":
      return { ...common, type: "step.undone", text: "" };
    case "resumed":
      return { ...base, type: "execution.resumed", mode: step as Phase, operator: "test", host: "test" };
    default:
      return { ...base, type: "execution.ended", status: "done", exitCode: 0, text: "", next: [] };
  }
}

function following(...events: readonly string[]): Execution {
  const execution = foldExecution([started, ...events.map(event)]);
  if (execution === undefined) throw new Error("no execution");
  return execution;
}

describe("the state of a step, told by its journal alone", () => {
  it.each([
    ["nothing", [], undefined],
    ["a confirmation: it may have happened", ["confirmed revert"], "interrupted"],
    ["an answer, and no end", ["confirmed revert", "sent revert"], "interrupted"],
    ["a verified end", ["confirmed revert", "sent revert", "verified revert"], "done"],
    ["a refusal", ["confirmed revert", "failed revert"], "failed"],
    ["nothing to do", ["skipped revert"], "skipped"],
    ["a no", ["declined revert"], "declined"],
    [
      "a second try after a failure",
      ["confirmed revert", "sent revert", "failed revert", "confirmed revert"],
      "interrupted",
    ],
    ["an undo under way", ["confirmed revert", "sent revert", "verified revert", "confirmed revert undo"], "done"],
    [
      "an undo that failed",
      ["confirmed revert", "sent revert", "verified revert", "confirmed revert undo", "failed revert undo"],
      "done",
    ],
    [
      "an undo that was verified",
      ["confirmed revert", "sent revert", "verified revert", "confirmed revert undo", "undone revert"],
      "undone",
    ],
    ["nothing left to undo", ["confirmed revert", "sent revert", "verified revert", "skipped revert undo"], "undone"],
  ])("after %s: %j", (_name, events, state) => {
    expect(following(...events).steps.revert?.state).toBe(state);
  });

  it("keeps before-values from the moment of confirmation, and adds what verifying found", () => {
    expect(following("confirmed revert").steps.revert?.outputs).toEqual({ before: 1 });
    expect(following("confirmed revert", "sent revert", "verified revert").steps.revert?.outputs).toEqual({
      before: 1,
      after: 2,
    });
  });

  it("forgets the first try's answer at the second try: what is unanswered now is not taken for answered", () => {
    expect(
      following("confirmed revert", "sent revert", "failed revert", "confirmed revert").steps.revert?.sent,
    ).toBeUndefined();
  });

  it("knows an undo that was confirmed and has no end", () => {
    const undoing = ["confirmed revert", "sent revert", "verified revert", "confirmed revert undo"];
    expect(following(...undoing).steps.revert?.undoing?.sent).toBeUndefined();
    expect(following(...undoing, "sent revert undo").steps.revert?.undoing?.sent).toBeDefined();
    expect(following(...undoing, "undone revert").steps.revert?.undoing).toBeUndefined();
    expect(following(...undoing, "failed revert undo").steps.revert?.undoing).toBeUndefined();
  });
});

describe("the state of an execution", () => {
  it("is not told by a journal that does not begin at the beginning", () => {
    expect(foldExecution([])).toBeUndefined();
    expect(foldExecution([event("confirmed revert")])).toBeUndefined();
  });

  it("has an end until another process goes on with it", () => {
    expect(following("ended").ended?.exitCode).toBe(0);
    expect(following("ended", "resumed do").ended).toBeUndefined();
    expect(following("ended", "resumed do", "ended").ended).toBeDefined();
  });

  it.each([
    ["going forwards", ["confirmed a"], "do"],
    [
      "taken up to be undone, and declined: an undo has begun only once it is confirmed",
      ["confirmed a", "resumed undo"],
      "do",
    ],
    [
      "being undone because a step failed: whoever goes on goes on undoing",
      ["confirmed a", "failed a", "confirmed a undo"],
      "undo",
    ],
    ["restoring after such an undo", ["confirmed a", "confirmed a undo", "undone a", "confirmed grow"], "undo"],
    ["an undo that was declined before it began", ["confirmed a", "failed a", "declined a undo"], "do"],
  ])("%s: %j", (_name, events, mode) => {
    expect(following(...events).mode).toBe(mode);
  });
});

describe("what an undo walks through", () => {
  const write = (id: string) => [`confirmed ${id}`, `sent ${id}`, `verified ${id}`];

  it("is what was written, last first, each once", () => {
    expect(undoable(following(...write("a"), "verified look", ...write("b"), ...write("a"), ...write("c")))).toEqual([
      "c",
      "b",
      "a",
    ]);
  });

  it.each([
    ["refused, so it had no effect", ["confirmed a", "failed a"], []],
    ["sent and failed", ["confirmed a", "sent a", "failed a"], ["a"]],
    ["perhaps sent", ["confirmed a"], ["a"]],
    ["sent, failed, and declined when asked again", ["confirmed a", "sent a", "failed a", "declined a"], ["a"]],
    [
      "sent, failed, and found as wanted when looked at again",
      ["confirmed a", "sent a", "failed a", "skipped a"],
      ["a"],
    ],
    ["refused, and declined when asked again", ["confirmed a", "failed a", "declined a"], []],
    ["undone", [...write("a"), "confirmed a undo", "undone a"], []],
    ["found to have never happened", ["confirmed a", "skipped a undo"], []],
    ["undone only in part", [...write("a"), "confirmed a undo", "sent a undo"], ["a"]],
    ["never written", ["skipped a", "declined b", "verified c"], []],
  ])("has a step that was %s: %j → %j", (_name, events, ids) => {
    expect(undoable(following(...events))).toEqual(ids);
  });
});
