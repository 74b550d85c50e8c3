import { AwsError } from "../wire/aws-error.ts";
import { instant, list, number, record, records, required, text } from "../wire/input.ts";
import { changing, type Operation, reading } from "../wire/operation.ts";
import { page } from "../wire/page.ts";
import type { Input, Output } from "../wire/payload.ts";
import type { World } from "../world.ts";
import { statisticOf, summarise } from "./aggregate.ts";
import { noteUtilisation } from "./service-metrics.ts";
import { type Dimension, type MetricName, MINUTE } from "./store.ts";

const dimensionsOf = (input: Input): Dimension[] =>
  records(input, "Dimensions").map((one) => ({ Name: text(one, "Name") ?? "", Value: text(one, "Value") ?? "" }));

function putOne(world: World, namespace: string, datum: Input): void {
  const metric = { namespace, name: required(datum, "MetricName"), dimensions: dimensionsOf(datum) };
  const at = instant(datum, "Timestamp") ?? world.clock.now();
  const values = list(datum, "Values").map(Number);
  const counts = list(datum, "Counts").map(Number);
  const value = number(datum, "Value");
  const given = record(datum, "StatisticValues");
  for (const one of value === undefined ? [] : [value]) world.metrics.add(metric, at, one);
  for (const [index, one] of values.entries()) {
    const count = counts[index] ?? 1;
    world.metrics.put(metric, at, { sum: one * count, count, minimum: one, maximum: one });
  }
  if (given === undefined) return;
  const of = (name: string): number => number(given, name) ?? 0;
  const statistics = { sum: of("Sum"), count: of("SampleCount"), minimum: of("Minimum"), maximum: of("Maximum") };
  world.metrics.put(metric, at, statistics);
}

/** The answer to one query of GetMetricData; its points lie on whole periods. */
function resultOf(world: World, query: Input, input: Input): Output {
  const id = required(query, "Id");
  const stat = record(query, "MetricStat");
  if (stat === undefined) {
    throw new AwsError("NotImplemented", "The sandbox does not simulate metric math: query a MetricStat.", 501);
  }
  const metric = metricOf(record(stat, "Metric") ?? {});
  const period = Math.max(60, number(stat, "Period") ?? 60) * 1000;
  const start = Math.floor((instant(input, "StartTime") ?? 0) / period) * period;
  const end = Math.min(instant(input, "EndTime") ?? world.clock.now(), world.clock.now());
  const statistic = required(stat, "Stat");
  const points = summarise(world.metrics.minutes(metric, start, Math.ceil(end / MINUTE) * MINUTE), period);
  if (text(input, "ScanBy") !== "TimestampAscending") points.reverse();
  return {
    Id: id,
    Label: text(query, "Label") ?? metric.name,
    Timestamps: points.map(({ at }) => new Date(at)),
    Values: points.map(({ statistics }) => statisticOf(statistic, statistics)),
    StatusCode: "Complete",
  };
}

const metricOf = (input: Input): MetricName => ({
  namespace: text(input, "Namespace") ?? "",
  name: text(input, "MetricName") ?? "",
  dimensions: dimensionsOf(input),
});

function isListed(metric: MetricName, input: Input): boolean {
  const name = text(input, "MetricName");
  const namespace = text(input, "Namespace");
  if (name !== undefined && metric.name !== name) return false;
  if (namespace !== undefined && metric.namespace !== namespace) return false;
  return records(input, "Dimensions").every((wanted) =>
    metric.dimensions.some((one) => one.Name === wanted.Name && (wanted.Value ?? one.Value) === one.Value),
  );
}

export const metricOperations: Readonly<Record<string, Operation>> = {
  PutMetricData: changing((world, input) => {
    const namespace = required(input, "Namespace");
    for (const datum of records(input, "MetricData")) putOne(world, namespace, datum);
    return {};
  }),

  GetMetricData: reading((world, input) => {
    noteUtilisation(world);
    const results = records(input, "MetricDataQueries").map((query) => resultOf(world, query, input));
    return { MetricDataResults: results, Messages: [] };
  }),

  ListMetrics: reading((world, input) => {
    noteUtilisation(world);
    const all = world.metrics.names().filter((metric) => isListed(metric, input));
    const { items, nextToken } = page(all, 500, text(input, "NextToken"), "metrics");
    const metrics = items.map(({ namespace, name, dimensions }) => ({
      Namespace: namespace,
      MetricName: name,
      Dimensions: dimensions,
    }));
    return { Metrics: metrics, NextToken: nextToken };
  }),
};
