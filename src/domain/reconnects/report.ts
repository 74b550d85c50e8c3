import { clockTime } from "../time.ts";
import type { Judgement, ProbeVerdict } from "./judge.ts";
import type { Probe } from "./probe.ts";
import type { Reading, Replacement } from "./reading.ts";

/** One probe, and what came of it. */
export interface ProbeRow extends Judgement {
  readonly probe: Probe;
  readonly before?: Reading | undefined;
  readonly now?: Reading | undefined;
}

/** What has reconnected at one moment. */
export interface ReconnectReport {
  /** Epoch ms. */
  readonly at: number;
  readonly change: Replacement;
  readonly rows: readonly ProbeRow[];
}

const WORST_FIRST: readonly ProbeVerdict[] = ["LOST", "CANNOT BE SEEN", "NOT YET", "BACK"];

/** The worst of them: only where all are BACK is it BACK. */
export const verdictOf = ({ rows }: Pick<ReconnectReport, "rows">): ProbeVerdict =>
  WORST_FIRST.find((one) => rows.some(({ verdict }) => verdict === one)) ?? "CANNOT BE SEEN";

export const isJudged = ({ rows }: ReconnectReport): boolean => rows.every(({ verdict }) => verdict !== "NOT YET");

/** What the outcome says: `LOST: agents (12 → 8, wants 11 within 10 min); BACK: websockets, relays`. */
export const summaryOf = (report: Pick<ReconnectReport, "rows">): string => verdictLines(report).join("; ");

/** A line for each verdict, the worst first. */
export function verdictLines(report: Pick<ReconnectReport, "rows">): readonly string[] {
  return WORST_FIRST.flatMap((verdict) => {
    const rows = report.rows.filter((row) => row.verdict === verdict);
    if (rows.length === 0) return [];
    const names = rows.map((row) => (verdict === "BACK" ? row.probe.name : `${row.probe.name} (${detailOf(row)})`));
    return [`${verdict}: ${names.join(", ")}`];
  });
}

function detailOf({ before, now, why }: ProbeRow): string {
  const values = now === undefined || now.kind === "none" ? [] : [`${readingText(before)} → ${readingText(now)}`];
  return [...values, why].join(", ");
}

/** `12`, `12.5`, `03:41:07Z`, `?`. */
export function readingText(reading: Reading | undefined): string {
  if (reading?.kind === "number" && Number.isFinite(reading.value)) return String(Math.round(reading.value * 10) / 10);
  if (reading?.kind !== "time" || Number.isNaN(new Date(reading.at).getTime())) return "?";
  return clockTime(new Date(reading.at).toISOString());
}
