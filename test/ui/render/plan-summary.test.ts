import { describe, expect, it } from "vitest";
import { notChecked, ok, warn } from "../../../src/domain/finding.ts";
import { blocks, type Plan, type PlannedStep } from "../../../src/domain/plan.ts";
import { renderPlanSummary } from "../../../src/ui/render/plan-summary.ts";
import type { DisplayOptions } from "../../../src/ui/text/style.ts";
import { width } from "../../../src/ui/text/wrap.ts";
import { BLOCKED, NORMAL, REVERT, UNCHANGED, WINDOW } from "../plans.ts";

const PLANS = { normal: NORMAL, unchanged: UNCHANGED, blocked: BLOCKED, window: WINDOW };
const PLAIN: DisplayOptions = { columns: 80, colour: false, unicode: true, live: false };
const golden = (name: string) => `../../golden/ui/${name}.txt`;
const rowsOf = (plan: Plan) => renderPlanSummary(plan, PLAIN).trimEnd().split("\n");

describe.each(Object.entries(PLANS))("the summary of the plan %s", (name, plan) => {
  it.each([40, 80, 120])("at %i columns", async (columns) => {
    await expect(renderPlanSummary(plan, { ...PLAIN, columns })).toMatchFileSnapshot(
      golden(`summary-${name}-${columns}`),
    );
  });

  it.each([40, 60, 80, 120])("fits %i columns, in ASCII too, and says the same in colour", (columns) => {
    for (const unicode of [true, false]) {
      const plain = renderPlanSummary(plan, { ...PLAIN, columns, unicode });
      expect(plain.split("\n").filter((line) => width(line) > columns && line.trim().includes(" "))).toEqual([]);
      const coloured = renderPlanSummary(plan, { ...PLAIN, columns, unicode, colour: true });
      // The environment's name stands in reverse video, with a cell of it on both sides.
      const words = (text: string) => text.replace(/\u001b\[[0-9;]*m/g, "").replace(/^ (.*) $/m, "$1");
      expect(words(coloured)).toBe(words(plain));
      if (!unicode) expect(plain).toMatch(/^[\n\x20-\x7e]*$/);
    }
  });
});

const withSteps = (...steps: readonly PlannedStep[]): Plan => ({ ...NORMAL, steps });

describe("the summary", () => {
  it("begins with the place and the deed, and names each warning, the undo and what is typed", () => {
    const [place, deed, effort, ...rest] = rowsOf(NORMAL);
    expect(place).toContain("PRODUCTION vulcan-prod · 111122223333 · eu-west-1");
    expect(deed).toBe("Plan: roll back 1.43.0 (:43) → 1.42.0 (:42). Next: type 42 at step 2");
    expect(effort).toBe(" 1 change, about 5 min");
    const text = rest.join("\n");
    expect(text).toMatch(/! WARN +A deployment is in progress$/m);
    expect(text).toMatch(/Undo +task definition back to vulcan-prod:43, by vulcan-ops undo$/m);
  });

  it("names a sandbox where requests go to one", () => {
    const plan = { ...UNCHANGED, elsewhere: "http://127.0.0.1:39993" };
    expect(rowsOf(plan)[0]).toBe("SANDBOX (127.0.0.1:39993) vulcan-prod · 111122223333 · eu-west-1");
  });

  it("folds passed checks, counts a repeated warning once, and tells what was not checked apart", () => {
    const findings = [ok("a", "fine"), ok("b", "good"), warn("c", "circuit breaker is off: ECS retries")];
    const step = { ...REVERT, findings: [...findings, notChecked("whether X holds", "no answer")] };
    const rows = rowsOf(withSteps(step, { ...REVERT, id: "again", findings }));
    const at = rows.findIndex((row) => row.includes("Checks"));
    expect(rows.slice(at, at + 4).map((row) => row.trim())).toEqual([
      "Checks    2 passed, 1 warning, 1 not checked",
      "! WARN    Circuit breaker is off",
      "! WARN    Not checked: whether X holds",
      "Undo      2 changes, last first, by vulcan-ops undo; each asks",
    ]);
  });

  it("leaves out what cannot happen, and joins waits that nothing interrupts", () => {
    const wait = NORMAL.steps[2] as PlannedStep;
    const left: PlannedStep = {
      ...REVERT,
      id: "no",
      title: "Never",
      readiness: "left-out",
      operation: null,
      undo: null,
    };
    const text = rowsOf(withSteps(REVERT, wait, left, { ...wait, id: "more", title: "Wait for the tasks" })).join("\n");
    expect(text).not.toContain("Never");
    expect(text).toMatch(/2, 4 +Wait for the rollout to complete; wait for the tasks$/m);
    expect(text).toMatch(/All +every step and check: --verbose \(skipped: 1 not chosen\)$/m);
  });

  it("blocked: one row with the step and the cause, what to type, and no steps", () => {
    const [, cause, , next] = rowsOf(
      withSteps({
        ...REVERT,
        findings: [{ level: "block", code: "x", text: ":42 is gone", next: ["vulcan-ops status"] }],
      }),
    );
    expect(cause).toBe("Blocked at step 1 (revert): :42 is gone. Next: vulcan-ops status");
    expect(next).toMatch(/Next +vulcan-ops status$/);
    expect(rowsOf(BLOCKED).join("\n")).not.toMatch(/Asks|Undo/);
  });

  it("the error that follows says the whole of what blocks it: the first row says it in a few words", () => {
    const text = renderPlanSummary(BLOCKED, PLAIN, { errorFollows: true });
    expect(text).toMatch(/^Blocked at step 2 \(revert\): a revision is INACTIVE\. Next: /m);
    const [finding] = BLOCKED.steps.flatMap(blocks);
    expect(text).not.toContain(finding?.text.slice(0, 20));
    expect(text).not.toMatch(/^ +Next/m);
  });

  it("the question that follows names the warnings until then: they stand on the glass once", () => {
    const rows = (questionFollows: boolean) => renderPlanSummary(WINDOW, PLAIN, { questionFollows });
    const text = renderPlanSummary(NORMAL, PLAIN, { questionFollows: true });
    expect(text).toMatch(/Checks +\d+ passed, 1 warning$/m);
    expect(text).not.toContain("! WARN");
    // That of a later question stays.
    expect(rows(true)).toMatch(/! WARN +reviews\.note holds/);
    expect(rows(true)).toBe(rows(false));
  });

  it("moments stand in UTC, and beside them in the reader's zone", () => {
    const at = "2026-04-10T03:41:00Z";
    const facts = [
      { label: "Ends", text: "about 03:41Z", at: [at] },
      { label: "Moment", text: "", at: [at] },
    ];
    const plan = withSteps({ ...REVERT, facts });
    const text = (more: Partial<DisplayOptions>) => renderPlanSummary(plan, { ...PLAIN, ...more });
    const berlin = text({ zone: "Europe/Berlin" });
    expect(berlin).toMatch(/^ Ends +about 03:41Z \(05:41 CEST\)$/m);
    expect(berlin).toMatch(/^ Moment +05:41 CEST$/m);
    for (const utc of [text({ zone: "UTC" }), text({ zone: "Europe/Berlin", utcOnly: true })]) {
      expect(utc).toMatch(/^ Ends +about 03:41Z$/m);
      expect(utc).not.toContain("Moment");
    }
  });

  it("says loudly what has no undo", () => {
    expect(rowsOf(WINDOW).join("\n")).toMatch(/NO UNDO +step 2: the Down of 118 drops column reviews\.note/);
  });
});
