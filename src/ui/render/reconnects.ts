import type { ProbeVerdict } from "../../domain/reconnects/judge.ts";
import {
  type ProbeRow,
  type ReconnectReport,
  readingText,
  summaryOf,
  verdictOf,
} from "../../domain/reconnects/report.ts";
import { ago, clockTime } from "../../domain/time.ts";
import { isNarrow, nextLines, rowLines } from "../text/layout.ts";
import { type DisplayOptions, paint, type Tone, toAscii } from "../text/style.ts";
import { pad, width, wrap } from "../text/wrap.ts";

const TONES: Readonly<Record<ProbeVerdict, Tone>> = {
  BACK: "good",
  "NOT YET": "warn",
  LOST: "bad",
  "CANNOT BE SEEN": "warn",
};

const NAME = 15;
const VALUE = 11;
const HANGING = 4;

/** Where it was read, and after which change. */
export interface ReconnectHeading {
  readonly cluster: string;
  readonly service: string;
  readonly change: ReconnectReport["change"] & { readonly taskDefinition: string };
}

/** What has reconnected, the verdict nearest to the prompt. Ends with a line feed. */
export function renderReconnects(
  report: ReconnectReport,
  { cluster, service, change }: ReconnectHeading,
  next: readonly string[],
  display: DisplayOptions,
): string {
  const verdict = verdictOf(report);
  const where = `${paint("RECONNECTS", "strong", display)}  ${cluster} / ${service}  ${timeOf(report.at)}`;
  return [
    ...wrap(where, display.columns),
    ...rowLines({ label: "Change", text: changeText(change, report.at) }, display, 1),
    paint(columnHeads(display), "quiet", display),
    ...report.rows.flatMap((row) => probeLines(row, display)),
    ...nextLines(next, display, 1),
    ...rowLines({ label: `${verdict}:`, text: countText(report), tone: TONES[verdict] }, display, 0),
    "",
  ].join("\n");
}

const columnHeads = (display: DisplayOptions): string =>
  ` ${pad("probe", NAME)}${"before".padStart(VALUE)}${"now".padStart(VALUE)}${isNarrow(display) ? "" : "  verdict"}`;

function changeText({ taskDefinition, begun, gone }: ReconnectHeading["change"], at: number): string {
  const end =
    gone === undefined
      ? "old tasks still run"
      : `old tasks gone ${timeOf(gone)}, ${ago(new Date(gone).toISOString(), at)}`;
  return `${taskDefinition} since ${timeOf(begun)}; ${end}`;
}

function probeLines({ probe, before, now, verdict, why }: ProbeRow, display: DisplayOptions): string[] {
  const start = ` ${pad(probe.name, NAME)} ${readingText(before).padStart(VALUE - 1)}${readingText(now).padStart(VALUE)}  `;
  const text = toAscii(verdict === "BACK" ? verdict : `${verdict}: ${why}`, display);
  const tone = TONES[verdict];
  if (width(start) + width(text) <= display.columns) return [start + paint(text, tone, display)];
  return [
    start.trimEnd(),
    ...wrap(text, display.columns - HANGING).map((line) => " ".repeat(HANGING) + paint(line, tone, display)),
  ];
}

function countText({ rows }: ReconnectReport): string {
  const named = rows.filter(({ verdict }) => verdict === verdictOf({ rows })).map(({ probe }) => probe.name);
  return `${named.length} of ${rows.length}: ${named.join(", ")}`;
}

/** One reading as one line, for a log. */
export const reconnectLine = (report: ReconnectReport, display: DisplayOptions): string =>
  toAscii(`${timeOf(report.at)}  ${summaryOf(report)}`, display);

const timeOf = (at: number): string => clockTime(new Date(at).toISOString());
