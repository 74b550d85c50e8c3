import type { Series, SeriesPoint } from "../kept-series.ts";
import type { Measured, MetricId } from "./metric.ts";
import type { WatchReport } from "./report.ts";
import { MINUTE, type Point } from "./series.ts";

/** What is kept of a watch in the journal: few metrics, for CloudWatch keeps minutes for 15 days alone. */
const KEPT: readonly {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  of(measured: Measured): readonly Point[];
}[] = [
  { id: "healthy", title: "Healthy targets", unit: "targets", of: ({ healthy = [] }) => healthy },
  { id: "errors", title: "5xx of requests", unit: "%", of: errorRate },
  { id: "latency", title: "Average response time", unit: "ms", of: ({ latency = [] }) => latency },
];

/** A baseline of another day stands in no plot. */
const MOST_GAP = 4 * 60 * MINUTE;
const MOST_POINTS = 240;

/** The series before and during the watch, oldest first; those without a point are left out. */
export function keptSeries({ measured = {}, before, asked }: WatchReport): readonly Series[] {
  const { baseline } = before;
  const isNear = baseline !== undefined && asked.from - baseline.span.to <= MOST_GAP;
  const earlier = isNear ? within(baseline.measured, baseline.span.from) : {};
  return KEPT.flatMap(({ of, ...series }) => {
    const points = [...of(earlier), ...of(measured)].sort((a, b) => a.at - b.at).slice(-MOST_POINTS);
    return points.length === 0 ? [] : [{ ...series, points: distinct(points).map(keptPoint) }];
  });
}

const within = (measured: Measured, from: number): Measured =>
  Object.fromEntries(
    Object.entries(measured).map(([id, points]) => [id as MetricId, points.filter(({ at }) => at >= from)]),
  );

/** A minute with requests and no point for 5xx had none. */
function errorRate({ errors = [], requests = [] }: Measured): readonly Point[] {
  const failed = new Map(errors.map(({ at, value }) => [at, value]));
  return requests
    .filter(({ value }) => value > 0)
    .map(({ at, value }) => ({ at, value: (100 * (failed.get(at) ?? 0)) / value }));
}

const distinct = (points: readonly Point[]): readonly Point[] =>
  points.filter(({ at }, index) => points[index + 1]?.at !== at);

const keptPoint = ({ at, value }: Point): SeriesPoint => ({
  at: new Date(at).toISOString(),
  value: Number(value.toPrecision(4)),
});
