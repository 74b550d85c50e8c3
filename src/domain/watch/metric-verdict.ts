import { type Comparison, compare } from "./comparison.ts";
import { counted, type Evidence } from "./evidence.ts";
import type { Limit } from "./limit.ts";
import { limitsOf } from "./limits.ts";
import { METRIC_IDS, METRICS, type MetricId } from "./metric.ts";
import { perTask, type View, viewOf } from "./metric-minutes.ts";
import { MINUTE, type Minutes, newest, present, twoOfThree } from "./series.ts";
import { median } from "./statistics.ts";

/** `beyond`: beyond its limit, which is not broken yet; never fine. */
export type RowState = "ok" | "watch" | "worse" | "broken" | "beyond" | "alert" | "unknown" | "beside";

/** One metric, judged. */
export interface Row {
  readonly id: MetricId;
  readonly title: string;
  /** The median of the baseline. */
  readonly before?: number;
  /** The newest minute that counts. */
  readonly now?: number;
  readonly minutes: Minutes;
  readonly limit: string;
  readonly state: RowState;
  /** The state in words. */
  readonly text: string;
}

/** The least shift that matters: percentage points, percentage points, sessions of the whole service. */
const FLOORS = { cpu: 5, memory: 5, connections: 5 } as const;

export function rowsOf(evidence: Evidence): readonly Row[] {
  const view = viewOf(evidence.measured, counted(evidence));
  const { baseline } = evidence.before;
  const before = baseline === undefined ? undefined : viewOf(baseline.measured, baseline.span);
  const limits = limitsOf(evidence, view, before);
  return METRIC_IDS.filter((id) => METRICS[id].isRequired || hasAny(id, view, before)).map((id) => {
    const usual = before === undefined ? [] : present(before[id]);
    const now = newest(view[id]);
    return {
      id,
      title: METRICS[id].title,
      ...(usual.length === 0 ? {} : { before: median(usual) }),
      ...(now === undefined ? {} : { now }),
      minutes: view[id],
      limit: limits[id]?.shown ?? "-",
      ...stateOf(id, { evidence, view, before, limit: limits[id] }),
    };
  });
}

const hasAny = (id: MetricId, view: View, before?: View): boolean =>
  [...view[id], ...(before?.[id] ?? [])].some((value) => value !== undefined);

interface Facts {
  readonly evidence: Evidence;
  readonly view: View;
  readonly before: View | undefined;
  readonly limit: Limit | undefined;
}

type State = Pick<Row, "state" | "text">;

function stateOf(id: MetricId, facts: Facts): State {
  const { view, limit } = facts;
  if (limit?.broken !== undefined) return { state: "broken", text: `BROKEN ${limit.broken}` };
  if (id === "healthy" && isSilent(view)) return { state: "alert", text: "ALERT missing, requests flow" };
  if (id === "requests") return { state: "beside", text: trafficText(facts) };
  if (limit?.unknown !== undefined) return { state: "unknown", text: limit.unknown };
  if (present(view[id]).length === 0)
    return isRequests(id) ? { state: "beside", text: "no requests" } : { state: "unknown", text: "no data" };
  const state = isCompared(id) ? comparedState(id, facts) : OK;
  const isWorse = state.state === "worse";
  return limit?.beyond === undefined || isWorse ? state : { state: "beyond", text: limit.beyond };
}

const isRequests = (id: MetricId): boolean => id === "errors" || id === "refused";

const OK: State = { state: "ok", text: "OK" };

type Compared = "cpu" | "memory" | "connections" | "latency";

const isCompared = (id: MetricId): id is Compared =>
  id === "cpu" || id === "memory" || id === "connections" || id === "latency";

/** Response times are shown beside the documented metrics, but decide nothing. */
function comparedState(id: Compared, facts: Facts): State {
  const compared = comparisonOf(id, facts);
  return id === "latency" && compared.kind === "worse" ? inWords({ ...compared, kind: "watch" }) : inWords(compared);
}

/** Two of the last three minutes have requests but no count of healthy hosts. */
function isSilent({ healthy, requests }: View): boolean {
  return twoOfThree(healthy.map((count, index) => count === undefined && (requests[index] ?? 0) > 0).slice(-3));
}

function comparisonOf(id: Compared, { evidence, view, before }: Facts): Comparison {
  const { from } = counted(evidence);
  const warm = (minutes: Minutes) => minutes.filter((_, index) => from + index * MINUTE >= evidence.warmUntil);
  if (id === "latency") return compare(before?.latency ?? [], warm(view.latency), 0);
  if (id !== "connections") return compare(before?.[id] ?? [], warm(view[id]), FLOORS[id]);
  // Without a load balancer, how many tasks served before is on no record: the sessions of all are compared.
  if (evidence.isByTasks) return compare(before?.connections ?? [], warm(view.connections), FLOORS.connections);
  const tasks = Math.max(1, newest(view.healthy) ?? 1);
  return compare(before === undefined ? [] : perTask(before), warm(perTask(view)), FLOORS.connections / tasks);
}

function inWords({ kind, shift = 0, why = "" }: Comparison): State {
  const sign = shift < 0 ? "−" : "+";
  const by = `${sign}${Math.abs(shift)} %`;
  if (kind === "worse") return { state: "worse", text: `WORSE ${by}` };
  if (kind === "watch") return { state: "watch", text: `WATCH ${by}` };
  return kind === "like" ? { state: "ok", text: "like before" } : { state: "unknown", text: why };
}

const COMPARABLE = 25;

/** Falling traffic can hide problems. */
function trafficText({ view, before }: Facts): string {
  const [usual, seen] = [before === undefined ? [] : present(before.requests), present(view.requests)];
  if (usual.length === 0 || seen.length === 0) return "(nothing to compare with)";
  const change = Math.round(100 * (median(seen) / Math.max(1, median(usual)) - 1));
  if (Math.abs(change) <= COMPARABLE) return "(traffic comparable)";
  return change < 0 ? `−${-change} %: may hide trouble` : `+${change} %`;
}
