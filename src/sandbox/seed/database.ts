import pg from "pg";
import { type DatabaseAddress, Databases } from "../postgres/databases.ts";
import type { PostgresServer } from "../postgres/server.ts";
import { DAYS, type Scenario } from "../scenarios/scenario.ts";
import { FIRST_SCHEMA } from "../vulcan/first-schema.ts";
import { migrateUp } from "../vulcan/migrate.ts";
import { sendQueries } from "./queries.ts";

/**
 * Replaces the database with one as the scenario's past tasks would have left it. The migrations themselves create a
 * template, once for each schema version. Each reset copies the template and sets the times.
 */
export async function seedDatabase(databases: Databases, name: string, scenario: Scenario, now: number): Promise<void> {
  const newest = scenario.migrated.length;
  const template = `${name}_at_${newest}`;
  await databases.template(template, (address) => migrateFresh(address, newest));
  const applied = scenario.migrated.map((age) => new Date(now - age));
  await databases.renew(name, template, (address) =>
    withClient(address, async (client) => {
      await client.query("UPDATE migrations SET applied_at = ($1::timestamptz[])[version]", [applied]);
      await ageRows(client, newest, new Date(now - ROWS_AGE));
      await sendQueries(client, newest);
    }),
  );
}

/** Age of the initial rows (virtual ms). They are older than any moment that can be restored. */
const ROWS_AGE = 30 * DAYS;

async function ageRows(client: pg.Client, newest: number, at: Date): Promise<void> {
  await client.query("UPDATE tenants SET created_at = $1", [at]);
  await client.query("UPDATE audit_log SET at = $1", [at]);
  if (newest >= RELAY_TOKENS_SINCE) await client.query("UPDATE relay_tokens SET created_at = $1", [at]);
}

/** The migration that creates relay_tokens. */
const RELAY_TOKENS_SINCE = 1;

/** Before time zero only the migrations are known. Rebuilds the restored database with those applied by `at`. */
export async function rewindDatabase(
  server: PostgresServer,
  name: string,
  scenario: Scenario,
  zero: number,
  at: number,
): Promise<void> {
  const migrated = scenario.migrated.filter((age) => zero - age <= at);
  if (migrated.length === scenario.migrated.length) return;
  const databases = new Databases(server);
  await seedDatabase(databases, name, { ...scenario, migrated }, zero).finally(() => databases.close());
}

const migrateFresh = (address: DatabaseAddress, newest: number): Promise<void> =>
  withClient(address, async (client) => {
    await client.query(FIRST_SCHEMA);
    await client.query("CREATE EXTENSION pg_stat_statements");
    await migrateUp(client, { newest, now: Date.now, log: () => {} });
  });

async function withClient(address: DatabaseAddress, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client(address);
  client.on("error", () => {}); // the running statement fails with it
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
