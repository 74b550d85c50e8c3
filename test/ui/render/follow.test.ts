import { describe, expect, it } from "vitest";
import type { PhaseFacts } from "../../../src/actions/upgrade/phases/facts.ts";
import { phasesOf } from "../../../src/actions/upgrade/phases/phases-of.ts";
import type { FollowEnd, FollowReport } from "../../../src/domain/upgrade/follow-report.ts";
import { followLines, followTitle, renderFollowEnd, renderPhases } from "../../../src/ui/render/follow.ts";
import { renderWait } from "../../../src/ui/render/wait.ts";
import type { DisplayOptions } from "../../../src/ui/text/style.ts";
import { width } from "../../../src/ui/text/wrap.ts";
import { BEGAN, blocked, draining, starting } from "../../actions/upgrade/moments.ts";

const PLAIN: DisplayOptions = { columns: 80, colour: false, unicode: true, live: true };
const ROWS = { 40: 20, 80: 24, 120: 24 } as const;
const WIDTHS = [40, 80, 120] as const;

const reportOf = (facts: PhaseFacts, failed?: 4): FollowReport => ({
  at: facts.now,
  cluster: "vulcan-prod",
  service: "vulcan-prod",
  change: "1.42.1 (:42) → 2.0.0 (:43)",
  began: BEGAN,
  phases: phasesOf(facts, failed),
});

const MOMENTS = { starting, blocked, draining } as const;

/** As the live view draws it: with its title, and how to leave. */
function screenOf(report: FollowReport, display: DisplayOptions): readonly string[] {
  const text = renderPhases(report, report.at, { ...display, columns: display.columns - 2 });
  const wait = { since: Date.parse(BEGAN), resume: "vulcan-ops upgrade --follow" };
  return renderWait({ ...wait, ...followTitle(report), text }, report.at, display);
}

describe.each(Object.entries(MOMENTS))("the view: %s", (name, facts) => {
  it.each(WIDTHS)("fits %i columns, and the screen", async (columns) => {
    const rows = screenOf(reportOf(facts), { ...PLAIN, columns });
    await expect(`${rows.join("\n")}\n`).toMatchFileSnapshot(`../../golden/ui/follow-${name}-${columns}.txt`);
    expect(rows.filter((row) => width(row) > columns)).toEqual([]);
    // The frame keeps two rows free: the prompt's, and one below.
    expect(rows.length).toBeLessThanOrEqual(ROWS[columns] - 2);
  });

  it("is plain ASCII where the terminal is", () => {
    const rows = screenOf(reportOf(facts), { ...PLAIN, unicode: false });
    expect(rows.join("").replace(/[“”]/g, "")).toMatch(/^[\x20-\x7e]*$/);
  });
});

it("the first row says the state and what to do", () => {
  expect(followTitle(reportOf(starting))).toEqual({ title: "Phase 3/7: task start" });
  expect(followTitle(reportOf(blocked))).toEqual({ title: "Phase 4/7: migrations", next: "end PID 4711" });
  expect(followTitle(reportOf(draining))).toEqual({ title: "Phase 6/7: drain" });
});

it("a log has a line for each phase in which something has happened, and none for time that passes", () => {
  const before = reportOf(starting);
  expect(followLines(before, undefined, PLAIN)).toMatchInlineSnapshot(`
    [
      "03:40:58Z  1/7 push, done: a1b2c3d to main at 03:28:20Z",
      "03:40:58Z  2/7 image, done: 2.0.0 pushed 03:33:00Z, sha256:1f2e1f2e1f2e; run 812: success in 290 s",
      "03:40:58Z  3/7 task start, in progress: 1/3 started; 2 pulling the image; started: placed 25 s, network 12 s, pull 24 s, start 0 s",
      "03:40:58Z  4/7 migrations, in progress: 6 is the newest; ECS stops the task in 2:29",
    ]
  `);
  expect(followLines({ ...before, at: before.at + 5000 }, before, PLAIN)).toEqual([]);
  const trouble = "cannot read the service (for 8 s); AWS continues the rollout\nThrottlingException";
  expect(followLines({ ...before, trouble }, before, PLAIN)).toEqual([
    "03:40:58Z  cannot read the service (for 8 s); AWS continues the rollout",
  ]);
});

const KILLED: FollowEnd = {
  verdict: "FAILED",
  phase: 4,
  exitCode: 1,
  reason: "migration-killed",
  text: `the health check stopped the migration: ${phasesOf(blocked)[3]?.details[0]}. 3 tasks of vulcan-prod:43 failed their health checks`,
  serving: "Traffic is served by 3 healthy tasks of vulcan-prod:42 (3 wanted)",
  evidence: [
    ...(phasesOf(blocked)[3]?.details ?? []),
    "3 × Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/vulcan-prod/6165a881cd424e42)",
    "next: no circuit breaker is on: ECS keeps starting tasks of vulcan-prod:43, more slowly each time",
    ...Array.from({ length: 20 }, (_, index) => `03:41:${index + 10}Z INF line ${index}`),
  ],
  next: ["vulcan-ops rollback"],
};

describe("the end of a migration that ECS killed", () => {
  it.each(WIDTHS)("at %i columns", async (columns) => {
    const text = renderFollowEnd(reportOf(blocked, 4), KILLED, { ...PLAIN, columns });
    await expect(text).toMatchFileSnapshot(`../../golden/ui/follow-killed-${columns}.txt`);
    expect(text.split("\n").filter((row) => width(row) > columns)).toEqual([]);
    // With the row of the prompt.
    expect(text.split("\n").length).toBeLessThanOrEqual(ROWS[columns]);
    expect(text).toContain("Traffic is served");
  });

  it("has everything with --verbose", () => {
    const text = renderFollowEnd(reportOf(blocked, 4), KILLED, { ...PLAIN, verbose: true });
    expect(text).toContain("INF line 19");
  });
});
