import { describe, expect, it } from "vitest";
import { scheduledFindings } from "../../src/actions/scaling/scheduled-findings.ts";
import { type Due, dueWithin } from "../../src/domain/schedule.ts";

// A Friday.
const FROM = Date.parse("2026-04-10T03:30:00Z");
const UNTIL = Date.parse("2026-04-10T05:30:00Z");

describe("what is scheduled within 03:30 to 05:30 UTC on Friday, 10 April 2026", () => {
  it.each<[string, string | undefined, Due]>([
    ["cron(0 4 * * ? *)", undefined, "due"],
    ["cron(0 6 * * ? *)", undefined, "not due"],
    ["cron(0 6 * * ? *)", "Europe/Berlin", "due"],
    ["cron(0 6 * * ? *)", "Europe/London", "due"],
    ["cron(30 3 * * ? *)", undefined, "due"],
    ["cron(30 5 * * ? *)", undefined, "due"],
    ["cron(31 5 * * ? *)", undefined, "not due"],
    ["cron(0/15 4 ? * FRI *)", undefined, "due"],
    ["cron(0 4 ? * MON-FRI *)", undefined, "due"],
    ["cron(0 4 ? * SAT,SUN *)", undefined, "not due"],
    ["cron(0 4 ? * 6 *)", undefined, "due"],
    ["cron(0 4 10 4 ? 2026)", undefined, "due"],
    ["cron(0 4 10 APR ? 2027)", undefined, "not due"],
    ["cron(*/5 * * * ? *)", undefined, "due"],
    ["cron(0 4 L * ? *)", undefined, "not known"],
    ["cron(0 4 ? * 6#2 *)", undefined, "not known"],
    ["cron(0 4 * * ? *)", "No/Where", "not known"],
    ["at(2026-04-10T04:00:00)", undefined, "due"],
    ["at(2026-04-10T06:00:00)", undefined, "not due"],
    ["at(2026-04-10T06:00:00)", "Europe/Berlin", "due"],
    ["rate(1 hour)", undefined, "not known"],
    ["something", undefined, "not known"],
  ])("%s %s: %s", (schedule, zone, due) => {
    expect(dueWithin(schedule, zone, FROM, UNTIL)).toBe(due);
  });

  it("is said with its size, and the line that sets it; what is not due is not said, what is not known is", () => {
    const target = { cluster: "c", service: "s" };
    const up = { name: "morning", schedule: "cron(0 6 * * ? *)", zone: "Europe/Berlin", least: 6 };
    const span = { from: FROM, until: UNTIL };
    const found = scheduledFindings([up, { ...up, zone: "UTC" }, { ...up, schedule: "rate(1 day)" }], span, target);
    expect(found.map(({ level, text }) => `${level} ${text}`)).toEqual([
      expect.stringMatching(/^warn scheduled scaling morning .*Europe\/Berlin, minimum 6\) is due meanwhile/),
      expect.stringMatching(/^warn scheduled scaling morning \(rate.*may be due meanwhile/),
    ]);
    expect(found[0]?.next).toEqual([
      expect.stringMatching(/register-scalable-target .*service\/c\/s --min-capacity 6$/),
    ]);
    expect(scheduledFindings(new Error("denied"), span, target)).toMatchObject([{ code: "not-checked" }]);
  });
});
