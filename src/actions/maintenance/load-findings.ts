import { block, counted, notChecked, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { MetricId } from "../../domain/watch/metric.ts";
import type { PreflightReads } from "./preflight-reads.ts";

/** Percent. Above this a task answers late, or not at all. */
const FULL = 80;
const BUSY = 60;

/** What the load on all tasks means for a single one. CPU adds up, memory does not. */
export function loadFindings({ measured, service }: PreflightReads): readonly Finding[] {
  const asks = "whether 1 task can carry the load";
  if (measured instanceof Error) return [notChecked(asks, measured.message)];
  const cpu = average(measured.cpu?.map(({ value }) => value) ?? []);
  if (cpu === undefined) return [notChecked(asks, "no CPU metric in the last 15 min")];
  const { running } = service;
  // Tasks that are measured run, so a count of none is not to be believed either.
  if (!running) return [notChecked(asks, `ECS does not say how many tasks run at these ${Math.round(cpu)} % CPU`)];
  const one = Math.round(cpu * running);
  const text = `${counted(running, "task")} at ${Math.round(cpu)} % CPU: 1 task alone would run at ${one} %`;
  if (one > FULL) {
    const next = ["the same command at a quieter hour", "vulcan-ops watch --for 5m"];
    return [block("load-too-high", `1 task cannot carry the load: ${text}`, next)];
  }
  return one > BUSY ? [warn("load-high", text)] : [ok("load", text)];
}

/** A rollout at 200 % has twice as many tasks, and each has its connections. */
export function connectionFindings({ measured, most }: PreflightReads): readonly Finding[] {
  const asks = "whether the connections of a rollout fit";
  if (measured instanceof Error) return [notChecked(asks, measured.message)];
  if (most === undefined) return [notChecked(asks, "max_connections is not known")];
  const now = highest(measured, "connections");
  if (now === undefined) return [notChecked(asks, "no connection metric in the last 15 min")];
  const text = `${now} connections of ${most.most}, ${2 * now} in a rollout at 200 %`;
  if (2 * now > most.most) return [block("connections-too-many", `the connections of a rollout do not fit: ${text}`)];
  return 2 * now > (most.most * FULL) / 100 ? [warn("connections-many", text)] : [ok("connections", text)];
}

const highest = (measured: Exclude<PreflightReads["measured"], Error>, id: MetricId): number | undefined =>
  measured[id]?.reduce<number | undefined>((most, { value }) => Math.max(most ?? 0, value), undefined);

const average = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
