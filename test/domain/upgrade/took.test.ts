import { expect, it } from "vitest";
import { tookText } from "../../../src/domain/upgrade/took.ts";

it("says what a wait took beside what was expected; one that was not seen whole has no duration", () => {
  const wait = { confirmed: 0, begun: 900, ended: 190_000, expected: 160 };
  expect(tookText("served after", wait)).toEqual(["served after 3 min 10 s (expected 2 min 40 s)"]);
  expect(tookText("drained in", { ...wait, expected: undefined })).toEqual(["drained in 3 min 10 s"]);
  expect(tookText("served after", { ...wait, begun: 60_000 })).toEqual([]);
  expect(tookText("served after", { ...wait, confirmed: Number.NaN })).toEqual([]);
});
