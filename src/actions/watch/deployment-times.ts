import type { HistoryRow } from "../../domain/aws/ecs.ts";
import type { TimedEvent } from "../../domain/watch/baseline.ts";
import { MINUTE } from "../../domain/watch/series.ts";

/** Tasks that have just started migrate and fill their caches. */
export const WARM_UP = 5 * MINUTE;

const GOING_ON = /^(PENDING|IN_PROGRESS|STOP_REQUESTED|ROLLBACK_REQUESTED|ROLLBACK_IN_PROGRESS)$/;

/** Deployments by when they were in progress. A finished one without a known end counts for a moment. */
export function timedEvents(history: readonly HistoryRow[]): readonly TimedEvent[] {
  return history.map(({ taskDefinition: name, status, startedAt, createdAt, finishedAt }) => {
    const from = Date.parse(startedAt ?? createdAt);
    if (finishedAt !== undefined) return { name, from, to: Date.parse(finishedAt) };
    return GOING_ON.test(status) ? { name, from } : { name, from, to: from + 1 };
  });
}

/** When the tasks of the deployments up to `start` have warmed up. */
export function warmAfter(deployments: readonly TimedEvent[], start: number): number {
  return Math.max(start, ...deployments.map(({ to = start }) => to + WARM_UP));
}
