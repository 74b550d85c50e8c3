import { createDatabase } from "../database/database.ts";
import type { Database, Dial } from "../domain/database/database.ts";
import { OpsError } from "../domain/error.ts";
import { type HeldText, SECRET_VARIABLES } from "../domain/secret-source.ts";

/** The database that a URL names, wherever that is. Throws at once (exit 6) where a variable holds no such URL. */
export function openDatabase(url: HeldText, dial?: Dial, migrationLock?: string): Database {
  return url.known === undefined
    ? lateDatabase(url, (text) => createDatabase(text, dial, migrationLock))
    : createDatabase(url.known, dial, migrationLock);
}

const VARIABLE = SECRET_VARIABLES.databaseUrlFrom;

/** Its URL is read with its first read. Until then its place is the setting that names it. */
function lateDatabase({ by, read }: HeldText, create: (url: string) => Database): Database {
  let opening: Promise<Database> | undefined;
  let opened: Database | undefined;
  const database = (): Promise<Database> => {
    opening ??= read().then((url) => {
      opened = create(url);
      return opened;
    });
    return opening;
  };
  const asking = async <T>(ask: (database: Database) => Promise<T>): Promise<T> => {
    const one = await database();
    return ask(one).catch((error: unknown) => {
      throw asOfSetting(error, by);
    });
  };
  return {
    get place() {
      return opened?.place ?? by;
    },
    get address() {
      return opened?.address ?? { host: by, port: 0, database: "" };
    },
    server: () => asking((one) => one.server()),
    migrations: () => asking((one) => one.migrations()),
    lockHolders: () => asking((one) => one.lockHolders()),
    measureDataLoss: (objects) => asking((one) => one.measureDataLoss(objects)),
    presentObjects: (objects) => asking((one) => one.presentObjects(objects)),
    invalidIndexes: () => asking((one) => one.invalidIndexes()),
    tables: (since, budgetMs) => asking((one) => one.tables(since, budgetMs)),
    structure: () => asking((one) => one.structure()),
    traffic: () => asking((one) => one.traffic()),
    value: (select) => asking((one) => one.value(select)),
    maxConnections: () => asking((one) => one.maxConnections()),
    largestTable: () => asking((one) => one.largestTable()),
    release: () => asking((one) => one.release()),
    schema: () => asking((one) => one.schema()),
    sizes: () => asking((one) => one.sizes()),
    seenQueries: () => asking((one) => one.seenQueries()),
    holdMigrationLock: () => asking((one) => one.holdMigrationLock()),
    close: async () => (await opening?.catch(() => undefined))?.close(),
  };
}

/** A line that sets the variable would add a second URL. */
function asOfSetting(error: unknown, by: string): unknown {
  if (!(error instanceof OpsError)) return error;
  const { message, next = [] } = error.detail;
  const renamed = (text: string) => text.replaceAll(VARIABLE, `the URL of ${by}`);
  const lines = next.map((line) =>
    line.startsWith(`export ${VARIABLE}=`) ? `put a URL of that form into the secret of ${by}` : renamed(line),
  );
  return new OpsError({ ...error.detail, message: renamed(message), next: [...new Set(lines)] });
}
