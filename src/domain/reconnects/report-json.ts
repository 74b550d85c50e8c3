import { expectationText } from "./probe.ts";
import type { Reading, Replacement } from "./reading.ts";
import { type ReconnectReport, summaryOf, verdictOf } from "./report.ts";

/** A report as data: times in RFC 3339, null where nothing was read. What a probe asks is left out. */
export function reconnectData(
  report: ReconnectReport,
  where: {
    readonly cluster: string;
    readonly service: string;
    readonly change: Replacement & { readonly taskDefinition: string };
  },
) {
  const { cluster, service, change } = where;
  return {
    schemaVersion: 1,
    at: iso(report.at),
    cluster,
    service,
    verdict: verdictOf(report),
    text: summaryOf(report),
    change: {
      taskDefinition: change.taskDefinition,
      begun: iso(change.begun),
      oldTasksGone: change.gone === undefined ? null : iso(change.gone),
    },
    probes: report.rows.map(({ probe, before, now, verdict, why }) => ({
      name: probe.name,
      source: probe.source.kind,
      expect: expectationText(probe.expect),
      withinSeconds: probe.within,
      before: valueIn(before),
      now: valueIn(now),
      verdict,
      why,
    })),
  };
}

function valueIn(reading: Reading | undefined): number | string | null {
  if (reading?.kind === "number") return Number.isFinite(reading.value) ? reading.value : null;
  return reading?.kind === "time" && Number.isFinite(reading.at) ? iso(reading.at) : null;
}

const iso = (at: number): string => new Date(at).toISOString();
