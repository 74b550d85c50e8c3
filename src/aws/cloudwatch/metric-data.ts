import type { MetricAnswer } from "../../domain/watch/metric.ts";
import type { Point, Span } from "../../domain/watch/series.ts";
import type { Clients } from "../client/clients.ts";
import { merge } from "./merge-series.ts";
import type { MetricQuery } from "./metric-queries.ts";
import { remarksOf, resultsOf, wholeResultsOf } from "./metric-results.ts";

/** All series of a watch. Where CloudWatch left out points, a remark says of which. */
export async function readMetricData(
  clients: Clients,
  queries: readonly MetricQuery[],
  span: Span,
): Promise<MetricAnswer> {
  const results = await resultsOf(clients, queries, span);
  const series = queries.map(({ metric }, index) => ({ metric, points: results.series[index]?.points ?? [] }));
  return { measured: merge(series), remarks: remarksOf(queries, results) };
}

/** The free storage of an instance, in bytes. */
export async function readFreeStorage(clients: Clients, database: string, span: Span): Promise<readonly Point[]> {
  const dimensions = { DBInstanceIdentifier: database };
  const query = { namespace: "AWS/RDS", name: "FreeStorageSpace", stat: "Minimum", dimensions };
  const [points = []] = await wholeResultsOf(clients, [query], span);
  return points;
}
