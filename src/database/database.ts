import type { Database, Dial } from "../domain/database/database.ts";
import { maxConnections, traffic } from "./clients.ts";
import { addressOf, placeOf } from "./connection-url.ts";
import { measureDataLoss } from "./data-loss.ts";
import { findObjects } from "./find-objects.ts";
import { requireOwnSession, requirePrimary } from "./fit-server.ts";
import { largestTable } from "./largest-table.ts";
import { liveSchema } from "./live-schema.ts";
import { readLockHolders } from "./lock-holders.ts";
import { holdMigrationLock, listMigrations } from "./migrations.ts";
import { queryValue } from "./query-value.ts";
import { invalidIndexes, structureFacts } from "./schema-structure.ts";
import { seenQueries } from "./seen-queries.ts";
import { openSession, type Session } from "./session.ts";
import { serverRelease, tableSizes } from "./table-sizes.ts";
import { tableFacts } from "./table-stats.ts";

/**
 * `dial` is the route to the database, if this machine has none of its own. `migrationLock` is the key of the advisory
 * lock under which Vulcan migrates.
 */
export function createDatabase(url: string, dial?: Dial, migrationLock?: string): Database {
  let opening: Promise<Session> | undefined;
  const session = () => {
    opening ??= openSession(url, dial);
    return opening;
  };
  const primary = async <T>(read: (session: Session) => Promise<T>): Promise<T> =>
    requirePrimary(await session(), read);
  return {
    place: placeOf(url),
    address: addressOf(url),
    server: async () => (await session()).server(),
    migrations: async () => listMigrations(await session()),
    lockHolders: () => primary((open) => readLockHolders(open, migrationLock)),
    measureDataLoss: (objects) => primary((open) => measureDataLoss(open, objects)),
    presentObjects: (objects) => primary((open) => findObjects(open, objects)),
    invalidIndexes: () => primary(invalidIndexes),
    tables: (since, budgetMs) => primary((open) => tableFacts(open, since, budgetMs)),
    largestTable: () => primary(largestTable),
    structure: () => primary(structureFacts),
    traffic: () => primary((open) => requireOwnSession(open, traffic)),
    value: (select) => primary((open) => queryValue(open, select)),
    maxConnections: () => primary(maxConnections),
    release: () => primary(serverRelease),
    schema: () => primary(liveSchema),
    sizes: () => primary(tableSizes),
    seenQueries: () => primary(seenQueries),
    holdMigrationLock: () => primary(holdMigrationLock),
    close: async () => (await opening?.catch(() => undefined))?.close(),
  };
}
