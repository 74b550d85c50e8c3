import { createHash } from "node:crypto";
import type { DataPlace } from "../../domain/database/facts.ts";
import type { Probe } from "../../domain/reconnects/probe.ts";
import { queriedReading } from "../../domain/reconnects/queried-reading.ts";
import type { Baseline, Reading } from "../../domain/reconnects/reading.ts";
import { sanitise } from "../../domain/sanitise.ts";
import type { ActionReadContext } from "../../domain/services.ts";
import { withTimeLimit } from "../../domain/time-limit.ts";
import { logReading } from "./log-reading.ts";
import { metricReading } from "./metric-reading.ts";
import type { ReadingMoment } from "./reading-moment.ts";

type Context = Pick<ActionReadContext, "services" | "target"> & {
  /** Where SQL asks. Absent: the database of the operator's URL. */
  readonly place?: () => Promise<DataPlace>;
};

/** For all probes at once: a rollback waits for it. */
const LIMIT_MS = 5000;

/** What each probe reads, in their order. A probe that cannot be read says why, and hides no other. Reads only. */
export function readProbes(
  probes: readonly Probe[],
  moment: ReadingMoment,
  context: Context,
): Promise<readonly Reading[]> {
  return Promise.all(
    probes.map((probe) =>
      withTimeLimit(LIMIT_MS, readProbe(probe, moment, context)).catch(
        (error: Error): Reading => ({ kind: "none", why: sanitise(error.message, { most: 200 }) }),
      ),
    ),
  );
}

async function readProbe(probe: Probe, moment: ReadingMoment, context: Context): Promise<Reading> {
  const { source } = probe;
  if (source.kind === "metric") return metricReading(source, moment, context);
  if (source.kind === "log") return logReading(probe, source.pattern, moment, context);
  const { data } = context.services;
  if (data === undefined) return { kind: "none", why: "SQL is not set up (VULCAN_DATABASE_URL)" };
  return queriedReading(await data.value(source.statement, await context.place?.()), moment.at);
}

/** A probe by everything that it is, so that one that was rewritten is another. */
export const digestOf = (probe: Probe): string =>
  createHash("sha256").update(JSON.stringify(probe)).digest("hex").slice(0, 16);

/** The readings of now, to be compared with after a change. */
export async function readBaseline(probes: readonly Probe[], at: number, context: Context): Promise<Baseline> {
  const readings = await readProbes(probes, { kind: "before", at }, context);
  const entries = probes.map((probe, index) => {
    const reading = readings[index] ?? { kind: "none" as const, why: "not read" };
    return [probe.name, { of: digestOf(probe), reading }] as const;
  });
  return { at, readings: Object.fromEntries(entries) };
}

/** What was read of this very probe before the change. */
export function readingBefore(probe: Probe, baseline: Baseline | undefined): Reading | undefined {
  const kept = baseline?.readings[probe.name];
  if (kept === undefined || kept.of === digestOf(probe)) return kept?.reading;
  return { kind: "none", why: "the probe has been changed since" };
}
