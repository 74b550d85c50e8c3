import { describe, expect, it } from "vitest";
import { renderPlan, renderStep } from "../../../src/ui/render/plan.ts";
import { renderDetails, renderExplanation } from "../../../src/ui/render/step-details.ts";
import { stepRows } from "../../../src/ui/render/step-rows.ts";
import type { DisplayOptions } from "../../../src/ui/text/style.ts";
import { width } from "../../../src/ui/text/wrap.ts";
import { BLOCKED, NORMAL, NOW, REVERT, UNCHANGED, WINDOW } from "../plans.ts";

const PLANS = { normal: NORMAL, unchanged: UNCHANGED, blocked: BLOCKED, window: WINDOW };
const PLAIN: DisplayOptions = { columns: 80, colour: false, unicode: true, live: false };
/** A label, at most an arrow, one word or one quoted text, and what continues a command. */
const isOneWord = (line: string) => /^ *([A-Z]\w* +)?((→|->) )?('[^']*'|\S+)( \\)?$/.test(line);
const golden = (name: string) => `../../golden/ui/${name}.txt`;

describe.each(Object.entries(PLANS))("the plan %s", (name, plan) => {
  it.each([40, 80, 120])("at %i columns", async (columns) => {
    await expect(renderPlan(plan, { ...PLAIN, columns }, NOW)).toMatchFileSnapshot(golden(`plan-${name}-${columns}`));
  });

  it.each([40, 60, 80, 120])("fits %i columns but for words that are wider", (columns) => {
    for (const unicode of [true, false]) {
      const lines = renderPlan(plan, { ...PLAIN, columns, unicode }, NOW).split("\n");
      expect(lines.filter((line) => width(line) > columns && !isOneWord(line))).toEqual([]);
    }
  });

  it("says the same in colour, and the same words in ASCII", () => {
    const plain = renderPlan(plan, PLAIN, NOW);
    const coloured = renderPlan(plan, { ...PLAIN, colour: true }, NOW);
    expect(coloured).not.toBe(plain);
    expect(coloured.replace(/\u001b\[[0-9;]*m/g, "")).toBe(plain);
    expect(renderPlan(plan, { ...PLAIN, unicode: false }, NOW)).toMatch(/^[\n\x20-\x7e]*$/);
  });
});

describe("looks", () => {
  it("colour", async () => {
    const text = renderPlan(WINDOW, { ...PLAIN, colour: true }, NOW).replaceAll("\u001b", "\\e");
    await expect(text).toMatchFileSnapshot(golden("plan-window-colour"));
  });

  it("ASCII", async () => {
    await expect(renderPlan(NORMAL, { ...PLAIN, unicode: false }, NOW)).toMatchFileSnapshot(
      golden("plan-normal-ascii"),
    );
  });
});

describe("a step at its question", () => {
  it.each([40, 80])("at %i columns", async (columns) => {
    const display = { ...PLAIN, columns };
    const text = [
      renderStep(REVERT, display, { position: [2, 3] }),
      renderStep(REVERT, display, { position: [1, 1], phase: "undo" }),
      renderExplanation(REVERT, display),
      renderDetails(
        REVERT,
        stepRows(REVERT, display, (id) => id),
        display,
      ),
    ].join("\n");
    await expect(text).toMatchFileSnapshot(golden(`step-${columns}`));
  });

  it("says loudly that there is no way back", () => {
    const [, down] = WINDOW.steps;
    expect(renderStep(down ?? REVERT, PLAIN)).toContain("NO UNDO   the Down of 118 drops");
  });
});
