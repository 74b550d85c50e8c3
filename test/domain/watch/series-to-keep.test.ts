import { describe, expect, it } from "vitest";
import { pointsOf } from "../../../src/domain/kept-series.ts";
import type { WatchReport } from "../../../src/domain/watch/report.ts";
import { keptSeries } from "../../../src/domain/watch/series-to-keep.ts";
import { judgeWatch } from "../../../src/domain/watch/verdict.ts";
import { evidence, minute } from "./evidences.ts";

function reportOf(given: ReturnType<typeof evidence>): WatchReport {
  const { asked, before, measured, now } = given;
  return { ...judgeWatch(given), at: now, cluster: "c", service: "s", asked, before, measured, notes: [] };
}

describe("what a watch keeps in the journal", () => {
  it("is the hour before and its own minutes; a minute with requests and no 5xx had none", () => {
    const series = keptSeries(reportOf(evidence({ errors: (at) => (at === 3 ? 90 : undefined) })));
    expect(series.map(({ id, values }) => [id, values.length])).toEqual([
      ["healthy", 100],
      ["errors", 100],
    ]);
    const wrong = series
      .slice(1)
      .flatMap(pointsOf)
      .filter(({ value }) => value > 0);
    expect(wrong.map(({ at }) => at)).toEqual([minute(3)]);
    expect(wrong[0]?.value).toBeCloseTo(10, 0);
  });

  it("leaves out a baseline of another day, and what was not measured", () => {
    const given = evidence({ requests: () => undefined });
    const { baseline } = given.before;
    if (baseline === undefined) throw new Error("there is no baseline");
    const day = 24 * 60 * 60_000;
    const span = { from: baseline.span.from - day, to: baseline.span.to - day };
    const series = keptSeries(reportOf({ ...given, before: { baseline: { ...baseline, span }, dropped: [] } }));
    expect(series.map(({ id, values }) => [id, values.length])).toEqual([["healthy", 40]]);
  });
});
