import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { CONNECTIONS, type PostgresServer } from "../postgres/server.ts";
import type { World } from "../world.ts";
import { NameEndpoint } from "./dns-endpoint.ts";
import { refuseTaken } from "./find.ts";
import type { DbInstance, Rds, ServerOnDemand } from "./model.ts";
import { requestedPort } from "./setting-rules.ts";

/** Starts the server once, on first use. The world stops it when the world ends. */
export function onDemand(rds: Rds, start: () => Promise<PostgresServer>): ServerOnDemand {
  let started: Promise<PostgresServer> | undefined;
  const server = (): Promise<PostgresServer> => {
    if (started === undefined) {
      started = start();
      started.catch(() => {}); // the callers that wait for the server get the error
      rds.servers.add(started);
    }
    return started;
  };
  return { server, started: () => started };
}

/** A server that already runs. */
export const ready = (server: PostgresServer): ServerOnDemand => {
  const started = Promise.resolve(server);
  return { server: () => started, started: () => started };
};

/** The address of a name, opened on first use. */
export function addressOf(world: World, identifier: string): Promise<NameEndpoint> {
  const { endpoints } = world.rds;
  const opening = endpoints.get(identifier) ?? NameEndpoint.open();
  endpoints.set(identifier, opening);
  return opening;
}

/** An address at exactly this port. All names share this machine's ports, but each private name has its own. */
export async function openPort({ rds }: World, port: number): Promise<NameEndpoint> {
  if (rds.isPrivate) return NameEndpoint.open(0, port);
  try {
    return await NameEndpoint.open(port);
  } catch (error) {
    const text = `The sandbox cannot listen on port ${port} of this machine, where all its instances live: ${String(error)}`;
    throw new AwsError("NotImplemented", text, 501);
  }
}

/** Opens the port that a request for a new instance names, if it names one. */
export async function reservePort(world: World, identifier: string, input: Input): Promise<void> {
  const port = requestedPort(input, "Port");
  if (port === undefined) return;
  const address = await openPort(world, port);
  refuseTaken(world, identifier);
  world.rds.endpoints.set(identifier, Promise.resolve(address));
}

/** Makes the instance's name point to its server. */
export function connectAddress(instance: DbInstance): void {
  instance.endpoint?.leadTo(async () => (await instance.server()).port);
}

/** Ends an instance's server and removes its data. The primary server continues, because the sandbox needs it. */
export async function endServer(world: World, instance: DbInstance): Promise<void> {
  const { primary } = world.rds;
  const server = await instance.started();
  if (server !== primary) await server?.stop();
}

/** Restores the primary server's connection limit, which the world may have changed. */
export async function restorePrimary({ primary }: Rds): Promise<void> {
  if (primary.connections !== CONNECTIONS) await primary.restart(CONNECTIONS);
}

/** Ends every server and address of a world except the primary ones. */
export async function closeRds(rds: Rds): Promise<void> {
  const others = [...rds.servers].map(async (server) => (await server.catch(() => undefined))?.stop());
  const names = [...rds.endpoints.values()].map(async (opening) => {
    const endpoint = await opening;
    if (endpoint !== rds.primaryAddress) await endpoint.close();
  });
  await Promise.all([...others, ...names]);
}
