import { nextTarget } from "../alb/target-group.ts";
import { noteConnections, noteNewConnection } from "../cloudwatch/connection-metrics.ts";
import type { Task } from "../ecs/model.ts";
import { servedGroup } from "../elb/load-balancer.ts";
import type { World } from "../world.ts";
import type { VulcanClient } from "./client.ts";

/** The first pause before a client connects again, and the longest (virtual ms). [I: Vulcan documents no numbers] */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60_000;

/** Connects a client to the next task that serves. While there is none, it tries again, each time later. */
function connectClient(world: World, client: VulcanClient, attempt: number): void {
  if (world.ended) return;
  client.task = servingTask(world);
  if (client.task === undefined) {
    tryAgain(world, client, attempt + 1);
    return;
  }
  noteNewConnection(world);
  noteConnections(world);
}

/** The task has got its SIGTERM: it closes every connection. Until then they have lived through its drain. */
export function dropClients(world: World, task: Task): void {
  const dropped = world.clients.filter((client) => client.task === task);
  for (const client of dropped) {
    client.task = undefined;
    if (!client.isLost) tryAgain(world, client, 0);
  }
  if (dropped.length > 0) noteConnections(world);
}

/** Waits longer after each try, and never as long as the next client: all at once would be too many. */
function tryAgain(world: World, client: VulcanClient, attempt: number): void {
  const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt) * (0.5 + world.random.next() / 2);
  world.clock.after(pause, () => connectClient(world, client, attempt));
}

/** Where the balancer sends the next connection. */
export function servingTask(world: World): Task | undefined {
  const group = servedGroup(world);
  const target = group && nextTarget(group);
  if (target === undefined) return undefined;
  const tasks = [...world.ecs.clusters.values()].flatMap((cluster) => [...cluster.tasks.values()]);
  return tasks.find((task) => task.target === target);
}
