import { seedClients } from "../clients/seed-clients.ts";
import { startWatching } from "../cloudwatch/alarm-engine.ts";
import { newLogGroup } from "../logs/streams.ts";
import { LOG_GROUP } from "../scenarios/companion.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { World } from "../world.ts";
import { seedReport } from "./blocking-session.ts";
import { seedHistory } from "./history.ts";
import { seedInstances } from "./instances.ts";
import { seedAlarms, seedConnections, seedHostCounts } from "./metrics.ts";
import { seedNeighbours } from "./neighbours.ts";
import { NAME, seedBalancers } from "./network.ts";
import { seedScaling } from "./scaling.ts";
import { scheduleEvents } from "./scheduled-events.ts";
import { seedSecrets } from "./secrets.ts";
import { seedDefinitions, seedService } from "./service.ts";
import { joinTasks, seedTasks } from "./tasks.ts";

/** How long before its oldest revision the service was created. */
const CREATED = 24 * 3600 * 1000;

/** Fills an empty world with the scenario's state at time zero. The clock must stand still meanwhile. */
export async function seedWorld(world: World, scenario: Scenario): Promise<void> {
  if (scenario.revisions.length === 0) return;
  const oldest = Math.max(...scenario.revisions.map(({ age }) => age));
  const createdAt = world.clock.now() - oldest - CREATED;
  await seedInstances(world, scenario, createdAt);
  seedSecrets(world, createdAt);
  world.logs.set(LOG_GROUP, newLogGroup(LOG_GROUP, createdAt));
  seedDefinitions(world, scenario, NAME);
  const groups = seedBalancers(world, scenario, createdAt);
  const service = seedService(world, scenario, groups, { name: NAME, createdAt });
  const deployments = seedHistory(world, scenario, service);
  if (scenario.report !== undefined) await seedReport(world, scenario.report);
  await Promise.all(seedTasks(world, scenario, service, deployments));
  joinTasks(world, service);
  scheduleEvents(world, scenario, service);
  service.events.sort((a, b) => b.at - a.at);
  for (const group of groups) seedHostCounts(world, service, group);
  await seedNeighbours(world, scenario, createdAt);
  seedConnections(world, service, NAME);
  seedAlarms(world, groups[0], createdAt);
  if (scenario.clients !== undefined) await seedClients(world, scenario.clients);
  seedScaling(world, scenario, service, createdAt);
  startWatching(world);
}
