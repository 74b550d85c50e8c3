import type { Task } from "../ecs/model.ts";
import { endpointNamed } from "../rds/dns-name.ts";
import type { World } from "../world.ts";

/** Vulcan's port inside its container. Its port on this machine is another one. */
const VULCAN_PORT = 8080;

const CONTAINER = new Set(["localhost", "127.0.0.1", "::1"]);

/**
 * The port of this machine that a task reaches at `host:port`, or undefined. A task can reach its own Vulcan and the
 * sandbox's databases, by an RDS name or by their port on this machine. It can reach nothing else on this machine or
 * beyond. A name that points to nothing now does not resolve.
 */
export function destinationPort(world: World, task: Task, host: string, port: number): number | undefined {
  const named = endpointNamed(world, host);
  if (named !== undefined) return named.leads && port === named.namedPort ? named.port : undefined;
  if (!CONTAINER.has(host.toLowerCase())) return undefined;
  if (port === VULCAN_PORT) return task.process?.port;
  const endpoints = [...world.rds.instances.values()].map(({ endpoint }) => endpoint);
  return endpoints.find((endpoint) => endpoint?.port === port)?.port;
}
