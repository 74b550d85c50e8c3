import type { Minutes } from "../../domain/watch/series.ts";
import type { Look } from "../text/style.ts";

const BLOCKS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
const ASCII = ["_", ".", ":", "-", "=", "+", "*", "#"];

/** A cell for so many minutes each: the highest of them. `?` where nothing is known, never zero. */
export function sparkline(minutes: Minutes, most: number, each: number, look: Look): string {
  const groups = Array.from({ length: Math.ceil(minutes.length / each) }, (_, index) =>
    minutes.slice(index * each, (index + 1) * each),
  );
  return groups.map((group) => cell(group, most, look)).join("");
}

function cell(group: Minutes, most: number, look: Look): string {
  const known = group.filter((value) => value !== undefined);
  if (known.length === 0) return "?";
  const levels = look.unicode ? BLOCKS : ASCII;
  const level = Math.round((Math.max(...known) / Math.max(most, Number.EPSILON)) * (levels.length - 1));
  return levels[Math.min(levels.length - 1, Math.max(0, level))] ?? "?";
}
