import { tokenEnd } from "../database/iam-token.ts";
import type { Database, Dial } from "../domain/database/database.ts";
import type { DataPlace, DataReads } from "../domain/database/facts.ts";
import type { HeldText } from "../domain/secret-source.ts";

/** For a whole comparison. Two seconds per table end it sooner, unless hundreds of tables are that large. */
const FACTS_BUDGET_MS = 60_000;

/** Reads of the database that the operator's URL names, or of a copy elsewhere with the same user and password. */
export function dataOf(
  url: HeldText | undefined,
  env: NodeJS.ProcessEnv,
  dial: Dial | undefined,
): { readonly data?: DataReads } {
  if (url === undefined) return {};
  // An IAM token lasts 15 minutes: no secret holds one.
  const passwordUntil = url.known === undefined ? undefined : tokenEnd(url.known, env);
  const reading = async <T>(place: DataPlace | undefined, read: (database: Database) => Promise<T>): Promise<T> => {
    const [{ openDatabase }, { urlAt }] = await Promise.all([
      import("./late-database.ts"),
      import("../database/connection-url.ts"),
    ]);
    const database = openDatabase(place === undefined ? url : movedTo(url, place, urlAt), dial);
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

/** The same user and password at another address. */
function movedTo(
  { by, known, read }: HeldText,
  { host, port }: DataPlace,
  urlAt: (url: string, host: string, port: number) => string,
): HeldText {
  return {
    by,
    ...(known !== undefined && { known: urlAt(known, host, port) }),
    read: async () => urlAt(await read(), host, port),
  };
}
