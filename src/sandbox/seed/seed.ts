import { watchAlarms } from "../cloudwatch/alarm-engine.ts";
import { MINUTES, type Scenario } from "../scenarios/scenario.ts";
import type { World } from "../world.ts";
import { plantReport } from "./blocking-session.ts";
import { plantHistory } from "./history.ts";
import { plantInstances } from "./instances.ts";
import { plantAlarms, plantConnections, plantHostCounts } from "./metrics.ts";
import { NAME, plantBalancer } from "./network.ts";
import { plantScaling } from "./scaling.ts";
import { plantLater } from "./scheduled-events.ts";
import { plantSecrets } from "./secrets.ts";
import { plantDefinitions, plantService } from "./service.ts";
import { plantTasks } from "./tasks.ts";

/** How long ago a service was created that has been deployed since. */
const CREATED = 24 * 3600 * 1000;

/** Fills an empty world with what a scenario says is true at time zero. The clock must stand still meanwhile. */
export async function plant(world: World, scenario: Scenario): Promise<void> {
  if (scenario.revisions.length === 0) return;
  const oldest = Math.max(...scenario.revisions.map(({ age }) => age));
  const createdAt = world.clock.now() - oldest - CREATED;
  await plantInstances(world, scenario, createdAt);
  plantSecrets(world, createdAt);
  plantDefinitions(world, scenario);
  const group = plantBalancer(world, scenario, createdAt);
  const service = plantService(world, scenario, group, createdAt);
  const deployments = plantHistory(world, scenario, service);
  if (scenario.report !== undefined) await plantReport(world, scenario.report);
  await plantTasks(world, scenario, service, deployments);
  plantLater(world, scenario, service);
  service.events.sort((a, b) => b.at - a.at);
  plantHostCounts(world, service, group);
  plantConnections(world, service, NAME);
  plantAlarms(world, group, createdAt);
  plantScaling(world, scenario, service, createdAt);
  world.clock.after(1 * MINUTES, () => watchAlarms(world));
}
