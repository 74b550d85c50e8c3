import type { WatchReport } from "./report.ts";
import type { Span } from "./series.ts";
import type { Judgement } from "./verdict.ts";

/** A watch as data: times in RFC 3339, a minute without data null. `verdict` is null while the watch continues. */
export function watchData(report: WatchReport) {
  const { at, cluster, service, asked, before, verdict, text, observed, wanted, needed } = report;
  const { mostConnections, notes, caveats } = report;
  const { baseline, dropped } = before;
  return {
    schemaVersion: 1,
    at: iso(at),
    cluster,
    service,
    verdict: verdict ?? null,
    text,
    asked: span(asked),
    minutes: { observed, wanted, needed },
    before: {
      used: baseline === undefined ? null : { name: baseline.name, ...span(baseline.span) },
      dropped: dropped.map(({ name, why, span: time }) => ({ name, ...span(time), why })),
    },
    metrics: report.rows.map(metric),
    maxConnections: mostConnections ?? null,
    notes,
    caveats,
  };
}

function metric({ id, title, before, now, limit, state, text, minutes }: Judgement["rows"][number]) {
  const values = minutes.map((value) => value ?? null);
  return { id, title, before: before ?? null, now: now ?? null, limit, state, text, minutes: values };
}

const iso = (at: number): string => new Date(at).toISOString();
const span = ({ from, to }: Span) => ({ from: iso(from), to: iso(to) });
