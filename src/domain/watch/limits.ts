import { counted, type Evidence } from "./evidence.ts";
import type { MetricId } from "./metric.ts";
import type { View } from "./metric-minutes.ts";
import { MINUTE, type Minutes, type Point, present, twoOfThree } from "./series.ts";
import { median } from "./statistics.ts";

/** A limit that holds whatever was before: as the screen names it, and how it was broken. */
export interface Limit {
  readonly shown: string;
  readonly broken?: string;
}

const CONNECTION_SHARE = 0.8;
/** A task needs minutes to start: what was desired within them is what is asked of a minute. */
const STARTING = 5 * MINUTE;
/** Percentage points of failing requests above what was usual. */
const ERROR_RISE = 5;
/** In a minute with fewer requests one failure is half of the world. */
const LEAST_REQUESTS = 10;

/** The limits of ux-reliability.md §4 d, and one for failing requests; metrics without one are absent. */
export function limitsOf(evidence: Evidence, view: View, before?: View): Readonly<Partial<Record<MetricId, Limit>>> {
  return {
    healthy: healthyLimit(evidence, view.healthy),
    unhealthy: unhealthyLimit(evidence, view.unhealthy),
    connections: connectionLimit(evidence, view.connections),
    errors: errorLimit(view, before),
  };
}

function healthyLimit(evidence: Evidence, healthy: Minutes): Limit {
  const { from } = counted(evidence);
  const wanted = healthy.map((_, index) => desiredAt(evidence.desired, from + index * MINUTE));
  const few = healthy.map((count, index) => count !== undefined && count < (wanted[index] ?? 0));
  const none = healthy.filter((count) => count !== undefined && count < 1).length;
  const shown = `min ${Math.max(1, wanted.at(-1) ?? 1)}`;
  if (none > 0) return { shown, broken: `none healthy in ${none} min` };
  if (!twoOfThree(few)) return { shown };
  return { shown, broken: `below the ${wanted.at(-1)} desired in ${few.filter(Boolean).length} min` };
}

/** The fewest tasks asked for in the minutes before, by the looks there were; the last look before, where there was none. */
function desiredAt(desired: readonly Point[], minute: number): number | undefined {
  const recent = desired.filter(({ at }) => at > minute - STARTING && at < minute + MINUTE);
  const known = recent.length > 0 ? recent : [desired.findLast(({ at }) => at <= minute) ?? desired[0]];
  const values = known.flatMap((point) => point?.value ?? []);
  return values.length === 0 ? undefined : Math.min(...values);
}

function unhealthyLimit(evidence: Evidence, unhealthy: Minutes): Limit {
  const { from } = counted(evidence);
  const sick = unhealthy.map((count, index) => (count ?? 0) > 0 && from + index * MINUTE >= evidence.warmUntil);
  const shown = "0";
  return twoOfThree(sick) ? { shown, broken: `above 0 in ${sick.filter(Boolean).length} min` } : { shown };
}

function connectionLimit({ maxConnections }: Evidence, connections: Minutes): Limit {
  if (maxConnections === undefined) return { shown: "?" };
  const most = Math.floor(maxConnections * CONNECTION_SHARE);
  const shown = `${most}/${maxConnections}`;
  const over = connections.map((count) => count !== undefined && count > most);
  return twoOfThree(over) ? { shown, broken: `above 80 % of max in ${over.filter(Boolean).length} min` } : { shown };
}

/** A release that has always failed some requests is not worse for it: the limit stands above what was usual. */
function errorLimit({ errors, requests }: View, before?: View): Limit {
  const usual = before === undefined ? [] : present(before.errors);
  const most = ERROR_RISE + (usual.length === 0 ? 0 : median(usual));
  const over = errors.map((share, index) => (requests[index] ?? 0) >= LEAST_REQUESTS && (share ?? 0) > most);
  const shown = `${Math.round(most)}`;
  return twoOfThree(over) ? { shown, broken: `above ${shown} % in ${over.filter(Boolean).length} min` } : { shown };
}
