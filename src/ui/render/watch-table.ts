import type { Row, RowState } from "../../domain/watch/metric-verdict.ts";
import { present } from "../../domain/watch/series.ts";
import { isNarrow } from "../text/layout.ts";
import { type Look, legible, paint, type Tone } from "../text/style.ts";
import { pad, width, wrap } from "../text/wrap.ts";
import { sparkline } from "./sparkline.ts";

const TITLE = 15;
const NUMBER = 7;
const LIMIT = 9;
/** `WATCH`, a sign and a number; what is longer hangs below. */
const STATE = 22;
const MOST_SPARKS = 40;
const HANGING = 4;

const TONES: Readonly<Record<RowState, Tone>> = {
  ok: "good",
  watch: "warn",
  worse: "bad",
  broken: "bad",
  beyond: "warn",
  alert: "warn",
  unknown: "warn",
  beside: "quiet",
};

/** The metrics: before, now, minute by minute, limit, state. A narrow screen leaves out the minutes and the limit. */
export function watchTable(rows: readonly Row[], wanted: number, look: Look): string[] {
  const room = Math.max(1, Math.min(MOST_SPARKS, look.columns - 4 - TITLE - 2 * NUMBER - LIMIT - STATE));
  const each = Math.ceil(wanted / room);
  const cells = Math.max(7, Math.ceil(wanted / each));
  const head = isNarrow(look)
    ? ` ${pad("metric", TITLE)}${"before".padStart(NUMBER)}${"now".padStart(NUMBER)}  state`
    : ` ${pad("metric", TITLE)}${"before".padStart(NUMBER)}${"now".padStart(NUMBER)}  ${pad("minutes", cells)} ${pad("limit", LIMIT)}state`;
  return [paint(head, "quiet", look), ...rows.flatMap((row) => rowLine(row, { each, cells }, look))];
}

function rowLine(row: Row, { each, cells }: { readonly each: number; readonly cells: number }, look: Look): string[] {
  const values = ` ${pad(row.title, TITLE)}${shown(row.before)}${shown(row.now)}`;
  const sparks = pad(sparkline(row.minutes, scaleOf(row), each, look), cells);
  const start = isNarrow(look) ? `${values}  ` : `${values}  ${sparks} ${pad(row.limit, LIMIT)}`;
  return beside(start, legible(row.text, look), TONES[row.state], look);
}

/** What does not fit beside hangs below, under the numbers. */
function beside(start: string, text: string, tone: Tone, look: Look): string[] {
  if (width(start) + width(text) <= look.columns) return [start + paint(text, tone, look)];
  const lines = wrap(text, look.columns - HANGING);
  return [start.trimEnd(), ...lines.map((line) => " ".repeat(HANGING) + paint(line, tone, look))];
}

/** Percentages stand on a scale to 100, the rest on one to the most there was. */
function scaleOf({ id, minutes, before = 0 }: Row): number {
  return id === "cpu" || id === "memory" ? 100 : Math.max(1, before, ...present(minutes));
}

const shown = (value: number | undefined): string => numberText(value).padStart(NUMBER);

/** Whole numbers as they are, small ones with one digit; `?` where nothing is known. */
export function numberText(value: number | undefined): string {
  if (value === undefined) return "?";
  return Number.isInteger(value) || Math.abs(value) >= 10 ? String(Math.round(value)) : value.toFixed(1);
}
