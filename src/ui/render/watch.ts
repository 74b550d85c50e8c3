import { clockTime, formatDuration } from "../../domain/time.ts";
import { SETTLING } from "../../domain/watch/evidence.ts";
import type { WatchReport } from "../../domain/watch/report.ts";
import { lengthOf } from "../../domain/watch/series.ts";
import { nextLines, type Row, rowLines } from "../text/layout.ts";
import { type DisplayOptions, paint, type Tone, toAscii } from "../text/style.ts";
import { width, wrap } from "../text/wrap.ts";
import { numberText, watchTable } from "./watch-table.ts";

const TONES: Readonly<Record<string, Tone>> = { STABLE: "good", WORSE: "bad", INCONCLUSIVE: "warn" };

/** One moment of a watch: its progress, each metric, and the result so far. */
export function renderWatch(report: WatchReport, display: DisplayOptions): string {
  const { rows, asked } = report;
  const lines = rowsOf(report).flatMap((row) => rowLines(row, display, 1));
  return [heading(report, display), ...watchTable(rows, lengthOf(asked), display), ...lines].join("\n");
}

/** The whole report at the end, with the verdict nearest to the prompt. Ends with a line feed. */
export function renderVerdict(report: WatchReport, next: readonly string[], display: DisplayOptions): string {
  const caveats = report.caveats.map((text, index) => ({ label: index === 0 ? "Unknown" : "", text }));
  const verdict = report.verdict ?? "INCONCLUSIVE";
  return [
    renderWatch({ ...report, text: "" }, display),
    ...caveats.flatMap((row) => rowLines(row, display, 1)),
    ...nextLines(next, display, 1),
    ...rowLines({ label: `${verdict}:`, text: report.text, tone: TONES[verdict] ?? "plain" }, display, 0),
    "",
  ].join("\n");
}

function heading({ cluster, service, asked, at }: WatchReport, display: DisplayOptions): string {
  const minute = Math.min(lengthOf(asked), Math.max(0, Math.floor((at - asked.from) / 60_000)));
  const where = `${paint("WATCH", "strong", display)}  ${cluster} / ${service}  ${timeOf(at)}`;
  const settling = `newest ${SETTLING / 60_000} min not counted`;
  const progress = `minute ${minute} of ${lengthOf(asked)} (${settling})`;
  const line = `${where}  ${progress}`;
  if (width(line) <= display.columns) return line;
  return [...wrap(where, display.columns), ...wrap(progress, display.columns - 1).map((part) => ` ${part}`)].join("\n");
}

function rowsOf(report: WatchReport): Row[] {
  const { text, before, mostConnections, notes, observed, wanted } = report;
  const dropped = before.dropped.map(({ name, why }) => `not ${name}: ${why}`);
  return [
    ...labelled("Before", [beforeText(report), ...dropped]),
    ...labelled("Limit", mostConnections === undefined ? [] : [limitText(mostConnections)]),
    ...labelled("Note", notes),
    ...labelled("So far", text === "" ? [] : [`${text} (${observed}/${wanted} min)`]),
  ];
}

function labelled(label: string, texts: readonly string[]): Row[] {
  return texts.map((text, index) => ({ label: index === 0 ? label : "", text }));
}

function beforeText({ before: { baseline } }: WatchReport): string {
  if (baseline === undefined) return "nothing to compare with";
  const { name, span } = baseline;
  return `${name}: ${dayOf(span.from)} ${timeOf(span.from)} to ${timeOf(span.to)}`;
}

const limitText = ({ most, how }: NonNullable<WatchReport["mostConnections"]>): string =>
  `max_connections ${most}, ${how === "SQL" ? "measured by SQL" : "as the parameter group sets it"}`;

const iso = (at: number): string => new Date(at).toISOString();
const timeOf = (at: number): string => clockTime(iso(at));
const dayOf = (at: number): string => iso(at).slice(0, 10);

/** What has to change before a log gets another line: the figures differ each minute. */
export const watchNews = ({ rows }: WatchReport): string =>
  rows.map(({ title, state, now }) => `${title} ${now === undefined ? "unread" : state}`).join(", ");

/** One minute as one line, for a log. */
export function watchLine(report: WatchReport, display: DisplayOptions): string {
  const values = report.rows.map(({ title, now, state, text }) => {
    const odd = state === "ok" || state === "beside" ? "" : ` (${text})`;
    return `${title} ${numberText(now)}${odd}`;
  });
  const left = Math.max(0, report.asked.to - report.at) / 1000;
  const end = left === 0 ? "" : `, ${formatDuration(left)} to go`;
  const shown = report.rows.every(({ now }) => now === undefined) ? ["no minute that counts yet"] : values;
  return toAscii(`${timeOf(report.at)}  ${report.observed}/${report.wanted} min${end}: ${shown.join(", ")}`, display);
}
