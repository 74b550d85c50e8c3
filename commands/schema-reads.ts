import type { Database } from "../src/database/database.ts";
import type { MigrationSource } from "../src/domain/migrations.ts";
import type { Schema } from "../src/domain/schema-reads.ts";
import type { Context } from "./context.ts";
import type { Site } from "./site.ts";

/**
 * The schema as a runbook reads it: by who is set up of `migrationsFrom`, but never by a container, since reading there
 * starts a process. A connection lives for one read: a runbook outlasts any idle one.
 */
export function schemaOf(site: () => Site, context: Context): Schema {
  const url = context.env.VULCAN_DATABASE_URL || undefined;
  const reading = async <T>(read: (database: Database) => Promise<T>): Promise<T> => {
    const { createDatabase } = await import("../src/database/database.ts");
    const database = createDatabase(url ?? "");
    return read(database).finally(() => database.close());
  };
  return {
    async migrations() {
      const { askInOrder, sourcesOf } = await import("./migration-sources.ts");
      const { list, database } = sourcesOf({ from: silentOrder(site()) }, site(), context);
      const { applied, answeredBy } = await askInOrder(list).finally(() => database?.close());
      return { applied, answeredBy };
    },
    ...(url !== undefined && { sql: { whoBlocks: () => reading((database) => database.whoBlocks()) } }),
  };
}

const SILENT: readonly MigrationSource[] = ["api", "sql"];

function silentOrder({ target }: Site): string {
  const asked = (target.migrationsFrom ?? "").split(",") as MigrationSource[];
  const order = asked.filter((source) => SILENT.includes(source));
  return (order.length === 0 ? SILENT : order).join(",");
}
