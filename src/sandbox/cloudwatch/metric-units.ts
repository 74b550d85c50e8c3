import type { World } from "../world.ts";
import { keyOf, type MetricName } from "./store.ts";

/** The units of AWS's own metrics in the sandbox. Every other AWS metric here is a Count. [D] */
const AWS_UNITS: Readonly<Record<string, string>> = {
  "AWS/ECS CPUUtilization": "Percent",
  "AWS/ECS MemoryUtilization": "Percent",
  "AWS/ApplicationELB TargetResponseTime": "Seconds",
};

export function unitOf(world: World, metric: MetricName): string {
  if (!metric.namespace.startsWith("AWS/")) return world.units.get(keyOf(metric)) ?? "None";
  return AWS_UNITS[`${metric.namespace} ${metric.name}`] ?? "Count";
}
