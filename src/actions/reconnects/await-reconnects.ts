import type { DataPlace } from "../../domain/database/facts.ts";
import { judge } from "../../domain/reconnects/judge.ts";
import type { Probe } from "../../domain/reconnects/probe.ts";
import type { Baseline, Reading, Replacement } from "../../domain/reconnects/reading.ts";
import { isJudged, type ProbeRow, type ReconnectReport } from "../../domain/reconnects/report.ts";
import type { ActionReadContext } from "../../domain/services.ts";
import { readingBefore, readProbes } from "./read-probes.ts";

type Context = Pick<ActionReadContext, "services" | "target" | "clock"> & {
  /** Where SQL asks. Absent: the database of the operator's URL. */
  readonly place?: () => Promise<DataPlace>;
};

/** Metrics come once a minute, and an agent's interval is rarely shorter. */
const PAUSE_MS = 15_000;

/** What is compared with what. */
export interface ReconnectQuestion {
  readonly probes: readonly Probe[];
  readonly baseline: Baseline | undefined;
  /** The change, as it stands when it is asked. */
  change(): Promise<Replacement>;
}

/**
 * Reads until every probe is judged, or until `deadline` (epoch ms); at least once. What is BACK or LOST stays so, and
 * is not read again.
 */
export async function awaitReconnects(
  question: ReconnectQuestion,
  context: Context & { readonly signal: AbortSignal; readonly deadline: number },
  tell: (report: ReconnectReport) => void,
): Promise<ReconnectReport> {
  const { clock, deadline, signal } = context;
  let before: ReconnectReport | undefined;
  for (;;) {
    const report = await readReconnects(question, context, before);
    tell(report);
    if (isJudged(report) || clock.now() >= deadline) return report;
    before = report;
    await clock.sleep(PAUSE_MS, signal);
  }
}

async function readReconnects(
  { probes, baseline, change: readChange }: ReconnectQuestion,
  context: Context,
  before: ReconnectReport | undefined,
): Promise<ReconnectReport> {
  const change = await readChange();
  const { gone } = change;
  const settled = (probe: Probe) => before?.rows.find((row) => row.probe === probe && isSettled(row));
  const open = gone === undefined ? [] : probes.filter((probe) => settled(probe) === undefined);
  const at = context.clock.now();
  const readings = gone === undefined ? [] : await readProbes(open, { kind: "since", gone, at }, context);
  const now = new Map<Probe, Reading | undefined>(open.map((probe, index) => [probe, readings[index]]));
  const rows = probes.map((probe): ProbeRow => {
    const known = { before: readingBefore(probe, baseline), now: now.get(probe) };
    return settled(probe) ?? { probe, ...known, ...judge(probe, { ...known, change, at }) };
  });
  return { at, change, rows };
}

const isSettled = ({ verdict }: ProbeRow): boolean => verdict === "BACK" || verdict === "LOST";
