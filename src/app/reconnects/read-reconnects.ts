import { awaitReconnects } from "../../actions/reconnects/await-reconnects.ts";
import { digestOf, readProbes } from "../../actions/reconnects/read-probes.ts";
import { usageError } from "../../domain/error.ts";
import type { Probe } from "../../domain/reconnects/probe.ts";
import type { Baseline } from "../../domain/reconnects/reading.ts";
import type { ReconnectReport } from "../../domain/reconnects/report.ts";
import type { OpenTarget } from "../open-target.ts";
import { type LastChange, readLastChange } from "./last-change.ts";
import { recordedBaseline } from "./recorded-baseline.ts";

/** What has reconnected since the last deployment of a target. */
export interface TargetReconnects {
  readonly cluster: string;
  readonly service: string;
  readonly change: LastChange;
  readonly report: ReconnectReport;
}

/**
 * Judges the target's probes by its last deployment; `follow`: until each of them is judged, or the signal aborts. What
 * was before is what an execution here recorded, else what metrics and logs still tell. Reads only. Calls `tell` after
 * each reading.
 */
export async function readTargetReconnects(
  open: OpenTarget,
  { follow, stop }: { readonly follow: boolean; readonly stop: AbortSignal },
  tell: (report: ReconnectReport) => void,
): Promise<TargetReconnects> {
  const { target, services, clock } = open;
  const probes = services.reconnects ?? noProbes(target.name);
  await open.caller();
  let change = await readLastChange(open);
  const baseline = await baselineOf(open, probes, change.begun);
  const question = {
    probes,
    baseline,
    change: async () => {
      change = await readLastChange(open);
      return change;
    },
  };
  const deadline = follow ? Number.POSITIVE_INFINITY : 0;
  const context = { services, target, clock, signal: stop, deadline };
  let last: ReconnectReport | undefined;
  const report = await awaitReconnects(question, context, (one) => {
    last = one;
    tell(one);
  }).catch((error: unknown) => {
    if (stop.aborted && last !== undefined) return last;
    throw error;
  });
  return { cluster: target.cluster, service: target.service, change, report };
}

/** Recorded readings first: metrics and logs tell of a time that is not the very one before the change. */
async function baselineOf(open: OpenTarget, probes: readonly Probe[], begun: number): Promise<Baseline> {
  const recorded = await recordedBaseline(open, begun);
  const past = probes.filter(({ name, source }) => source.kind !== "sql" && recorded?.readings[name] === undefined);
  const readings = await readProbes(past, { kind: "before", at: begun }, open);
  const told = past.flatMap((probe, index) => {
    const reading = readings[index];
    return reading === undefined ? [] : [[probe.name, { of: digestOf(probe), reading }] as const];
  });
  return { at: recorded?.at ?? begun, readings: { ...Object.fromEntries(told), ...recorded?.readings } };
}

function noProbes(name: string): never {
  throw usageError("reconnects-unset", `target ${name} has no setting reconnects: nothing tells what has reconnected`, [
    "vulcan-ops reconnects --template",
  ]);
}
