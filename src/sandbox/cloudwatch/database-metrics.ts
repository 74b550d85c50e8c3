import pg from "pg";
import type { PostgresServer } from "../postgres/server.ts";
import type { DbInstance } from "../rds/model.ts";
import type { World } from "../world.ts";
import type { MetricName } from "./store.ts";

const COUNT = "SELECT count(*)::int AS sessions FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()";

export const connectionsMetric = (instance: string): MetricName => ({
  namespace: "AWS/RDS",
  name: "DatabaseConnections",
  dimensions: [{ Name: "DBInstanceIdentifier", Value: instance }],
});

export const freeStorageMetric = (instance: string): MetricName => ({
  namespace: "AWS/RDS",
  name: "FreeStorageSpace",
  dimensions: [{ Name: "DBInstanceIdentifier", Value: instance }],
});

const GIB = 1024 ** 3;
/** Storage that the rehearsal's rows and log use. [I] */
const USED_GIB = 2;

/** Free storage in bytes; 0 if the instance is full. */
export const freeStorage = (allocatedGib: number, status: string): number =>
  status === "storage-full" ? 0 : Math.max(0, allocatedGib - USED_GIB) * GIB;

function noteStorage(world: World, { identifier, settings, status }: DbInstance): void {
  const free = freeStorage(settings.AllocatedStorage, status);
  world.metrics.add(freeStorageMetric(identifier), world.clock.now(), free);
}

/** Counts the sessions of each instance's own server. An instance that does not answer has no data for the minute. */
export function recordConnections(world: World): void {
  const at = world.clock.now();
  // A stopped instance measures nothing.
  const measured = [...world.rds.instances.values()].filter(({ status }) => status !== "stopped");
  for (const instance of measured) {
    noteStorage(world, instance);
    countSessions(world, instance).then(
      (sessions) => world.metrics.add(connectionsMetric(instance.identifier), at, sessions),
      () => world.gauges.delete(instance.resourceId),
    );
  }
}

/** A server that has not been started has no sessions. */
async function countSessions(world: World, instance: DbInstance): Promise<number> {
  const server = await instance.started();
  if (server === undefined) return 0;
  const counted = gauge(world, instance, server).then(async (client) => {
    const { rows } = await client.query<{ sessions: number }>(COUNT, [instance.databaseName ?? "postgres"]);
    return { client, sessions: rows[0]?.sessions ?? 0 };
  });
  // A session runs one statement at a time. If minutes pass faster than counts, the next count waits for this one.
  const nextClient = counted.then(({ client }) => client);
  nextClient.catch(() => {}); // `await counted` below throws the error
  world.gauges.set(instance.resourceId, nextClient);
  return (await counted).sessions;
}

/** One session for each instance. It uses another database, so that it does not disturb other work. */
function gauge(world: World, { resourceId }: DbInstance, server: PostgresServer): Promise<pg.Client> {
  const open = world.gauges.get(resourceId);
  if (open !== undefined) return open;
  const { port, user, password } = server;
  const client = new pg.Client({ host: "127.0.0.1", port, user, password, database: "postgres" });
  client.on("error", () => {}); // the server has stopped; the next count detects it
  const connecting = client.connect().then(() => client);
  world.gauges.set(resourceId, connecting);
  return connecting;
}
