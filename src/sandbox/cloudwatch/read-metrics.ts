import type { Fault } from "../http/fault.ts";
import type { Input, Output } from "../http/input.ts";
import { number, text, texts } from "../http/input.ts";
import { page } from "../http/page.ts";
import type { World } from "../world.ts";
import { type Point, statisticOf } from "./aggregate.ts";
import { metricOf } from "./metric-name.ts";
import { checkData, checkStatistics } from "./metric-rules.ts";
import { unitOf } from "./metric-units.ts";
import { pointsOf, seriesOf } from "./series.ts";

/** Maximum number of datapoints in one answer. [D] */
const MOST_POINTS = 100_800;

/**
 * GetMetricData: newest first by default. A series that the page cuts is PartialData and continues with the next token.
 * A series that was returned completely does not come again. [D; which series a page names I]
 */
export function metricData(world: World, input: Input, fault: Fault | undefined): Output {
  checkData(input);
  const isAscending = text(input, "ScanBy") === "TimestampAscending";
  const all = seriesOf(world, input, fault).map((series) => ({
    ...series,
    points: isAscending ? series.points : series.points.toReversed(),
  }));
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
      Timestamps: points.map(([at]) => new Date(at)),
      Values: points.map(([, value]) => value),
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
  const [statistics, extended] = [texts(input, "Statistics"), texts(input, "ExtendedStatistics")];
  const requestedUnit = text(input, "Unit") ?? unit;
  const points = requestedUnit === unit ? pointsOf(world, metric, input, number(input, "Period") ?? 60, fault) : [];
  const unordered = [...points.filter((_, index) => index % 2 === 1), ...points.filter((_, index) => index % 2 === 0)];
  const values = (names: readonly string[], { statistics: aggregated }: Point): [string, number][] =>
    names.flatMap((name) => {
      const value = statisticOf(name, aggregated);
      return value === undefined ? [] : [[name, value] as [string, number]];
    });
  const datapoint = (point: Point): Output => ({
    Timestamp: new Date(point.at),
    ...Object.fromEntries(values(statistics, point)),
    ...(extended.length > 0 && { ExtendedStatistics: Object.fromEntries(values(extended, point)) }),
    Unit: unit,
  });
  return { Label: metric.name, Datapoints: unordered.map(datapoint) };
}
