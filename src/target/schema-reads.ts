import { readFile } from "node:fs/promises";
import type { Database, Dial } from "../domain/database/database.ts";
import type { LockedSession } from "../domain/database/locks.ts";
import { usageError } from "../domain/error.ts";
import type { MigrationSource } from "../domain/migrations/applied.ts";
import type { Schema, SqlList } from "../domain/migrations/reads.ts";
import type { Destroyed } from "../domain/migrations/schema-object.ts";
import type { Environment } from "../domain/ports.ts";
import type { Target } from "../domain/target.ts";

interface SchemaOptions extends Pick<Environment, "env" | "stop"> {
  readonly target: Target;
  readonly dial: Dial | undefined;
  /** Path of Vulcan's migrations.go. */
  readonly file: string | undefined;
}

/**
 * The schema as a runbook reads it: by who is set up of `migrationsFrom`, but never by a container, since reading there
 * starts a process. A connection lives for one read: a runbook outlasts any idle one.
 */
export function schemaOf({ target, dial, env, stop, file }: SchemaOptions): Schema {
  const url = env.VULCAN_DATABASE_URL || undefined;
  const reading = async <T>(read: (database: Database) => Promise<T>): Promise<T> => {
    const { createDatabase } = await import("../database/database.ts");
    const database = createDatabase(url ?? "", dial);
    return read(database).finally(() => database.close());
  };
  return {
    async migrations() {
      const { askInOrder, migrationSources } = await import("./migration-sources.ts");
      const ways = { target, openShell: neverOpened, dial };
      const { list, database } = migrationSources({ from: silentOrder(target) }, ways, { env, stop });
      const { applied, answeredBy } = await askInOrder(list).finally(() => database?.close());
      return { applied, answeredBy };
    },
    ...(file !== undefined && { downs: () => downsOf(file) }),
    ...(url !== undefined && {
      sql: {
        address: async () => (await import("../database/connection-url.ts")).addressOf(url),
        listed: () => reading(sqlList),
        whoBlocks: () => reading((database) => database.whoBlocks()).then(withoutOperators),
        atStake: (objects) => reading((database) => database.atStake(objects)),
        maxConnections: () => reading((database) => database.maxConnections()),
        largestTable: () => reading((database) => database.largestTable()),
        present: (objects) => reading((database) => database.present(objects)),
      },
    }),
  };
}

export async function sqlList(database: Database): Promise<SqlList> {
  const applied = await database.migrations();
  return { applied, server: await database.server() };
}

/** Those who only keep other operators away migrate nothing; they keep each other away themselves. */
function withoutOperators(sessions: readonly LockedSession[]): readonly LockedSession[] {
  return sessions.filter(({ application }) => application !== "vulcan-ops");
}

async function downsOf(path: string): Promise<ReadonlyMap<number, Destroyed>> {
  const { destroyedByDown, readMigrations } = await import("../vulcan/source/parse-migrations-go.ts");
  const text = await readFile(path, "utf8").catch((error: Error) => {
    throw usageError("migrations-file-unreadable", `--migrations-file ${path} cannot be read: ${error.message}`);
  });
  return new Map(readMigrations(text, path).map((migration) => [migration.version, destroyedByDown(migration)]));
}

const SILENT: readonly MigrationSource[] = ["api", "sql"];

const neverOpened = (): never => {
  throw new TypeError("a container is never among the silent sources");
};

function silentOrder({ migrationsFrom }: Target): string {
  const asked = (migrationsFrom ?? "").split(",") as MigrationSource[];
  const order = asked.filter((source) => SILENT.includes(source));
  return (order.length === 0 ? SILENT : order).join(",");
}
