import type { Duplex } from "node:stream";
import type { AppliedMigration } from "../migrations/applied.ts";
import type { Presence, Stake } from "../migrations/data-loss.ts";
import type { SchemaObject } from "../migrations/schema-object.ts";
import type { StructureFacts, TableFacts, Traffic } from "./facts.ts";
import type { LockedSession } from "./locks.ts";
import type { DatabaseAddress, DatabaseServer } from "./server.ts";

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

/** The table that takes most room, with its indexes and what lies outside its rows. */
export interface LargestTable {
  readonly table: string;
  readonly bytes: number;
}

/** Makes a connection by another way than this machine's own network. Throws OpsError. */
export type Dial = (host: string, port: number) => Promise<Duplex>;
