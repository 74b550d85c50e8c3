import type { ProgressEvent } from "../../domain/execution-event.ts";
import type { JsonObject } from "../../domain/json.ts";
import { type DisplayOptions, toAscii } from "./style.ts";

const MOST_CELLS = 20;

/**
 * `███░░ 3/5`; the numbers are enough if the terminal cannot show the blocks, or a screen reader reads it. Never full: the
 * wait that shows it has not ended.
 */
export function bar(part: number, whole: number, display: DisplayOptions): string {
  if (display.plain === true) return `${part}/${whole}`;
  const cells = Math.min(Math.max(whole, 1), MOST_CELLS);
  const share = Math.min(Math.max(part, 0), whole) / Math.max(whole, 1);
  const full = Math.min(Math.round(share * cells), cells - 1);
  return toAscii(`${"█".repeat(full)}${"░".repeat(cells - full)} ${part}/${whole}`, display);
}

/** Pairs of numbers in the data of a wait that make a bar: the part, the whole. */
const RATIOS: readonly (readonly [string, string])[] = [
  ["healthy", "desired"],
  ["done", "total"],
];

/** The text of a wait, with a bar in front if its data has numbers for one. */
export function progressText(event: ProgressEvent, display: DisplayOptions): string {
  const shown = RATIOS.flatMap(([part, whole]) => ratio(event.data ?? {}, part, whole, display));
  return [...shown.slice(0, 1), event.text].join("  ");
}

function ratio(data: JsonObject, part: string, whole: string, display: DisplayOptions): string[] {
  const [have, want] = [data[part], data[whole]];
  if (typeof have !== "number" || typeof want !== "number") return [];
  // All of it is there, and the wait is for something else: a bar would say that a part is missing.
  const shown = have >= want ? `${have}/${want}` : bar(have, want, display);
  return [`${shown} ${part}`];
}
