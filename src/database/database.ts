import type { StructureFacts, TableFacts, Traffic } from "../domain/database/facts.ts";
import type { LockedSession } from "../domain/database/locks.ts";
import type { DatabaseAddress, DatabaseServer } from "../domain/database-server.ts";
import type { AppliedMigration } from "../domain/migrations/applied.ts";
import type { Presence, Stake } from "../domain/migrations/data-loss.ts";
import type { SchemaObject } from "../domain/migrations/schema-object.ts";
import { traffic } from "./clients.ts";
import { addressOf, placeOf } from "./connection-url.ts";
import { atStake } from "./data-loss.ts";
import { present } from "./find-objects.ts";
import { fromOneSession, fromPrimary } from "./fit-server.ts";
import { holdMigrationLock } from "./hold-migration-lock.ts";
import { invalidIndexes } from "./invalid-indexes.ts";
import { type LargestTable, largestTable } from "./largest-table.ts";
import { whoBlocks } from "./lock-holders.ts";
import { maxConnections } from "./max-connections.ts";
import { listMigrations } from "./migrations.ts";
import { structureFacts } from "./schema-structure.ts";
import { type Dial, openSession, type Session } from "./session.ts";
import { tableFacts } from "./table-stats.ts";

/**
 * Vulcan's database, read over one connection that is made when it is first asked for. A replica gives its list of
 * migrations; all else is refused there, since locks, sessions and losses are the primary's.
 */
export interface Database {
  /** `user@host:port/database` */
  readonly place: string;
  readonly address: DatabaseAddress;
  /** Who answers there. */
  server(): Promise<DatabaseServer>;
  /** The rows of the table `migrations`, oldest version first. */
  migrations(): Promise<readonly AppliedMigration[]>;
  /** Who holds or awaits the locks that migrations use; empty where nobody does. */
  whoBlocks(): Promise<readonly LockedSession[]>;
  /** What would be lost with each object, in the order asked; at most 2 s a figure, an estimate after that. */
  atStake(objects: readonly SchemaObject[]): Promise<readonly Stake[]>;
  /** Is each of them there? In the order asked. */
  present(objects: readonly SchemaObject[]): Promise<readonly Presence[]>;
  /** Names of the indexes that a failed build has left. */
  invalidIndexes(): Promise<readonly string[]>;
  /** Each table's rows beside a moment (RFC 3339); at most 2 s a table and `budgetMs` in all. */
  tables(since: string, budgetMs: number): Promise<readonly TableFacts[]>;
  structure(): Promise<StructureFacts>;
  /** Who else is connected, and how much has been written. Throws through a pooler. */
  traffic(): Promise<Traffic>;
  /** How many sessions the server takes at most. */
  maxConnections(): Promise<number>;
  /** Undefined where there is no table. */
  largestTable(): Promise<LargestTable | undefined>;
  /** Takes the lock of a migrating operator until `close`; false where another one has it. Throws through a pooler. */
  hold(): Promise<boolean>;
  close(): Promise<void>;
}

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
