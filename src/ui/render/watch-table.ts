import type { Row, RowState } from "../../domain/watch/metric-verdict.ts";
import { present } from "../../domain/watch/series.ts";
import { isNarrow } from "../text/layout.ts";
import { type DisplayOptions, paint, type Tone, toAscii } from "../text/style.ts";
import { pad, width, wrap } from "../text/wrap.ts";
import { sparkline } from "./sparkline.ts";

const TITLE = 15;
const NUMBER = 7;
const LIMIT = 9;
/** Cells for `WATCH`, a sign and a number; longer text hangs below. */
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
export function watchTable(rows: readonly Row[], wanted: number, display: DisplayOptions): string[] {
  const room = Math.max(1, Math.min(MOST_SPARKS, display.columns - 4 - TITLE - 2 * NUMBER - LIMIT - STATE));
  const each = Math.ceil(wanted / room);
  const cells = Math.max(7, Math.ceil(wanted / each));
  const head = isNarrow(display)
    ? ` ${pad("metric", TITLE)}${"before".padStart(NUMBER)}${"now".padStart(NUMBER)}  state`
    : ` ${pad("metric", TITLE)}${"before".padStart(NUMBER)}${"now".padStart(NUMBER)}  ${pad("minutes", cells)} ${pad("limit", LIMIT)}state`;
  return [paint(head, "quiet", display), ...rows.flatMap((row) => rowLine(row, { each, cells }, display))];
}

function rowLine(
  row: Row,
  { each, cells }: { readonly each: number; readonly cells: number },
  display: DisplayOptions,
): string[] {
  const values = ` ${pad(row.title, TITLE)}${shown(row.before)}${shown(row.now)}`;
  const sparks = pad(sparkline(row.minutes, scaleOf(row), each, display), cells);
  const start = isNarrow(display) ? `${values}  ` : `${values}  ${sparks} ${pad(row.limit, LIMIT)}`;
  return beside(start, toAscii(row.text, display), TONES[row.state], display);
}

/** Text that does not fit beside the numbers hangs below them. */
function beside(start: string, text: string, tone: Tone, display: DisplayOptions): string[] {
  if (width(start) + width(text) <= display.columns) return [start + paint(text, tone, display)];
  const lines = wrap(text, display.columns - HANGING);
  return [start.trimEnd(), ...lines.map((line) => " ".repeat(HANGING) + paint(line, tone, display))];
}

/** Percentages use a scale to 100, other metrics a scale to their highest value. */
function scaleOf({ id, minutes, before = 0 }: Row): number {
  return id === "cpu" || id === "memory" ? 100 : Math.max(1, before, ...present(minutes));
}

const shown = (value: number | undefined): string => numberText(value).padStart(NUMBER);

/** Without decimals if whole or at least 10, otherwise with one digit; `?` if nothing is known. */
export function numberText(value: number | undefined): string {
  if (value === undefined) return "?";
  return Number.isInteger(value) || Math.abs(value) >= 10 ? String(Math.round(value)) : value.toFixed(1);
}
