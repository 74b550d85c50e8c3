import type { Task } from "../ecs/model.ts";
import { listenerOf } from "../ecs/task-container.ts";
import { endpointNamed } from "../rds/dns-name.ts";
import type { World } from "../world.ts";

const CONTAINER = new Set(["localhost", "127.0.0.1", "::1"]);

/**
 * The port of this machine that a task reaches at `host:port`, or undefined. A task can reach its own containers' ports and the
 * sandbox's databases, by an RDS name or by their port on this machine. It can reach nothing else on this machine or
 * beyond. A name that points to nothing now does not resolve.
 */
export function destinationPort(world: World, task: Task, host: string, port: number): number | undefined {
  const named = endpointNamed(world, host);
  if (named !== undefined) return named.leads && port === named.namedPort ? named.port : undefined;
  if (!CONTAINER.has(host.toLowerCase())) return undefined;
  const own = listenerOf(task, port)?.process?.port;
  if (own !== undefined) return own;
  const endpoints = [...world.rds.instances.values()].map(({ endpoint }) => endpoint);
  return endpoints.find((endpoint) => endpoint?.port === port)?.port;
}
