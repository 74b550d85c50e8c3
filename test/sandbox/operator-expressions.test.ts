import { expect, test } from "vitest";
import { readSchedule } from "../../src/sandbox/autoscaling/schedule.ts";
import { readPattern } from "../../src/sandbox/logs/pattern.ts";

const LINE = JSON.stringify({
  level: "error",
  status: 503,
  path: "/api/v1",
  user: { id: null, tags: ["a", "b"] },
  ok: false,
});

test.each([
  ['{ $.level = "error" }', true],
  ["{ $.level = error }", true],
  ['{ $.level != "error" }', false],
  ['{ $.level = "err*" }', true],
  ['{ $.level = "*warn*" }', false],
  ["{ $.level = %^err% }", true],
  ["{ $.status >= 500 }", true],
  ["{ $.status < 500 }", false],
  ["{ $.status = 503 }", true],
  ['{ ($.status = 500 || $.status = 503) && $.path = "/api/*" }', true],
  ["{ $.user.id IS NULL }", true],
  ["{ $.ok IS FALSE }", true],
  ["{ $.ok IS TRUE }", false],
  ["{ $.nothing NOT EXISTS }", true],
  ["{ $.level NOT EXISTS }", false],
  ['{ $.user.tags[1] = "b" }', true],
  ["%status.:5[0-9]+%", true],
  ["%^level%", false],
  ["error 503", true],
  ["error -503", false],
  ["?warn ?error", true],
])("the filter pattern %s on a JSON line: %s", (pattern, matches) => {
  expect(readPattern(pattern)(LINE)).toBe(matches);
});

test("a pattern of JSON never matches a line that is none", () => {
  expect(readPattern('{ $.level != "error" }')("plain words")).toBe(false);
});

test.each(["{ $.level }", "{ level = 1 }", "{ $.a = 1", "{ $.a > text }", "{ $.a = 1 } more", "%(a)%"])(
  "the filter pattern %s is refused",
  (pattern) => {
    expect(() => readPattern(pattern)).toThrow("Invalid filter pattern");
  },
);

test.each(["[ip, user, status = 5*]", "error %5..%"])("the filter pattern %s is not simulated", (pattern) => {
  expect(() => readPattern(pattern)).toThrow(/sandbox simulates/);
});

const NOW = Date.parse("2026-05-10T14:07:30Z"); // a Sunday
const next = (schedule: string): string | undefined => {
  const at = readSchedule(schedule, NOW)(NOW);
  return at === undefined ? undefined : new Date(at).toISOString().slice(0, 16);
};

test.each([
  ["at(2026-05-10T15:00:00)", "2026-05-10T15:00"],
  ["at(2026-05-10T14:00:00)", undefined],
  ["rate(5 minutes)", "2026-05-10T14:12"],
  ["rate(1 day)", "2026-05-11T14:07"],
  ["cron(0 22 * * ? *)", "2026-05-10T22:00"],
  ["cron(0/15 * * * ? *)", "2026-05-10T14:15"],
  ["cron(30 8 ? * MON-FRI *)", "2026-05-11T08:30"],
  ["cron(0 10 ? * 1 *)", "2026-05-17T10:00"],
  ["cron(0 0 1 JAN,JUL ? *)", "2026-07-01T00:00"],
  ["cron(0 0 1 1 ? 2025)", undefined],
])("the schedule %s comes next at %s", (schedule, expected) => {
  expect(next(schedule)).toBe(expected);
});

test.each([
  "every night",
  "rate(0 minutes)",
  "rate(5 weeks)",
  "cron(0 22 * * *)",
  "cron(60 1 * * ? *)",
  "at(tomorrow)",
])("the schedule %s is refused", (schedule) => {
  expect(() => next(schedule)).toThrow(/Invalid schedule expression/);
});

test.each(["cron(0 0 L * ? *)", "cron(0 0 15W * ? *)", "cron(0 0 ? * 2#1 *)"])(
  "the schedule %s is not simulated",
  (schedule) => {
    expect(() => next(schedule)).toThrow(/L, W or #/);
  },
);
