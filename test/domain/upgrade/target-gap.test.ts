import { describe, expect, it } from "vitest";
import { gapInDrain, gapSince, gapText, longestGap } from "../../../src/domain/upgrade/target-gap.ts";

/** A read each 5 s; at `gap` no target is healthy. */
const reads = (gap: (second: number) => boolean, until = 60) =>
  Array.from({ length: until / 5 + 1 }, (_, index) => ({ at: index * 5000, healthy: gap(index * 5) ? 0 : 3 }));
const during = (from: number, to: number) => (second: number) => second >= from && second < to;

describe("the longest gap of healthy targets", () => {
  it.each<[string, ReturnType<typeof reads>, string]>([
    ["none that a read saw", reads(() => false), "no gap ≥ 5 s"],
    ["8 s are seen, with their limits", reads(during(12, 20)), "GAP of up to 10 s: 0 healthy targets"],
    ["12 s as well", reads(during(12, 26)), "GAP of 10 to 20 s: 0 healthy targets"],
    ["2 s between two reads cannot be measured", reads(during(12, 14)), "no gap ≥ 5 s"],
    [
      "the longest of several",
      [...reads(during(10, 11)), ...reads(during(20, 40), 60).map(later)],
      "GAP of 15 to 25 s: 0 healthy targets",
    ],
    ["one that has not ended", reads(during(50, 99)), "GAP of 10 to 15 s: 0 healthy targets"],
    ["from the first read on", reads(during(0, 10)), "GAP of 5 to 10 s: 0 healthy targets"],
    ["a read that failed makes the resolution coarser", reads(() => false).toSpliced(3, 1), "no gap ≥ 10 s"],
    ["a single read measures nothing", reads(() => false, 0), "gap not measured"],
  ])("%s", (_, series, text) => {
    expect(gapText(longestGap(series))).toBe(text);
  });

  it("says from when it was measured where that is later than the request: after a resume", () => {
    expect(
      gapSince(
        reads(() => false),
        -1000,
      ),
    ).toBe("no gap ≥ 5 s");
    expect(
      gapSince(
        reads(() => false),
        -60_000,
      ),
    ).toBe("no gap ≥ 5 s since 00:00:00Z");
    expect(
      gapSince(
        reads(() => false, 0),
        -60_000,
      ),
    ).toBe("gap not measured");
    expect(gapInDrain(reads(during(10, 20)).map(later))).toBe(
      "GAP of 5 to 15 s: 0 healthy targets in the drain since 00:01:05Z",
    );
    expect(gapInDrain([])).toBe("gap not measured in the drain");
  });
});

function later<R extends { readonly at: number }>(read: R): R {
  return { ...read, at: read.at + 65_000 };
}
