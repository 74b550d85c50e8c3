import type { TrafficMinute } from "../../domain/status/traffic.ts";
import { isNetwork, type Subject } from "../../domain/watch/metric.ts";
import { minuteOf, type Span } from "../../domain/watch/series.ts";
import type { Clients } from "../client/clients.ts";
import { needed } from "../client/needed.ts";
import { pointsOf, toQuery } from "./metric-data.ts";

/** Pages of 100 800 points. [D: GetMetricData] */
const MOST_PAGES = 5;

const METRICS = [
  { field: "requests", name: "RequestCount", stat: "Sum", scale: 1 },
  { field: "failed", name: "HTTPCode_Target_5XX_Count", stat: "Sum", scale: 1 },
  { field: "p95", name: "TargetResponseTime", stat: "p95", scale: 1000 },
] as const;

/** What the targets of these groups answered, by the minute. Groups are added up; the slowest of them is the p95. */
export async function readTraffic(
  clients: Clients,
  groups: Subject["groups"],
  { from, to }: Span,
): Promise<readonly TrafficMinute[]> {
  const queries = groups.filter((group) => !isNetwork(group)).flatMap(queriesOf);
  if (queries.length === 0) return [];
  const [cloudwatch, sdk] = await Promise.all([clients.cloudwatch(), import("../sdk/cloudwatch.ts")]);
  const minutes = new Map<number, TrafficMinute>();
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
    for (const result of needed(answer.MetricDataResults, "MetricDataResults")) {
      const query = queries[Number(needed(result.Id, "Id of a series").slice(1))];
      if (query === undefined) continue;
      for (const { at, value } of pointsOf(result, query)) add(minutes, minuteOf(at), query.field, value);
    }
    NextToken = answer.NextToken;
    if (NextToken === undefined) break;
  }
  return [...minutes.values()].sort((a, b) => a.at - b.at);
}

function queriesOf({ targetGroup, loadBalancer }: Subject["groups"][number]) {
  const dimensions = { TargetGroup: targetGroup, LoadBalancer: loadBalancer };
  return METRICS.map((metric) => ({ ...metric, namespace: "AWS/ApplicationELB", dimensions }));
}

function add(minutes: Map<number, TrafficMinute>, at: number, field: (typeof METRICS)[number]["field"], value: number) {
  const known = minutes.get(at) ?? { at, requests: 0, failed: 0 };
  const sum = field === "p95" ? Math.max(known.p95 ?? 0, value) : known[field] + value;
  minutes.set(at, { ...known, [field]: sum });
}
