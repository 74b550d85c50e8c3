import { expect, it } from "vitest";
import { withoutRepeats } from "../../../src/domain/report/repeated-events.ts";

const unplaced = (minute: number) => ({
  at: `2026-04-10T03:${String(minute).padStart(2, "0")}:00+02:00`,
  text: `(service vulcan-prod) was unable to place a task (request ${minute}af3c9d1e2b). Reason: Capacity is unavailable.`,
});
const steady = { at: "2026-04-10T03:50:00+02:00", text: "(service vulcan-prod) has reached a steady state." };

it("an event that ECS repeats is one, with how many followed it until when; others stay as they are", () => {
  const repeated = Array.from({ length: 40 }, (_, index) => unplaced(index));
  const newestFirst = [steady, ...repeated.toReversed()];
  expect(withoutRepeats(newestFirst)).toEqual([
    steady,
    { at: unplaced(0).at, text: `${unplaced(0).text} (and 39 more like it until 2026-04-10 01:39:00Z)` },
  ]);
});

it("three of a kind are told one by one", () => {
  const three = [unplaced(1), unplaced(2), unplaced(3)];
  expect(withoutRepeats(three)).toEqual(three);
});
