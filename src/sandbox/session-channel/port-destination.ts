import type { Task } from "../ecs/model.ts";
import { endpointNamed } from "../rds/dns-name.ts";
import type { World } from "../world.ts";

/** Vulcan's own port inside its container; what it has on this machine is another. */
const VULCAN_PORT = 8080;

const CONTAINER = new Set(["localhost", "127.0.0.1", "::1"]);

/**
 * The port of this machine that a task finds at `host:port`, or undefined: databases of this sandbox, by an RDS name or
 * by their port of this machine, and the task's own Vulcan. Nothing else of this machine or beyond can be reached. A
 * name that leads nowhere now is one that does not resolve.
 */
export function destinationPort(world: World, task: Task, host: string, port: number): number | undefined {
  const named = endpointNamed(world, host);
  if (named !== undefined) return named.leads && port === named.namedPort ? named.port : undefined;
  if (!CONTAINER.has(host.toLowerCase())) return undefined;
  if (port === VULCAN_PORT) return task.process?.port;
  const endpoints = [...world.rds.instances.values()].map(({ endpoint }) => endpoint);
  return endpoints.find((endpoint) => endpoint?.port === port)?.port;
}
