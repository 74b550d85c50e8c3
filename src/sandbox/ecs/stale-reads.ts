import type { Input, Output } from "../http/input.ts";
import { text } from "../http/input.ts";
import type { World } from "../world.ts";
import type { Service } from "./model.ts";
import { shortName } from "./names.ts";
import { serviceView } from "./views/service.ts";

/** Keeps the current view of the call's service. For `ms`, reads show this view instead of the call's effect. */
export function keepStale(world: World, input: Input, ms: number): void {
  const cluster = world.ecs.clusters.get(shortName(text(input, "cluster") ?? "default"));
  const service = cluster?.services.get(shortName(text(input, "service") ?? ""));
  if (service !== undefined) service.stale = { view: serviceView(service), until: world.clock.now() + ms };
}

/** A service as a read shows it: the current view, or for a moment the old one. */
export const shownService = (world: World, service: Service): Output =>
  service.stale !== undefined && world.clock.now() < service.stale.until ? service.stale.view : serviceView(service);
