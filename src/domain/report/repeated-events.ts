import { groupedBy } from "../grouped.ts";
import { utcTime } from "../time.ts";

/** What ECS said of a service. `at`: RFC 3339. */
export interface ServiceEvent {
  readonly at: string;
  readonly text: string;
}

/** As many of a kind stay rows of their own. */
const MOST = 3;

/**
 * ECS repeats an event for each task, and every few minutes while its cause lasts: "unable to place a task" may stand a
 * hundred times in an hour. Events that differ in ids, addresses and numbers alone become the first of them, with how
 * many followed it until when. Order is kept.
 */
export function withoutRepeats(events: readonly ServiceEvent[]): readonly ServiceEvent[] {
  const kinds = groupedBy(events, ({ text }) => shapeOf(text));
  return events.flatMap((event) => {
    const alike = kinds.get(shapeOf(event.text)) ?? [event];
    if (alike.length <= MOST) return [event];
    const [first = event, ...others] = alike.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
    if (event !== first) return [];
    const last = new Date(others.at(-1)?.at ?? first.at).toISOString();
    return [{ ...first, text: `${first.text} (and ${others.length} more like it until ${utcTime(last)})` }];
  });
}

const shapeOf = (text: string): string => text.replace(/\b[0-9a-f]{8,}\b|\d+/gi, "#");
