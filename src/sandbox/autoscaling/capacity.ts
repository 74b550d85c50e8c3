import { allServices } from "../ecs/find.ts";
import type { Service } from "../ecs/model.ts";
import { scale } from "../ecs/update-service.ts";
import type { World } from "../world.ts";
import type { ScalableTarget } from "./model.ts";

export const resourceIdOf = (service: Service): string => `service/${service.cluster.name}/${service.name}`;

/** The service, if it can be scaled. A service that is being deleted cannot be scaled. */
export const serviceOf = (world: World, resourceId: string): Service | undefined =>
  allServices(world).find((service) => service.status === "ACTIVE" && resourceIdOf(service) === resourceId);

/** Sets the desired count as Application Auto Scaling does, and records the activity. */
export function setCapacity(world: World, service: Service, desired: number, cause: string): void {
  scale(world, service, desired);
  world.scaling.activities.push({
    id: world.random.uuid(),
    resourceId: resourceIdOf(service),
    cause,
    description: `Setting desired count to ${desired}.`,
    at: world.clock.now(),
  });
}

/** Brings the current capacity into the target's bounds, whichever member was just registered. [D] */
export function clamp(world: World, target: ScalableTarget): void {
  const service = serviceOf(world, target.resourceId);
  if (service === undefined) return;
  if (service.desired < target.least) {
    setCapacity(world, service, target.least, `minimum capacity was set to ${target.least}`);
  } else if (service.desired > target.most) {
    setCapacity(world, service, target.most, `maximum capacity was set to ${target.most}`);
  }
}
