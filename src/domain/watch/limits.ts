import { errorLimit, refusedLimit } from "./error-limit.ts";
import { counted, type Evidence } from "./evidence.ts";
import type { Limit } from "./limit.ts";
import type { MetricId } from "./metric.ts";
import type { View } from "./metric-minutes.ts";
import { MINUTE, type Minutes, type Point, present, twoOfThree } from "./series.ts";
import { median } from "./statistics.ts";

const CONNECTION_SHARE = 0.8;
/** A task needs minutes to start. A minute is therefore judged by the counts desired within this time before it. */
const STARTING = 5 * MINUTE;

/** The limits of ux-reliability.md §4 d, and one for failing requests; metrics without one are absent. */
export function limitsOf(evidence: Evidence, view: View, before?: View): Readonly<Partial<Record<MetricId, Limit>>> {
  return {
    healthy: healthyLimit(evidence, view.healthy),
    unhealthy: unhealthyLimit(view.unhealthy),
    connections: connectionLimit(evidence, view.connections, before?.connections),
    errors: errorLimit(evidence, view, before),
    refused: refusedLimit(view, before),
    cpu: cpuLimit(view.cpu),
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

/** Percent of CPU from which it cannot rise: like before is then no comfort. */
const SATURATED = 99;

function cpuLimit(cpu: Minutes): Limit {
  const seen = present(cpu);
  const isFull = seen.length > 0 && median(seen) >= SATURATED;
  return { shown: "-", ...(isFull && { beyond: `at ${SATURATED} % or more: it cannot rise further` }) };
}

function connectionLimit({ maxConnections }: Evidence, connections: Minutes, before: Minutes = []): Limit {
  if (maxConnections === undefined) return { shown: "?", ...(isFlat(connections, before) && { beyond: AT_A_LIMIT }) };
  const most = Math.floor(maxConnections * CONNECTION_SHARE);
  const shown = `${most}/${maxConnections}`;
  const over = connections.map((count) => (count === undefined ? undefined : count > most));
  if (twoOfThree(over)) return { shown, broken: `above 80 % of max in ${over.filter(Boolean).length} min` };
  return isNewest(over) ? { shown, beyond: `ABOVE ${most}, newest min` } : { shown };
}

const AT_A_LIMIT = "the same in each minute, before and after, and max_connections is unknown: maybe at its limit";

/** A count that never moves, in either time: that of a pool, or of a server that is full. */
function isFlat(connections: Minutes, before: Minutes): boolean {
  const all = [...present(connections), ...present(before)];
  return present(before).length > 0 && all.length > 0 && all.every((count) => count > 0 && count === all[0]);
}

/** Is the newest known minute true? The next minutes then decide whether the limit is broken. */
const isNewest = (minutes: readonly (boolean | undefined)[]): boolean =>
  minutes.findLast((minute) => minute !== undefined) === true;
