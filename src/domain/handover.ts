import type { Execution } from "./execution.ts";
import type { ExecutionHandedOver, JournalEvent } from "./execution-event.ts";
import type { Runbook } from "./runbook.ts";
import { NO_RECORD } from "./step-record.ts";
import { unfinishedText } from "./unfinished.ts";

/** By alice@laptop, with what she wrote. */
export const handoverHead = ({ operator, host, note }: ExecutionHandedOver): string =>
  `handed over by ${operator}@${host}${note === undefined ? "" : `: ${note}`}`;

/** What stands open, and what is not put back: a row each. */
export const handoverRows = ({ open, unfinished }: ExecutionHandedOver): readonly string[] => [
  ...open,
  ...unfinished.map((left) => `not put back: ${unfinishedText(left)}; the steps that are left put it back`),
];

/** The page that the next process begins with; undefined where no person has handed it over since it was continued last. */
export function lastHandover(events: readonly JournalEvent[]): ExecutionHandedOver | undefined {
  const last = events.findLast(({ type }) => type === "execution.handedOver" || type === "execution.resumed");
  return last?.type === "execution.handedOver" ? last : undefined;
}

/** Where an execution stands, by its journal: a step that was sent and has no end, and the steps that were not begun. */
export function openSteps({ steps: records }: Execution, { steps }: Pick<Runbook, "steps">): readonly string[] {
  const stateOf = (id: string) => (records[id] ?? NO_RECORD).state;
  const named = (index: number, id: string) => `step ${index + 1} of ${steps.length} (${id})`;
  const begun = steps.flatMap(({ id }, index) => {
    const { state, confirmed, sent } = records[id] ?? NO_RECORD;
    if (state !== "interrupted" || confirmed === undefined) return [];
    const what =
      sent === undefined ? "was confirmed; whether it was sent is to be read" : "was sent; its end is not seen";
    return [`open: ${named(index, id)} ${what}`];
  });
  const ahead = steps.filter(({ id }) => stateOf(id) === "pending").map(({ id }) => id);
  return [...begun, ...(ahead.length === 0 ? [] : [`not begun: ${ahead.join(", ")}`])];
}
