import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judge, type Observations } from "../../../src/domain/reconnects/judge.ts";
import { type Expectation, type Probe, parseExpectation } from "../../../src/domain/reconnects/probe.ts";
import type { Reading } from "../../../src/domain/reconnects/reading.ts";

const MINUTE = 60_000;
const BEGUN = 100 * MINUTE;
const GONE = 110 * MINUTE;
const WITHIN = 10 * MINUTE;
const OVER = GONE + WITHIN;

const number = (value: number, from = GONE + MINUTE): Reading => ({ kind: "number", value, from });
const time = (at: number): Reading => ({ kind: "time", at });
const none = (why: string): Reading => ({ kind: "none", why });

function probe(expectation: string): Probe {
  const expect = parseExpectation(expectation) as Expectation;
  return { name: "agents", source: { kind: "sql", statement: "SELECT 1" }, expect, within: WITHIN / 1000 };
}

const judged = (expectation: string, seen: Partial<Observations>): string => {
  const { verdict, why } = judge(probe(expectation), { change: { begun: BEGUN, gone: GONE }, at: OVER, ...seen });
  return `${verdict}${why === "" ? "" : `: ${why}`}`;
};

const RUNNING = { begun: BEGUN };

describe("what has reconnected", () => {
  it.each<[string, string, Partial<Observations>, string]>([
    ["as many as before", "back-to 90%", { before: number(40), now: number(40) }, "BACK"],
    ["enough of them", "back-to 90%", { before: number(40), now: number(36) }, "BACK"],
    ["long after its time", "back-to 90%", { before: number(40), now: number(40), at: OVER + 900 * MINUTE }, "BACK"],
    ["too few, in time", "back-to 90%", { before: number(40), now: number(35), at: OVER - 1 }, "NOT YET: wants 36"],
    ["too few, its time over", "back-to 90%", { before: number(40), now: number(35) }, "LOST: wants 36 within 10 min"],
    ["none at all", "back-to 90%", { before: number(40), now: number(0) }, "LOST: wants 36 within 10 min"],
    [
      "sockets that live through the drain",
      "back-to 90%",
      { before: number(40), now: number(40), change: RUNNING },
      "NOT YET: old tasks still run",
    ],
    [
      "a number of the drain",
      "back-to 90%",
      { before: number(40), now: number(40, GONE - 1), at: GONE + 1 },
      "NOT YET: no reading since the old tasks stopped",
    ],
    [
      "and no other came",
      "back-to 90%",
      { before: number(40), now: number(40, GONE - 1) },
      "CANNOT BE SEEN: no reading since the old tasks stopped",
    ],
    ["nothing before", "back-to 90%", { now: number(40) }, "CANNOT BE SEEN: no number before the change"],
    [
      "nothing to be read before",
      "back-to 90%",
      { before: none("refused"), now: number(40) },
      "CANNOT BE SEEN: no number before the change: refused",
    ],
    ["none before", "back-to 90%", { before: number(0), now: number(0) }, "CANNOT BE SEEN: was 0 before the change"],
    [
      "fewer than none before",
      "back-to 90%",
      { before: number(-1), now: number(0) },
      "CANNOT BE SEEN: gave no valid number before the change",
    ],
    [
      "a time before",
      "back-to 90%",
      { before: time(BEGUN), now: number(40) },
      "CANNOT BE SEEN: gave a time before, and a number is needed",
    ],
    [
      "a time now",
      "back-to 90%",
      { before: number(40), now: time(OVER) },
      "CANNOT BE SEEN: gives a time, and a number is needed",
    ],
    [
      "no number",
      "back-to 90%",
      { before: number(40), now: number(Number.NaN) },
      "CANNOT BE SEEN: gives no valid number",
    ],
    [
      "not readable for a while",
      "back-to 90%",
      { before: number(40), now: none("throttled"), at: GONE + 1 },
      "NOT YET: throttled",
    ],
    ["not readable at all", "back-to 90%", { before: number(40), now: none("throttled") }, "CANNOT BE SEEN: throttled"],
    ["not read", "back-to 90%", { before: number(40) }, "CANNOT BE SEEN: not read yet"],
    ["enough by itself", "at-least 3", { now: number(3) }, "BACK"],
    ["too few, and enough before", "at-least 3", { before: number(4), now: number(2) }, "LOST: wants 3 within 10 min"],
    [
      "too few, as before",
      "at-least 3",
      { before: number(2), now: number(2) },
      "CANNOT BE SEEN: was 2 before the change",
    ],
    [
      "too few, and before unknown",
      "at-least 3",
      { now: number(2) },
      "CANNOT BE SEEN: below, and no number before the change",
    ],
    ["a run after the change", "newer-than-change", { now: time(GONE + 1) }, "BACK"],
    ["a run of an old task", "newer-than-change", { now: time(GONE), at: GONE + 2 }, "NOT YET: nothing newer"],
    ["no run in its time", "newer-than-change", { now: time(BEGUN - MINUTE) }, "LOST: nothing newer within 10 min"],
    [
      "the last run was long ago",
      "newer-than-change",
      { now: time(BEGUN - 11 * MINUTE) },
      "CANNOT BE SEEN: was 11 min old before the change",
    ],
    [
      "a run in the future",
      "newer-than-change",
      { now: time(OVER + 2 * MINUTE) },
      "CANNOT BE SEEN: gives a time in the future",
    ],
    ["a clock slightly ahead", "newer-than-change", { now: time(OVER + 1000) }, "BACK"],
    [
      "a number of runs",
      "newer-than-change",
      { now: number(7) },
      "CANNOT BE SEEN: gives a number, and a time is needed",
    ],
  ])("%s (%s)", (_, expectation, seen, wanted) => {
    expect(judged(expectation, seen)).toBe(wanted);
  });

  const readings = fc.oneof(
    fc.record({
      kind: fc.constant("number" as const),
      value: fc.double(),
      from: fc.integer({ min: 0, max: 2 * OVER }),
    }),
    fc.record({ kind: fc.constant("time" as const), at: fc.integer({ min: 0, max: 2 * OVER }) }),
    fc.record({ kind: fc.constant("none" as const), why: fc.string() }),
  );
  const expectations = fc.oneof(
    fc.record({ kind: fc.constant("back-to" as const), percent: fc.integer({ min: 1, max: 100 }) }),
    fc.record({ kind: fc.constant("at-least" as const), count: fc.integer({ min: 1, max: 100 }) }),
    fc.constant({ kind: "newer-than-change" as const }),
  );

  it("is never BACK without a comparable value and a reading after the last old task", () => {
    const seen = fc.record({
      before: fc.option(readings, { nil: undefined }),
      now: fc.option(readings, { nil: undefined }),
      gone: fc.option(fc.integer({ min: BEGUN, max: OVER }), { nil: undefined }),
      at: fc.integer({ min: BEGUN, max: 2 * OVER }),
    });
    fc.assert(
      fc.property(expectations, seen, (expectation, { before, now, gone, at }) => {
        const change = gone === undefined ? { begun: BEGUN } : { begun: BEGUN, gone };
        const { verdict } = judge({ ...probe("at-least 1"), expect: expectation }, { before, now, change, at });
        if (verdict !== "BACK") return;
        expect(gone).toBeDefined();
        expect(now?.kind === "number" ? now.from : now?.kind === "time" && now.at).toBeGreaterThanOrEqual(gone ?? 0);
        if (expectation.kind === "back-to") expect(before?.kind === "number" && before.value > 0).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("is never LOST before its time is over", () => {
    fc.assert(
      fc.property(
        expectations,
        readings,
        readings,
        fc.integer({ min: 0, max: WITHIN - 1 }),
        (wanted, before, now, ms) => {
          const seen = { before, now, change: { begun: BEGUN, gone: GONE }, at: GONE + ms };
          expect(judge({ ...probe("at-least 1"), expect: wanted }, seen).verdict).not.toBe("LOST");
        },
      ),
    );
  });
});
