import type { ProgressEvent } from "../../domain/execution.ts";
import type { JsonObject } from "../../domain/json.ts";
import { type Look, legible } from "./style.ts";

const MOST_CELLS = 20;

/** `███░░ 3/5`; the numbers say it all where the blocks cannot be seen. */
export function bar(part: number, whole: number, look: Look): string {
  const cells = Math.min(Math.max(whole, 1), MOST_CELLS);
  const full = Math.round((Math.min(Math.max(part, 0), whole) / Math.max(whole, 1)) * cells);
  return legible(`${"█".repeat(full)}${"░".repeat(cells - full)} ${part}/${whole}`, look);
}

/** Pairs of numbers in the data of a wait that make a bar: the part, the whole. */
const RATIOS: readonly (readonly [string, string])[] = [
  ["healthy", "desired"],
  ["done", "total"],
];

/** What a wait says, headed by a bar where its data has numbers for one. */
export function progressText(event: ProgressEvent, look: Look): string {
  const shown = RATIOS.flatMap(([part, whole]) => ratio(event.data ?? {}, part, whole, look));
  return [...shown.slice(0, 1), event.text].join("  ");
}

function ratio(data: JsonObject, part: string, whole: string, look: Look): string[] {
  const [have, want] = [data[part], data[whole]];
  return typeof have === "number" && typeof want === "number" ? [`${bar(have, want, look)} ${part}`] : [];
}
