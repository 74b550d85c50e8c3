import { expect, test } from "vitest";
import { createProgressPace } from "../../../src/ui/render/progress-pace.ts";

const START = Date.parse("2026-04-10T03:00:00Z");

/** The minutes of which a log has a line, of a wait that reports once a minute. */
function toldMinutes(minutes: number, textAt: (minute: number) => string): readonly number[] {
  const isTold = createProgressPace();
  return [...Array(minutes).keys()].filter((minute) =>
    isTold({
      type: "step.progress",
      execution: "a",
      at: new Date(START + minute * 60_000).toISOString(),
      step: "wait",
      phase: "do",
      text: textAt(minute),
    }),
  );
}

test("a wait in which only time goes by is told each minute at first, and each five minutes after ten", () => {
  const told = toldMinutes(120, (minute) => `${120 - minute} min until 2026-04-10 05:00:00Z; 5 of 5 running`);
  expect(told.slice(0, 13)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14, 19, 24]);
  expect(told.length).toBe(32);
});

test("what changes is told at once, and then each minute again", () => {
  const told = toldMinutes(40, (minute) => `${40 - minute} min left; ${minute < 27 ? 5 : 4} of 5 running`);
  expect(told.slice(10)).toEqual([14, 19, 24, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36]);
});
