import pg from "pg";
import type { DatabaseInstance, World } from "../world.ts";
import type { MetricName } from "./store.ts";

const COUNT = "SELECT count(*)::int AS sessions FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()";

export const connectionsMetric = (instance: string): MetricName => ({
  namespace: "AWS/RDS",
  name: "DatabaseConnections",
  dimensions: [{ Name: "DBInstanceIdentifier", Value: instance }],
});

/** Counts the sessions of each instance's own server; an instance that does not answer leaves the minute out. */
export function noteConnections(world: World): void {
  for (const instance of world.instances) {
    const at = world.clock.now();
    countSessions(world, instance).then(
      (sessions) => world.metrics.add(connectionsMetric(instance.identifier), at, sessions),
      () => world.gauges.delete(instance.identifier),
    );
  }
}

async function countSessions(world: World, instance: DatabaseInstance): Promise<number> {
  const client = await gauge(world, instance);
  const { rows } = await client.query<{ sessions: number }>(COUNT, [instance.address.database]);
  return rows[0]?.sessions ?? 0;
}

/** One session for each instance, in another database so that it is not in anybody's way. */
function gauge(world: World, instance: DatabaseInstance): Promise<pg.Client> {
  const open = world.gauges.get(instance.identifier);
  if (open !== undefined) return open;
  const client = new pg.Client({ ...instance.address, database: "postgres" });
  client.on("error", () => {}); // the server has gone; the next count finds out
  const connecting = client.connect().then(() => client);
  world.gauges.set(instance.identifier, connecting);
  return connecting;
}
