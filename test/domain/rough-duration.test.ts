import { expect, it } from "vitest";
import { roughDuration, roughlyAgo } from "../../src/domain/rough-duration.ts";

it.each([
  [0, "0 s"],
  [59, "59 s"],
  [119, "1 min 59 s"],
  [120, "2 min"],
  [149, "2 min"],
  [150, "3 min"],
  [3569, "59 min"],
  [3570, "1 h"],
  [84_599, "23 h"],
  [86_400, "1 day"],
  [518_400, "6 days"],
])("%i s is %s", (seconds, text) => {
  expect(roughDuration(seconds)).toBe(text);
});

it("tells how long ago a moment was", () => {
  expect(roughlyAgo("2026-04-10T03:00:00Z", Date.parse("2026-04-10T03:51:00Z"))).toBe("51 min ago");
});
