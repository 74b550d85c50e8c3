import type { Measured, MetricId } from "../../domain/watch/metric.ts";
import { minuteOf, type Point } from "../../domain/watch/series.ts";

/** The points of one series. A metric of ours may consist of several series. */
export interface PartialSeries {
  readonly metric: MetricId;
  readonly points: readonly Point[];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** How to combine the values of several target groups into one. */
const ACROSS: Readonly<Partial<Record<MetricId, (values: readonly number[]) => number>>> = {
  healthy: (values) => Math.min(...values),
  unhealthy: sum,
  errors: sum,
  refused: sum,
  requests: sum,
  latency: (values) => Math.max(...values),
};

/** These have a point only where there was something to count. A group without a point adds nothing. */
const SPARSE: ReadonlySet<MetricId> = new Set(["errors", "refused", "requests", "latency"]);

/** One series per metric. Unless the metric is sparse, a minute that one of its groups lacks is dropped as a whole. */
export function merge(series: readonly PartialSeries[]): Measured {
  const ids = [...new Set(series.map(({ metric }) => metric))];
  return Object.fromEntries(
    ids.map((id) => [
      id,
      mergeOne(
        id,
        series.filter(({ metric }) => metric === id),
      ),
    ]),
  );
}

function mergeOne(id: MetricId, parts: readonly PartialSeries[]): readonly Point[] {
  const across = ACROSS[id];
  const [only, ...others] = parts;
  if (others.length === 0 || across === undefined) return only?.points ?? [];
  const byMinute = new Map<number, Map<PartialSeries, number>>();
  for (const part of parts) {
    for (const { at, value } of part.points) {
      const minute = byMinute.get(minuteOf(at)) ?? new Map<PartialSeries, number>();
      byMinute.set(minuteOf(at), minute.set(part, value));
    }
  }
  const whole = [...byMinute].filter(([, values]) => SPARSE.has(id) || values.size === parts.length);
  return whole.map(([at, values]) => ({ at, value: across([...values.values()]) }));
}
