import type { World } from "../world.ts";
import type { Service } from "./model.ts";

/** Schedules a reconcile of the service after `delay` virtual ms. An earlier one that is already scheduled stays. */
export function scheduleReconcile(world: World, service: Service, delay = world.timings.reaction): void {
  const due = world.clock.now() + delay;
  if (service.wake !== undefined && service.wake.due <= due) return;
  service.wake?.cancel();
  const cancel = world.clock.at(due, () => {
    service.wake = undefined;
    service.reconcile();
  });
  service.wake = { due, cancel };
}
