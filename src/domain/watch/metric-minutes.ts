import { METRIC_IDS, type Measured, type MetricId } from "./metric.ts";
import { combine, type Minutes, minutesOf, type Span } from "./series.ts";

/** Every metric by the minute; `errors` as the percentage of requests that were answered 5xx. */
export type View = Readonly<Record<MetricId, Minutes>>;

export function viewOf(measured: Measured, span: Span): View {
  const entries = METRIC_IDS.map((id) => [id, minutesOf(measured[id] ?? [], span)] as const);
  const view = Object.fromEntries(entries) as Record<MetricId, Minutes>;
  return { ...view, errors: shareOf(view.errors, view.requests) };
}

/**
 * The load balancer reports 5xx answers only where there were any: a minute with requests and no such point had none. A
 * minute without requests has no share.
 */
function shareOf(errors: Minutes, requests: Minutes): Minutes {
  return requests.map((count, index) =>
    count === undefined || count === 0 ? undefined : Math.min(100, (100 * (errors[index] ?? 0)) / count),
  );
}

/** Sessions per healthy task, to compare times with different numbers of tasks. */
export function perTask({ connections, healthy }: View): Minutes {
  return combine(connections, healthy, (sessions, tasks) => (tasks > 0 ? sessions / tasks : undefined));
}
