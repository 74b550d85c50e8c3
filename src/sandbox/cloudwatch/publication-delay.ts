import type { World } from "../world.ts";
import type { MetricName } from "./store.ts";

/** The instant until which a metric can be read. AWS publishes its own metrics a while after their minute has ended. */
export const publishedUntil = (world: World, metric: MetricName, late = 0): number =>
  world.clock.now() - late - (metric.namespace.startsWith("AWS/") ? world.timings.metricLag : 0);
