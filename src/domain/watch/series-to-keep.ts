import type { Series } from "../kept-series.ts";
import type { Measured, MetricId } from "./metric.ts";
import type { WatchReport } from "./report.ts";
import { MINUTE, minuteOf, minutesOf, type Point } from "./series.ts";

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

/** The baseline of another day is in no plot. */
const MOST_GAP = 4 * 60 * MINUTE;
const MOST_MINUTES = 240;

/** The series before and during the watch; those without a point are left out. */
export function keptSeries({ measured = {}, before, asked }: WatchReport): readonly Series[] {
  const { baseline } = before;
  const isNear = baseline !== undefined && asked.from - baseline.span.to <= MOST_GAP;
  const earlier = isNear ? within(baseline.measured, baseline.span.from) : {};
  return KEPT.flatMap(({ of, ...series }) => {
    const points = [...of(earlier), ...of(measured)];
    return points.length === 0 ? [] : [{ ...series, ...minutesFrom(points) }];
  });
}

/** The newest minutes, from the first that has a point. */
function minutesFrom(points: readonly Point[]): Pick<Series, "from" | "values"> {
  const times = points.map(({ at }) => minuteOf(at));
  const to = Math.max(...times) + MINUTE;
  const from = Math.max(Math.min(...times), to - MOST_MINUTES * MINUTE);
  const values = minutesOf(points, { from, to });
  return {
    from: new Date(from).toISOString(),
    values: values.map((value) => (value === undefined ? null : Number(value.toPrecision(4)))),
  };
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
