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

/** One answer holds so many datapoints at most. [D] */
const MOST_POINTS = 100_800;

/** How much later than usual minutes appear where the fault does not say (virtual ms). */
const LATE = 5 * MINUTE;

/** Every so many minutes one is missing. */
const HOLE = 3;

/** Periods of a metric in a window, oldest first, as far as they have been published. */
function pointsOf(world: World, metric: MetricName, input: Input, seconds: number, fault: Fault | undefined): Point[] {
  const period = Math.max(60, seconds) * 1000;
  const start = Math.floor((instant(input, "StartTime") ?? 0) / period) * period;
  const asked = instant(input, "EndTime") ?? world.clock.now();
  const late = fault?.kind === "late" ? (fault.ms ?? LATE) : 0;
  const end = Math.min(Math.ceil(asked / MINUTE) * MINUTE, publishedUntil(world, metric, late));
  const minutes = world.metrics.minutes(metric, start, end);
  const left = fault?.kind === "missing" ? minutes.filter(({ at }) => (at / MINUTE) % HOLE !== 0) : minutes;
  return summarise(left, period).filter(({ at }) => at < asked);
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
  // Asked for in a unit that it was not measured in, a metric has nothing to tell. [D]
  const unit = text(stat, "Unit");
  const points = unit === undefined || unit === unitOf(world, metric) ? read : [];
  if (text(input, "ScanBy") !== "TimestampAscending") points.reverse();
  const label = text(query, "Label") ?? metric.name;
  return { id: required(query, "Id"), label, statistic: required(stat, "Stat"), points };
}

/**
 * GetMetricData: newest first unless asked otherwise. A series that is cut by the page is PartialData and goes on with
 * the next token; one that has been given whole does not come again. [D; which series a page names I]
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

/** GetMetricStatistics, as older clients ask: its datapoints come in no order. [D] */
export function metricStatistics(world: World, input: Input, fault: Fault | undefined): Output {
  checkStatistics(input);
  const metric = metricOf(input);
  const unit = unitOf(world, metric);
  const statistics = texts(input, "Statistics");
  const asked = text(input, "Unit") ?? unit;
  const points = asked === unit ? pointsOf(world, metric, input, number(input, "Period") ?? 60, fault) : [];
  const unordered = [...points.filter((_, index) => index % 2 === 1), ...points.filter((_, index) => index % 2 === 0)];
  const datapoint = ({ at, statistics: found }: Point): Output => ({
    Timestamp: new Date(at),
    ...Object.fromEntries(statistics.map((name) => [name, statisticOf(name, found)])),
    Unit: unit,
  });
  return { Label: metric.name, Datapoints: unordered.map(datapoint) };
}
