import type { Minutes } from "../../domain/watch/series.ts";
import type { DisplayOptions } from "../text/style.ts";

const BLOCKS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
const ASCII = ["_", ".", ":", "-", "=", "+", "*", "#"];

/** Nothing for a screen reader: the figures stand beside it. Otherwise one cell for `each` minutes, with their highest value. `?` if nothing is known, never zero. */
export function sparkline(minutes: Minutes, most: number, each: number, display: DisplayOptions): string {
  if (display.plain === true) return "";
  const groups = Array.from({ length: Math.ceil(minutes.length / each) }, (_, index) =>
    minutes.slice(index * each, (index + 1) * each),
  );
  return groups.map((group) => cell(group, most, display)).join("");
}

function cell(group: Minutes, most: number, display: DisplayOptions): string {
  const known = group.filter((value) => value !== undefined);
  if (known.length === 0) return "?";
  const levels = display.unicode ? BLOCKS : ASCII;
  const level = Math.round((Math.max(...known) / Math.max(most, Number.EPSILON)) * (levels.length - 1));
  return levels[Math.min(levels.length - 1, Math.max(0, level))] ?? "?";
}
