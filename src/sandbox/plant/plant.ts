import type { Scenario } from "../scenarios/scenario.ts";
import type { World } from "../world.ts";
import { plantHistory } from "./history.ts";
import { plantInstances } from "./instances.ts";
import { plantAlarms, plantHostCounts } from "./metrics.ts";
import { plantBalancer } from "./network.ts";
import { plantDefinitions, plantService } from "./service.ts";
import { plantTasks } from "./tasks.ts";

/** How long ago a service was created that has been deployed since. */
const CREATED = 24 * 3600 * 1000;

/** Fills an empty world with what a scenario says is true at time zero. The clock must stand still meanwhile. */
export async function plant(world: World, scenario: Scenario): Promise<void> {
  const oldest = Math.max(...scenario.revisions.map(({ age }) => age));
  const createdAt = world.clock.now() - oldest - CREATED;
  await plantInstances(world, scenario, createdAt);
  plantDefinitions(world, scenario);
  const group = plantBalancer(world, scenario, createdAt);
  const service = plantService(world, scenario, group, createdAt);
  const deployments = plantHistory(world, scenario, service);
  await plantTasks(world, scenario, service, deployments);
  service.events.sort((a, b) => b.at - a.at);
  plantHostCounts(world, service, group);
  plantAlarms(world, group, createdAt);
}
