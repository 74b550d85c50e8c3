import type { JournalEvent } from "../execution-event.ts";
import type { Series } from "../kept-series.ts";

/** The series that a watch kept at its end; the last watch of an execution counts. */
export function seriesOf(events: readonly JournalEvent[]): readonly Series[] {
  const kept = events.flatMap((event) =>
    event.type === "step.verified" || event.type === "step.failed" ? [event.series ?? []] : [],
  );
  return kept.findLast((series) => series.length > 0) ?? [];
}
