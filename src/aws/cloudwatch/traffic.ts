import type { TrafficMinute } from "../../domain/status/traffic.ts";
import { isNetwork, type Subject } from "../../domain/watch/metric.ts";
import { minuteOf, type Span } from "../../domain/watch/series.ts";
import type { Clients } from "../client/clients.ts";
import { wholeResultsOf } from "./metric-results.ts";

const METRICS = [
  { field: "requests", name: "RequestCount", stat: "Sum", scale: 1 },
  { field: "failed", name: "HTTPCode_Target_5XX_Count", stat: "Sum", scale: 1 },
  { field: "p95", name: "TargetResponseTime", stat: "p95", scale: 1000 },
] as const;

/**
 * What the targets of these groups answered, by the minute. Groups are added up; the slowest of them is the p95. A part
 * of the requests would be told as all of them, and failed ones as none: throws where CloudWatch did not give all.
 */
export async function readTraffic(
  clients: Clients,
  groups: Subject["groups"],
  span: Span,
): Promise<readonly TrafficMinute[]> {
  const queries = groups.filter((group) => !isNetwork(group)).flatMap(queriesOf);
  if (queries.length === 0) return [];
  const minutes = new Map<number, TrafficMinute>();
  const series = await wholeResultsOf(clients, queries, span);
  for (const [index, { field }] of queries.entries()) {
    for (const { at, value } of series[index] ?? []) add(minutes, minuteOf(at), field, value);
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
