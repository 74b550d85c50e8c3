import type { Client } from "pg";
import { MIGRATIONS, type Migration } from "./migrations.ts";

/** A row of the table `migrations`, as the API lists it. */
export interface AppliedMigration {
  readonly version: number;
  readonly description: string;
  readonly applied_at: string;
  readonly duration_ms: number;
}

export interface MigrateOptions {
  /** The newest version this build contains. */
  readonly newest: number;
  /** Virtual instant in ms, for applied_at. */
  readonly now: () => number;
  readonly log: (line: string) => void;
  /** Whether a build refuses a schema that newer builds have migrated. */
  readonly refusesNewer?: boolean;
  /** This build's own variant of one migration. */
  readonly own?: Migration | undefined;
  /** How long it waits for another task's migration (real ms) before it gives up. No limit by default. */
  readonly lockTimeout?: number | undefined;
}

/** A lock, so that only one task migrates at a time. Any number will do, as long as every build uses the same. */
export const MIGRATION_LOCK = 7_233_001;

const TABLE = `CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, description TEXT NOT NULL,
  applied_at TIMESTAMPTZ NOT NULL, duration_ms INTEGER NOT NULL)`;

/** Applies the migrations that this build knows and the database lacks: in order, once, each in its own transaction. */
export async function migrateUp(client: Client, options: MigrateOptions): Promise<void> {
  options.log("INF running database migrations...");
  await takeLock(client, options.lockTimeout);
  try {
    await client.query(TABLE);
    const applied = new Set((await listApplied(client)).map((row) => row.version));
    const newest = Math.max(0, ...applied);
    if (options.refusesNewer === true && newest > options.newest) {
      throw new Error(`database schema version=${newest} is newer than this build knows: ${options.newest}`);
    }
    const known = MIGRATIONS.filter((migration) => migration.version <= options.newest);
    for (const migration of known) {
      const form = options.own?.version === migration.version ? options.own : migration;
      if (!applied.has(migration.version)) await applyOne(client, form, options);
    }
  } finally {
    await client.query("SELECT pg_advisory_unlock($1)", [MIGRATION_LOCK]);
  }
  options.log("INF migrations complete");
}

async function takeLock(client: Client, timeout: number | undefined): Promise<void> {
  // 0 is no limit at all.
  await client.query(`SET lock_timeout = ${timeout === undefined ? 0 : Math.max(1, Math.round(timeout))}`);
  await client.query("SELECT pg_advisory_lock($1)", [MIGRATION_LOCK]);
  await client.query("SET lock_timeout = 0");
}

async function applyOne(client: Client, migration: Migration, options: MigrateOptions): Promise<void> {
  const { version, description } = migration;
  options.log(`INF Applying migration version=${version} description="${description}"`);
  const begun = performance.now();
  await client.query("BEGIN");
  try {
    await client.query(migration.up);
    const duration = Math.max(1, Math.round(performance.now() - begun));
    const row = [version, description, new Date(options.now()), duration];
    await client.query("INSERT INTO migrations VALUES ($1, $2, $3, $4)", row);
    await client.query("COMMIT");
    options.log(`INF Migration applied version=${version} duration=${duration}ms`);
  } catch (error) {
    await client.query("ROLLBACK");
    options.log(`ERR Migration failed version=${version} error="${String(error)}"`);
    throw error;
  }
}

/** The rows of the table `migrations`, oldest version first. */
export async function listApplied(client: Pick<Client, "query">): Promise<AppliedMigration[]> {
  const sql = "SELECT version, description, applied_at, duration_ms FROM migrations ORDER BY version";
  const { rows } = await client.query<Omit<AppliedMigration, "applied_at"> & { applied_at: Date }>(sql);
  return rows.map((row) => ({ ...row, applied_at: row.applied_at.toISOString() }));
}
