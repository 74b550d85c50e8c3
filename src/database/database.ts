import type { Database, Dial } from "../domain/database/database.ts";
import { maxConnections, traffic } from "./clients.ts";
import { addressOf, placeOf } from "./connection-url.ts";
import { atStake } from "./data-loss.ts";
import { present } from "./find-objects.ts";
import { fromOneSession, fromPrimary } from "./fit-server.ts";
import { largestTable } from "./largest-table.ts";
import { whoBlocks } from "./lock-holders.ts";
import { holdMigrationLock, listMigrations } from "./migrations.ts";
import { invalidIndexes, structureFacts } from "./schema-structure.ts";
import { openSession, type Session } from "./session.ts";
import { tableFacts } from "./table-stats.ts";

/** `dial` where this machine has no route of its own. */
export function createDatabase(url: string, dial?: Dial): Database {
  let opening: Promise<Session> | undefined;
  const session = () => {
    opening ??= openSession(url, dial);
    return opening;
  };
  const primary = async <T>(read: (session: Session) => Promise<T>): Promise<T> => fromPrimary(await session(), read);
  return {
    place: placeOf(url),
    address: addressOf(url),
    server: async () => (await session()).server(),
    migrations: async () => listMigrations(await session()),
    whoBlocks: () => primary(whoBlocks),
    atStake: (objects) => primary((open) => atStake(open, objects)),
    present: (objects) => primary((open) => present(open, objects)),
    invalidIndexes: () => primary(invalidIndexes),
    tables: (since, budgetMs) => primary((open) => tableFacts(open, since, budgetMs)),
    largestTable: () => primary(largestTable),
    structure: () => primary(structureFacts),
    traffic: () => primary((open) => fromOneSession(open, traffic)),
    maxConnections: () => primary(maxConnections),
    hold: () => primary(holdMigrationLock),
    close: async () => (await opening?.catch(() => undefined))?.close(),
  };
}
