import { errorLimit } from "./error-limit.ts";
import { counted, type Evidence } from "./evidence.ts";
import type { Limit } from "./limit.ts";
import type { MetricId } from "./metric.ts";
import type { View } from "./metric-minutes.ts";
import { MINUTE, type Minutes, type Point, twoOfThree } from "./series.ts";

const CONNECTION_SHARE = 0.8;
/** A task needs minutes to start. A minute is therefore judged by the counts desired within this time before it. */
const STARTING = 5 * MINUTE;

/** The limits of ux-reliability.md §4 d, and one for failing requests; metrics without one are absent. */
export function limitsOf(evidence: Evidence, view: View, before?: View): Readonly<Partial<Record<MetricId, Limit>>> {
  return {
    healthy: healthyLimit(evidence, view.healthy),
    unhealthy: unhealthyLimit(view.unhealthy),
    connections: connectionLimit(evidence, view.connections),
    errors: errorLimit(evidence, view, before),
  };
}

function healthyLimit(evidence: Evidence, healthy: Minutes): Limit {
  const { from } = counted(evidence);
  const wanted = healthy.map((_, index) => desiredAt(evidence.desired, from + index * MINUTE));
  const few = healthy.map((count, index) => (count === undefined ? undefined : count < (wanted[index] ?? 0)));
  const none = healthy.filter((count) => count !== undefined && count < 1).length;
  const shown = `min ${Math.max(1, wanted.at(-1) ?? 1)}`;
  if (none > 0) return { shown, broken: `none healthy in ${none} min` };
  if (!twoOfThree(few)) return isNewest(few) ? { shown, beyond: `BELOW ${wanted.at(-1)}, newest min` } : { shown };
  return { shown, broken: `below the ${wanted.at(-1)} desired in ${few.filter(Boolean).length} min` };
}

/** The lowest desired count that was read in the minutes before; without such a read, the last one before them. */
function desiredAt(desired: readonly Point[], minute: number): number | undefined {
  const recent = desired.filter(({ at }) => at > minute - STARTING && at < minute + MINUTE);
  const known = recent.length > 0 ? recent : [desired.findLast(({ at }) => at <= minute) ?? desired[0]];
  const values = known.flatMap((point) => point?.value ?? []);
  return values.length === 0 ? undefined : Math.min(...values);
}

/** Applies to new tasks too: to the load balancer, a task that is not ready yet is `initial`, not unhealthy. */
function unhealthyLimit(unhealthy: Minutes): Limit {
  const sick = unhealthy.map((count) => (count === undefined ? undefined : count > 0));
  const shown = "0";
  if (twoOfThree(sick)) return { shown, broken: `above 0 in ${sick.filter(Boolean).length} min` };
  return isNewest(sick) ? { shown, beyond: "ABOVE 0, newest min" } : { shown };
}

function connectionLimit({ maxConnections }: Evidence, connections: Minutes): Limit {
  if (maxConnections === undefined) return { shown: "?" };
  const most = Math.floor(maxConnections * CONNECTION_SHARE);
  const shown = `${most}/${maxConnections}`;
  const over = connections.map((count) => (count === undefined ? undefined : count > most));
  if (twoOfThree(over)) return { shown, broken: `above 80 % of max in ${over.filter(Boolean).length} min` };
  return isNewest(over) ? { shown, beyond: `ABOVE ${most}, newest min` } : { shown };
}

/** Is the newest known minute true? The next minutes then decide whether the limit is broken. */
const isNewest = (minutes: readonly (boolean | undefined)[]): boolean =>
  minutes.findLast((minute) => minute !== undefined) === true;
