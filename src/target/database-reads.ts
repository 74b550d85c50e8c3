import { tokenEnd } from "../database/iam-token.ts";
import type { Database, Dial } from "../domain/database/database.ts";
import type { DataPlace, DataReads } from "../domain/database/facts.ts";

/** For a whole comparison. Two seconds per table end it sooner, unless hundreds of tables are that large. */
const FACTS_BUDGET_MS = 60_000;

/** Reads of the database that the operator's URL names, or of a copy elsewhere with the same user and password. */
export function dataOf(env: NodeJS.ProcessEnv, dial: Dial | undefined): { readonly data?: DataReads } {
  const url = env.VULCAN_DATABASE_URL || undefined;
  if (url === undefined) return {};
  const passwordUntil = tokenEnd(url, env);
  const reading = async <T>(place: DataPlace | undefined, read: (database: Database) => Promise<T>): Promise<T> => {
    const [{ createDatabase }, { urlAt }] = await Promise.all([
      import("../database/database.ts"),
      import("../database/connection-url.ts"),
    ]);
    const database = createDatabase(place === undefined ? url : urlAt(url, place.host, place.port), dial);
    return read(database).finally(() => database.close());
  };
  return {
    data: {
      needsTask: dial !== undefined,
      ...(passwordUntil && { passwordUntil }),
      tables: (since, budgetMs, place) => reading(place, (database) => database.tables(since, budgetMs)),
      traffic: (place) => reading(place, (database) => database.traffic()),
      value: (select, place) => reading(place, (database) => database.value(select)),
      facts: (since, place) =>
        reading(place, async (database) => ({
          structure: await database.structure(),
          tables: await database.tables(since, FACTS_BUDGET_MS),
        })),
    },
  };
}
