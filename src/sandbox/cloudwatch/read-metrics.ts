import { AwsError } from "../http/aws-error.ts";
import type { Fault } from "../http/fault.ts";
import type { Input, Output } from "../http/input.ts";
import { instant, number, record, records, required, text, texts } from "../http/input.ts";
import { page } from "../http/page.ts";
import type { World } from "../world.ts";
import { type Point, statisticOf, summarise } from "./aggregate.ts";
import { metricOf } from "./metric-name.ts";
import { checkData, checkStatistics } from "./metric-rules.ts";
import { unitOf } from "./metric-units.ts";
import { publishedUntil } from "./publication-delay.ts";
import { type MetricName, MINUTE } from "./store.ts";

/** Maximum number of datapoints in one answer. [D] */
const MOST_POINTS = 100_800;

/** Default extra delay of minutes under a `late` fault (virtual ms). */
const DEFAULT_DELAY = 5 * MINUTE;

/** Under a `missing` fault, one in this many minutes is missing. */
const MISSING_EVERY = 3;

/** The published periods of a metric in a window, oldest first. */
function pointsOf(world: World, metric: MetricName, input: Input, seconds: number, fault: Fault | undefined): Point[] {
  const period = Math.max(60, seconds) * 1000;
  const start = Math.floor((instant(input, "StartTime") ?? 0) / period) * period;
  const requestedEnd = instant(input, "EndTime") ?? world.clock.now();
  const late = fault?.kind === "late" ? (fault.ms ?? DEFAULT_DELAY) : 0;
  const end = Math.min(Math.ceil(requestedEnd / MINUTE) * MINUTE, publishedUntil(world, metric, late));
  const minutes = world.metrics.minutes(metric, start, end);
  const kept = fault?.kind === "missing" ? minutes.filter(({ at }) => (at / MINUTE) % MISSING_EVERY !== 0) : minutes;
  return summarise(kept, period).filter(({ at }) => at < requestedEnd);
}

interface Series {
  readonly id: string;
  readonly label: string;
  readonly statistic: string;
  readonly points: readonly Point[];
}

function seriesOf(world: World, query: Input, input: Input, fault: Fault | undefined): Series {
  const stat = record(query, "MetricStat");
  if (stat === undefined) {
    throw new AwsError("NotImplemented", "The sandbox does not simulate metric math: query a MetricStat.", 501);
  }
  const metric = metricOf(record(stat, "Metric") ?? {});
  const read = pointsOf(world, metric, input, number(stat, "Period") ?? 60, fault);
  // If the query names another unit than the metric's own, the metric has no data. [D]
  const unit = text(stat, "Unit");
  const points = unit === undefined || unit === unitOf(world, metric) ? read : [];
  if (text(input, "ScanBy") !== "TimestampAscending") points.reverse();
  const label = text(query, "Label") ?? metric.name;
  return { id: required(query, "Id"), label, statistic: required(stat, "Stat"), points };
}

/**
 * GetMetricData: newest first by default. A series that the page cuts is PartialData and continues with the next token.
 * A series that was returned completely does not come again. [D; which series a page names I]
 */
export function metricData(world: World, input: Input, fault: Fault | undefined): Output {
  checkData(input);
  const all = records(input, "MetricDataQueries").map((query) => seriesOf(world, query, input, fault));
  const flat = all.flatMap((series) => series.points.map((point) => ({ series, point })));
  const token = text(input, "NextToken");
  const half = Math.max(1, Math.ceil(flat.length / 2));
  const size =
    fault?.kind === "partial" && token === undefined ? half : (number(input, "MaxDatapoints") ?? MOST_POINTS);
  const { items, nextToken } = page(flat, size, token, "metric-data");
  const rest = new Set(nextToken === undefined ? [] : page(flat, flat.length, nextToken, "metric-data").items);
  const results = all
    .map((series) => ({
      series,
      points: items.filter((item) => item.series === series).map(({ point }) => point),
      cut: [...rest].some((item) => item.series === series),
    }))
    .filter(({ points, cut }) => token === undefined || points.length > 0 || cut);
  return {
    MetricDataResults: results.map(({ series, points, cut }) => ({
      Id: series.id,
      Label: series.label,
      Timestamps: points.map(({ at }) => new Date(at)),
      Values: points.map(({ statistics }) => statisticOf(series.statistic, statistics)),
      StatusCode: cut ? "PartialData" : "Complete",
    })),
    NextToken: nextToken,
    Messages: [],
  };
}

/** GetMetricStatistics, for older clients: its datapoints have no order. [D] */
export function metricStatistics(world: World, input: Input, fault: Fault | undefined): Output {
  checkStatistics(input);
  const metric = metricOf(input);
  const unit = unitOf(world, metric);
  const statistics = texts(input, "Statistics");
  const requestedUnit = text(input, "Unit") ?? unit;
  const points = requestedUnit === unit ? pointsOf(world, metric, input, number(input, "Period") ?? 60, fault) : [];
  const unordered = [...points.filter((_, index) => index % 2 === 1), ...points.filter((_, index) => index % 2 === 0)];
  const datapoint = ({ at, statistics: aggregated }: Point): Output => ({
    Timestamp: new Date(at),
    ...Object.fromEntries(statistics.map((name) => [name, statisticOf(name, aggregated)])),
    Unit: unit,
  });
  return { Label: metric.name, Datapoints: unordered.map(datapoint) };
}
