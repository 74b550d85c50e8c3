import type * as Sdk from "@aws-sdk/client-cloudwatch";
import type { MetricAnswer } from "../../domain/watch/metric.ts";
import type { Point, Span } from "../../domain/watch/series.ts";
import type { Clients } from "../client/clients.ts";
import { needed } from "../client/needed.ts";
import { merge } from "./merge-series.ts";
import type { MetricQuery } from "./metric-queries.ts";

/** More pages than this hold more than two days of one-minute points. */
const MOST_PAGES = 20;

/** Reads all series in one call, plus one call for each further page. */
export async function readMetricData(
  clients: Clients,
  queries: readonly MetricQuery[],
  { from, to }: Span,
): Promise<MetricAnswer> {
  const [cloudwatch, sdk] = await Promise.all([clients.cloudwatch(), import("../sdk/cloudwatch.ts")]);
  const gathered = queries.map(({ metric }) => ({ metric, points: [] as Point[], status: "Complete" }));
  const remarks = new Set<string>();
  let NextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await cloudwatch.send(
      new sdk.GetMetricDataCommand({
        MetricDataQueries: queries.map(toQuery),
        StartTime: new Date(from),
        EndTime: new Date(to),
        ScanBy: "TimestampAscending",
        ...(NextToken && { NextToken }),
      }),
    );
    for (const message of answer.Messages ?? []) remarks.add(`CloudWatch: ${message.Value ?? message.Code ?? ""}`);
    for (const result of needed(answer.MetricDataResults, "MetricDataResults")) {
      const index = Number(needed(result.Id, "Id of a series").slice(1));
      const [series, query] = [gathered[index], queries[index]];
      if (series === undefined || query === undefined) continue;
      series.points.push(...pointsOf(result, query));
      series.status = needed(result.StatusCode, "StatusCode of a series");
    }
    NextToken = answer.NextToken;
    if (NextToken === undefined) break;
  }
  for (const [index, { status }] of gathered.entries()) {
    if (status !== "Complete") remarks.add(`CloudWatch did not give all of ${queries[index]?.name} (${status})`);
  }
  return { measured: merge(gathered), remarks: [...remarks] };
}

/** The free storage of an instance, in bytes. */
export async function readFreeStorage(
  clients: Clients,
  database: string,
  { from, to }: Span,
): Promise<readonly Point[]> {
  const [cloudwatch, sdk] = await Promise.all([clients.cloudwatch(), import("../sdk/cloudwatch.ts")]);
  const query = {
    namespace: "AWS/RDS",
    name: "FreeStorageSpace",
    stat: "Minimum",
    dimensions: { DBInstanceIdentifier: database },
  } as const;
  const answer = await cloudwatch.send(
    new sdk.GetMetricDataCommand({
      MetricDataQueries: [toQuery(query, 0)],
      StartTime: new Date(from),
      EndTime: new Date(to),
      ScanBy: "TimestampAscending",
    }),
  );
  return needed(answer.MetricDataResults, "MetricDataResults").flatMap((result) => pointsOf(result));
}

/** A statistic of CloudWatch, a percentile among them. */
interface Statistic extends Omit<MetricQuery, "metric" | "stat"> {
  readonly stat: string;
}

export function toQuery({ namespace, name, stat, dimensions }: Statistic, index: number): Sdk.MetricDataQuery {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return {
    Id: `m${index}`,
    MetricStat: { Metric: { Namespace: namespace, MetricName: name, Dimensions }, Period: 60, Stat: stat },
  };
}

export function pointsOf(
  { Timestamps, Values }: Sdk.MetricDataResult,
  { scale = 1 }: Pick<MetricQuery, "scale"> = {},
): Point[] {
  const values = needed(Values, "Values of a metric");
  return needed(Timestamps, "Timestamps of a metric").flatMap((at, index) => {
    const value = values[index];
    return value === undefined ? [] : [{ at: at.getTime(), value: value * scale }];
  });
}
