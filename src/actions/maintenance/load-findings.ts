import { block, counted, notChecked, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { MetricId } from "../../domain/watch/metric.ts";
import type { Scene } from "./preflight-reads.ts";

/** Above this a task answers late, or not at all. */
const FULL = 80;
const BUSY = 60;

/** What the load on all tasks makes of one: CPU adds up, memory does not. */
export function loadFindings({ measured, service }: Scene): readonly Finding[] {
  const asks = "whether one task can carry the present load";
  if (measured instanceof Error) return [notChecked(asks, measured.message)];
  const cpu = average(measured.cpu?.map(({ value }) => value) ?? []);
  if (cpu === undefined) return [notChecked(asks, "no CPU was measured in the last 15 min")];
  const one = Math.round(cpu * service.running);
  const text = `${counted(service.running, "task")} at ${Math.round(cpu)} % CPU: one alone would be at ${one} %`;
  if (one > FULL) {
    const next = ["vulcan-ops maintenance at a quieter hour", "vulcan-ops watch --for 5m"];
    return [block("load-too-high", `one task cannot carry the present load: ${text}`, next)];
  }
  return one > BUSY ? [warn("load-high", text)] : [ok("load", text)];
}

/** A rollout at 200 % has twice as many tasks, and each its connections. */
export function connectionFindings({ measured, most }: Scene): readonly Finding[] {
  const asks = "whether the connections of a rollout fit";
  if (measured instanceof Error) return [notChecked(asks, measured.message)];
  if (most === undefined) return [notChecked(asks, "max_connections is not known")];
  const now = highest(measured, "connections");
  if (now === undefined) return [notChecked(asks, "no connections were measured in the last 15 min")];
  const text = `${now} connections of ${most.most}, ${2 * now} in a rollout at 200 %`;
  if (2 * now > most.most) return [block("connections-too-many", `the connections of a rollout do not fit: ${text}`)];
  return 2 * now > (most.most * FULL) / 100 ? [warn("connections-many", text)] : [ok("connections", text)];
}

const highest = (measured: Exclude<Scene["measured"], Error>, id: MetricId): number | undefined =>
  measured[id]?.reduce<number | undefined>((most, { value }) => Math.max(most ?? 0, value), undefined);

const average = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
