import type { Input } from "../http/input.ts";
import { instant, list, number, record, records, required, text } from "../http/input.ts";
import { changing, type Operation, reading } from "../http/operation.ts";
import { page } from "../http/page.ts";
import type { World } from "../world.ts";
import { recordCustomers } from "./customer-requests.ts";
import { dimensionsOf } from "./metric-name.ts";
import { checkPut } from "./metric-rules.ts";
import { metricData, metricStatistics } from "./read-metrics.ts";
import { recordUtilisation } from "./service-metrics.ts";
import { keyOf, type MetricName, type Sample } from "./store.ts";

function putOne(world: World, namespace: string, datum: Input): void {
  const metric = { namespace, name: required(datum, "MetricName"), dimensions: dimensionsOf(datum) };
  world.units.set(keyOf(metric), text(datum, "Unit") ?? "None");
  const at = instant(datum, "Timestamp") ?? world.clock.now();
  const values = list(datum, "Values").map(Number);
  const counts = list(datum, "Counts").map(Number);
  const value = number(datum, "Value");
  const given = record(datum, "StatisticValues");
  for (const one of value === undefined ? [] : [value]) world.metrics.add(metric, at, one);
  for (const [index, one] of values.entries()) {
    const count = counts[index] ?? 1;
    world.metrics.put(metric, at, { sum: one * count, count, minimum: one, maximum: one, samples: [[one, count]] });
  }
  if (given === undefined) return;
  const statistic = (name: string): number => number(given, name) ?? 0;
  const statistics = {
    sum: statistic("Sum"),
    count: statistic("SampleCount"),
    minimum: statistic("Minimum"),
    maximum: statistic("Maximum"),
  };
  // A set of statistics has percentiles only where all its measurements are the same. [D]
  const { minimum, maximum, count } = statistics;
  const samples: Sample[] | undefined = minimum === maximum || count === 1 ? [[minimum, count]] : undefined;
  world.metrics.put(metric, at, { ...statistics, samples });
}

function isListed(metric: MetricName, input: Input): boolean {
  const name = text(input, "MetricName");
  const namespace = text(input, "Namespace");
  if (name !== undefined && metric.name !== name) return false;
  if (namespace !== undefined && metric.namespace !== namespace) return false;
  return records(input, "Dimensions").every((wanted) =>
    metric.dimensions.some((one) => one.Name === wanted.Name && (wanted.Value ?? one.Value) === one.Value),
  );
}

/** What is calculated only when it is asked for. */
function measure(world: World): void {
  recordUtilisation(world);
  recordCustomers(world);
}

export const metricOperations: Readonly<Record<string, Operation>> = {
  PutMetricData: changing((world, input) => {
    const namespace = required(input, "Namespace");
    checkPut(input);
    for (const datum of records(input, "MetricData")) putOne(world, namespace, datum);
    return {};
  }),

  GetMetricData: reading((world, input, fault) => {
    measure(world);
    return metricData(world, input, fault);
  }),

  GetMetricStatistics: reading((world, input, fault) => {
    measure(world);
    return metricStatistics(world, input, fault);
  }),

  ListMetrics: reading((world, input) => {
    measure(world);
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
