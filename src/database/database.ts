import type { Database, Dial } from "../domain/database/database.ts";
import { maxConnections, traffic } from "./clients.ts";
import { placeOf } from "./connection-url.ts";
import { atStake } from "./data-loss.ts";
import { present } from "./find-objects.ts";
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
  return {
    place: placeOf(url),
    migrations: async () => listMigrations(await session()),
    whoBlocks: async () => whoBlocks(await session()),
    atStake: async (objects) => atStake(await session(), objects),
    present: async (objects) => present(await session(), objects),
    invalidIndexes: async () => invalidIndexes(await session()),
    tables: async (since, budgetMs) => tableFacts(await session(), since, budgetMs),
    structure: async () => structureFacts(await session()),
    traffic: async () => traffic(await session()),
    maxConnections: async () => maxConnections(await session()),
    hold: async () => holdMigrationLock(await session()),
    close: async () => (await opening?.catch(() => undefined))?.close(),
  };
}
