import type { TargetGroup } from "../alb/target-group.ts";
import type { Service } from "../ecs/model.ts";
import type { Neighbour, Scenario } from "../scenarios/scenario.ts";
import type { World } from "../world.ts";
import { seedHistory } from "./history.ts";
import { seedHostCounts } from "./metrics.ts";
import { seedGroup } from "./network.ts";
import { seedDefinitions, seedService } from "./service.ts";
import { joinTasks, seedTasks } from "./tasks.ts";

/** The balancer's first port for them; each takes the next one. */
const FIRST_PORT = 8101;

/** Adds the services beside the first one. Their tasks start side by side. */
export async function seedNeighbours(world: World, scenario: Scenario, createdAt: number): Promise<void> {
  const planted = (scenario.neighbours ?? []).map((one, index) =>
    seedNeighbour(world, scenario, one, { index, createdAt }),
  );
  await Promise.all(planted.flatMap(({ started }) => started));
  for (const { service, group } of planted) {
    joinTasks(world, service);
    service.events.sort((a, b) => b.at - a.at);
    seedHostCounts(world, service, group);
  }
}

interface Planted {
  readonly service: Service;
  readonly group: TargetGroup;
  readonly started: readonly Promise<void>[];
}

function seedNeighbour(
  world: World,
  scenario: Scenario,
  { name, ...differences }: Neighbour,
  { index, createdAt }: { readonly index: number; readonly createdAt: number },
): Planted {
  const [balancer] = world.loadBalancers;
  if (balancer === undefined) throw new Error("neighbours need a load balancer");
  const own = { ...scenario, ...differences };
  seedDefinitions(world, own, name);
  const listener = world.random.hex(16);
  const group = seedGroup(world, own, balancer, { name, listener, port: FIRST_PORT + index });
  const service = seedService(world, own, [group], { name, createdAt });
  const deployments = seedHistory(world, own, service);
  return { service, group, started: seedTasks(world, own, service, deployments) };
}
