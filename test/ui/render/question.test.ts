import { describe, expect, it } from "vitest";
import type { ConfirmQuestion } from "../../../src/domain/ports.ts";
import { againText, promptLine, renderQuestion } from "../../../src/ui/render/question.ts";
import { QUESTION, REVERT, WARNED } from "../plans.ts";

const DISPLAY = { columns: 80, colour: false, unicode: true, live: true };
describe("a question with six warnings and an undo", () => {
  it.each([
    [80, 24],
    [40, 32],
    [120, 24],
  ])("at %i columns fits %i rows with its prompt, and names deed, place and each warning", (columns, rows) => {
    const text = renderQuestion(WARNED, { ...DISPLAY, columns });
    const prompt = promptLine(WARNED, { columns });
    const cells = text.trimEnd().split("\n").length + Math.ceil((prompt.length + 2) / columns);
    expect(cells).toBeLessThanOrEqual(rows);
    const flat = text.replace(/\s+/g, " ");
    for (const part of [
      "Step 2/3: roll back vulcan-prod from 1.43.0 (:43) to 1.42.0 (:42). Next: type 42",
      "PRODUCTION vulcan-prod · 111122223333 · eu-west-1",
      "Undo task definition back to vulcan-prod:43, by vulcan-ops undo",
      "! WARN Circuit breaker is off",
      "! WARN Deployed minutes ago",
      "! WARN The image tag was pushed again",
      "! WARN The schema may not fit",
      "! WARN Auto scaling is active",
      "! WARN An IAM role differs",
    ])
      expect(flat).toContain(part);
  });

  it("shows production in reverse video", () => {
    expect(renderQuestion(WARNED, { ...DISPLAY, colour: true })).toContain(
      "\u001b[1;7;31m PRODUCTION \u001b[22;27;39mvulcan-prod",
    );
  });
});

it.each([40, 80, 120])("golden: a typed and a plain question at %i columns", async (columns) => {
  const display = { ...DISPLAY, columns };
  const plain: ConfirmQuestion = {
    ...WARNED,
    mode: "prompt",
    step: {
      ...REVERT,
      id: "shrink",
      deed: { verb: "scale", past: "scaled", object: "vulcan-prod", from: "3", to: "1 task" },
      changes: [{ subject: "service vulcan-prod", property: "desired tasks", before: 3, after: 1 }],
    },
    warnings: [],
  };
  const migrate: ConfirmQuestion = {
    ...plain,
    mode: "typed",
    step: {
      ...REVERT,
      id: "migrate",
      consequence: "migrate to 8",
      deed: {
        verb: "migrate",
        past: "migrated",
        object: "vulcan-prod",
        from: "migration 6",
        to: "8 with 2.0.0 (:43)",
        shortTo: "8",
      },
      undo: { ...REVERT.undo, keeps: { of: "the schema", text: "migrations 7 and 8 stay" } } as never,
    },
  };
  const text = [WARNED, { ...WARNED, stale: ["image: was a, is now b"] }, plain, migrate]
    .map((question) => `${renderQuestion(question, display)}? ${promptLine(question, display)}\n`)
    .join("\n");
  await expect(text).toMatchFileSnapshot(`../../golden/ui/question-${columns}.txt`);
});

it("words a wrong answer as an operator reads it", () => {
  expect(againText(QUESTION, "43")).toBe('"43" does not match. Nothing was sent. Type 42, or q to cancel.');
  expect(againText({ ...QUESTION, mode: "prompt" }, "maybe")).toBe("Please answer y or n. Nothing was sent.");
});

it("says again nothing that the title says, and falls back to the step's title", () => {
  const { deed: _, ...step } = REVERT;
  expect(promptLine({ ...QUESTION, mode: "prompt", step }, { columns: 80 })).toBe(`${REVERT.title}? [y/N]`);
});
