import type * as Sdk from "@aws-sdk/client-cloudwatch";
import type { Statistic } from "../../domain/watch/metric.ts";
import type { Point, Span } from "../../domain/watch/series.ts";
import type { Clients } from "../client/clients.ts";
import { IncompleteAnswer, needed } from "../client/needed.ts";

interface Series {
  readonly points: readonly Point[];
  /** Complete, or why points may be absent: PartialData, Forbidden, InternalError. [D: MetricDataResult] */
  readonly status: string;
}

interface Results {
  /** One for each query, in their order. */
  readonly series: readonly Series[];
  readonly messages: readonly string[];
}

const COMPLETE = "Complete";
/** Of 100 800 points each: more than two days of the most series that we ask for. [D: GetMetricData] */
const MOST_PAGES = 20;

/** Reads these statistics in one call, plus one for each further page. */
export async function resultsOf(clients: Clients, queries: readonly Statistic[], span: Span): Promise<Results> {
  const gathered = queries.map(() => ({ points: [] as Point[], status: "absent" }));
  const messages: string[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await readPage(clients, queries, span, token);
    messages.push(...(answer.Messages ?? []).map(({ Value, Code = "" }) => Value ?? Code));
    for (const result of needed(answer.MetricDataResults, "MetricDataResults")) {
      const index = Number(needed(result.Id, "Id of a series").slice(1));
      const series = gathered[index];
      if (series === undefined) continue;
      series.points.push(...pointsOf(result, queries[index]?.scale));
      series.status = needed(result.StatusCode, "StatusCode of a series");
    }
    token = answer.NextToken || undefined;
    if (token === undefined) return { series: gathered, messages };
  }
  throw new IncompleteAnswer(`end after ${MOST_PAGES} pages`);
}

/** As `resultsOf`, for what is wrong or misleading in part. Throws `IncompleteAnswer` where CloudWatch left out points. */
export async function wholeResultsOf(
  clients: Clients,
  queries: readonly Statistic[],
  span: Span,
): Promise<readonly (readonly Point[])[]> {
  const { series } = await resultsOf(clients, queries, span);
  return series.map(({ points, status }, index) => {
    if (status !== COMPLETE) throw new IncompleteAnswer(lacking(queries[index], status));
    return points;
  });
}

/** What a watch has to be told of series that are not whole. */
export const remarksOf = (queries: readonly Statistic[], { series, messages }: Results): readonly string[] => {
  const told = messages.map((message) => `CloudWatch: ${message}`);
  const partial = series.flatMap(({ status }, index) =>
    status === COMPLETE ? [] : [`CloudWatch did not give ${lacking(queries[index], status)}`],
  );
  return [...new Set([...told, ...partial])];
};

const lacking = (query: Statistic | undefined, status: string): string => `all of ${query?.name} (${status})`;

async function readPage(
  clients: Clients,
  queries: readonly Statistic[],
  { from, to }: Span,
  token: string | undefined,
): Promise<Sdk.GetMetricDataCommandOutput> {
  const [cloudwatch, sdk] = await Promise.all([clients.cloudwatch(), import("../sdk/cloudwatch.ts")]);
  return cloudwatch.send(
    new sdk.GetMetricDataCommand({
      MetricDataQueries: queries.map(toQuery),
      StartTime: new Date(from),
      EndTime: new Date(to),
      ScanBy: "TimestampAscending",
      ...(token && { NextToken: token }),
    }),
  );
}

function toQuery({ namespace, name, stat, dimensions }: Statistic, index: number): Sdk.MetricDataQuery {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return {
    Id: `m${index}`,
    MetricStat: { Metric: { Namespace: namespace, MetricName: name, Dimensions }, Period: 60, Stat: stat },
  };
}

function pointsOf({ Timestamps, Values }: Sdk.MetricDataResult, scale = 1): readonly Point[] {
  const values = needed(Values, "Values of a metric");
  return needed(Timestamps, "Timestamps of a metric").flatMap((at, index) => {
    const value = values[index];
    return value === undefined ? [] : [{ at: at.getTime(), value: value * scale }];
  });
}
