import { formatDuration } from "../../domain/time.ts";
import { MONTHS } from "../../domain/zoned-time.ts";
import { paragraph } from "../text/layout.ts";
import type { DisplayOptions } from "../text/style.ts";
import { pad, width } from "../text/wrap.ts";

/** One execution, as a list shows it. */
export interface HistoryEntry {
  readonly id: string;
  readonly at: string;
  readonly lastAt: string;
  readonly by: string;
  readonly target: string;
  readonly what: string;
  readonly result: string;
  /** Whether it has ended: before that, it has taken no time yet. */
  readonly isOver: boolean;
  /** What came of it, and what is to be done, one sentence each. */
  readonly below: readonly string[];
}

/** A table with a head, newest first; the sentence of each execution stands below its row. Ends with a line feed. */
export function renderHistory(entries: readonly HistoryEntry[], display: DisplayOptions): string {
  const [newest] = entries;
  if (newest === undefined) return "";
  const isMany = new Set(entries.map(({ target }) => target)).size > 1;
  const columns = ["ID", "STARTED", "BY", ...(isMany ? ["TARGET"] : []), "WHAT", "RESULT", "TOOK"];
  const rows = entries.map((entry) => cellsOf(entry, newest.at.slice(0, 4), isMany));
  const widths = columns.map((title, index) => Math.max(...[title, ...rows.map((row) => row[index] ?? "")].map(width)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, index) => pad(cell, widths[index] ?? 0)).join("  ");
  const isFitting = width(line(columns)) <= display.columns;
  const shown = (cells: readonly string[]): string[] =>
    isFitting ? [line(cells).trimEnd()] : paragraph(cells.filter(Boolean).join("  "), display, 0);
  const lines = entries.flatMap(({ below }, index) => [
    ...shown(rows[index] ?? []),
    ...below.flatMap((sentence) => paragraph(sentence, display, BELOW)),
  ]);
  return `${[...(isFitting ? shown(columns) : []), ...lines].join("\n")}\n`;
}

const BELOW = 8;

function cellsOf(entry: HistoryEntry, year: string, isMany: boolean): string[] {
  const { id, at, lastAt, by, target, what, result, isOver } = entry;
  const took = isOver ? formatDuration((Date.parse(lastAt) - Date.parse(at)) / 1000) : "";
  return [id, startedText(at, year), by, ...(isMany ? [target] : []), what, result, took];
}

/** `28 Nov 19:55Z`, with the year where it is not the newest one's. */
function startedText(at: string, year: string): string {
  const day = `${at.slice(8, 10)} ${MONTHS[Number(at.slice(5, 7)) - 1] ?? ""}`;
  return `${day}${at.startsWith(year) ? "" : ` ${at.slice(0, 4)}`} ${at.slice(11, 16)}Z`;
}
