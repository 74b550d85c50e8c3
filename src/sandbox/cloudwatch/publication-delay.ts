import type { World } from "../world.ts";
import type { MetricName } from "./store.ts";

/** Until when a metric can be read: what AWS measures appears a while after its minute has ended. */
export const publishedUntil = (world: World, metric: MetricName, late = 0): number =>
  world.clock.now() - late - (metric.namespace.startsWith("AWS/") ? world.timings.metricLag : 0);
