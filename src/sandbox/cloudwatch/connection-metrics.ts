import type { SocketObserver } from "../alb/websockets.ts";
import { servedGroup } from "../elb/load-balancer.ts";
import type { World } from "../world.ts";
import { balancerOnlyMetric } from "./balancer-metrics.ts";

/** A connection has two sides, from the client and to the target, and both count. [D] */
const SIDES = 2;

/**
 * From now on so many connections are held: those of the world's clients, and the sockets that the proxy really holds.
 * Requests that come and go are left out. None is no measurement. [D: reported if nonzero]
 */
export function noteConnections(world: World, at = world.clock.now()): void {
  const group = servedGroup(world);
  if (group === undefined) return;
  const held = world.clients.filter(({ task }) => task !== undefined).length + world.sockets.open;
  world.metrics.level(balancerOnlyMetric(group, "ActiveConnectionCount"), at, held === 0 ? undefined : held * SIDES);
}

export function noteNewConnection(world: World): void {
  const group = servedGroup(world);
  if (group === undefined) return;
  world.metrics.add(balancerOnlyMetric(group, "NewConnectionCount"), world.clock.now(), SIDES);
}

/** Counts the WebSockets that the proxy carries in this world. */
export function countedSockets(world: World): SocketObserver {
  const change = (by: number): void => {
    if (world.ended) return;
    world.sockets.open += by;
    if (by > 0) noteNewConnection(world);
    noteConnections(world);
  };
  return { opened: () => change(1), closed: () => change(-1) };
}
