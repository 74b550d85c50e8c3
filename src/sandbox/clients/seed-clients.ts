import pg from "pg";
import { noteConnections } from "../cloudwatch/connection-metrics.ts";
import type { World } from "../world.ts";
import { type ClientCounts, type ClientKind, TABLES, type VulcanClient } from "./client.ts";
import { startHeartbeats } from "./heartbeats.ts";
import { servingTask } from "./reconnect.ts";

/** How far back the balancer has counted their connections (virtual ms). */
const BACK = 3 * 3600 * 1000;

/** The clients of a world, connected for hours, with their rows in the database. */
export async function seedClients(world: World, counts: ClientCounts): Promise<void> {
  const clients = [
    ...clientsOf("browser", counts.browsers, 0),
    ...clientsOf("relay", counts.relays, counts.lostRelays),
    ...clientsOf("agent", counts.agents, counts.lostAgents),
  ];
  await writeRows(world, clients);
  world.clients.push(...clients);
  for (const client of clients) client.task = servingTask(world);
  noteConnections(world, world.clock.now() - BACK);
  startHeartbeats(world);
}

const clientsOf = (kind: ClientKind, count: number, lost: number): VulcanClient[] =>
  Array.from({ length: count }, (_, index) => ({
    kind,
    id: `${kind}-${index + 1}`,
    isLost: index < lost,
    task: undefined,
  }));

async function writeRows(world: World, clients: readonly VulcanClient[]): Promise<void> {
  const client = new pg.Client(world.database);
  client.on("error", () => {}); // the running statement fails with it
  await client.connect();
  const now = new Date(world.clock.now());
  try {
    for (const [kind, table] of Object.entries(TABLES)) {
      const ids = clients.filter((one) => one.kind === kind).map(({ id }) => id);
      await client.query(`CREATE TABLE ${table} (id TEXT PRIMARY KEY, last_seen TIMESTAMPTZ NOT NULL)`);
      await client.query(`INSERT INTO ${table} SELECT unnest($1::text[]), $2`, [ids, now]);
    }
    await client.query("UPDATE jobs SET schedule = '*/5 * * * *', last_run = $1", [now]);
  } finally {
    await client.end();
  }
}
