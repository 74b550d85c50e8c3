import type { Client } from "pg";
import { listApplied, MIGRATION_LOCK, type MigrateOptions } from "./migrate.ts";
import { MIGRATIONS } from "./migrations.ts";

/**
 * Rolls back the newest `count` applied migrations, newest first, each Down in its own transaction. A build has no Down
 * for migrations that came after it. It fails there, and earlier rollbacks remain.
 */
export async function migrateDown(client: Client, options: MigrateOptions & { count: number }): Promise<void> {
  options.log(`INF rolling back database migrations... count=${options.count}`);
  await client.query("SELECT pg_advisory_lock($1)", [MIGRATION_LOCK]);
  try {
    const applied = await listApplied(client);
    const leaving = applied.reverse().slice(0, options.count);
    for (const { version } of leaving) await rollBackOne(client, version, options);
  } finally {
    // If the session was cut meanwhile, it has already lost the lock.
    await client.query("SELECT pg_advisory_unlock($1)", [MIGRATION_LOCK]).catch(() => {});
  }
  options.log("INF rollback complete");
}

async function rollBackOne(client: Client, version: number, options: MigrateOptions): Promise<void> {
  const migration = MIGRATIONS.find((candidate) => candidate.version === version && version <= options.newest);
  if (migration === undefined) throw new Error(`migration version=${version} is not known to this build`);
  options.log(`INF Rolling back migration version=${version} description="${migration.description}"`);
  const begun = performance.now();
  await client.query("BEGIN");
  try {
    await client.query(migration.down);
    await client.query("DELETE FROM migrations WHERE version = $1", [version]);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {}); // the session may have been cut
    options.log(`ERR Rollback failed version=${version} error="${String(error)}"`);
    throw error;
  }
  const duration = Math.max(1, Math.round(performance.now() - begun));
  options.log(`INF Migration rolled back version=${version} duration=${duration}ms`);
}
