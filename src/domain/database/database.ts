import type { Duplex } from "node:stream";
import type { AppliedMigration } from "../migrations/applied.ts";
import type { DataLoss, ObjectPresence } from "../migrations/data-loss.ts";
import type { SchemaObject } from "../migrations/schema-object.ts";
import type { QueriedValue, StructureFacts, TableFacts, Traffic } from "./facts.ts";
import type { LiveRelease, LiveSchema, SeenQueries, TableSize } from "./live.ts";
import type { LockedSession } from "./locks.ts";
import type { DatabaseAddress, DatabaseServer } from "./server.ts";

/**
 * Vulcan's database, read over one connection that opens at the first read. A replica gives its list of migrations. All
 * other reads are refused there, because locks, sessions and losses belong to the primary.
 */
export interface Database {
  /** `user@host:port/database` */
  readonly place: string;
  readonly address: DatabaseAddress;
  /** The server that answers there. */
  server(): Promise<DatabaseServer>;
  /** The rows of the table `migrations`, oldest version first. */
  migrations(): Promise<readonly AppliedMigration[]>;
  /** Sessions that hold or await the locks that migrations use; empty where there are none. */
  lockHolders(): Promise<readonly LockedSession[]>;
  /** What would be lost with each object, in the order given; at most 2 s per figure, then an estimate. */
  measureDataLoss(objects: readonly SchemaObject[]): Promise<readonly DataLoss[]>;
  /** Whether each object exists, in the order given. */
  presentObjects(objects: readonly SchemaObject[]): Promise<readonly ObjectPresence[]>;
  /** Names of the indexes that a failed build has left. */
  invalidIndexes(): Promise<readonly string[]>;
  /** Each table's rows compared with a moment (RFC 3339); at most 2 s per table and `budgetMs` in all. */
  tables(since: string, budgetMs: number): Promise<readonly TableFacts[]>;
  structure(): Promise<StructureFacts>;
  /** The other clients, and how much has been written. Throws through a pooler. */
  traffic(): Promise<Traffic>;
  /** The one value of a SELECT. Throws where it gives another number of rows or columns. */
  value(select: string): Promise<QueriedValue>;
  /** The most sessions that the server allows. */
  maxConnections(): Promise<number>;
  /** Undefined where there is no table. */
  largestTable(): Promise<LargestTable | undefined>;
  /** Which PostgreSQL it is. */
  release(): Promise<LiveRelease>;
  /** Everything but the rows, as statements. */
  schema(): Promise<LiveSchema>;
  /** Rows and bytes of every table, by the catalog. */
  sizes(): Promise<readonly TableSize[]>;
  /** What clients have sent; undefined where the extension pg_stat_statements is not created. */
  seenQueries(): Promise<SeenQueries | undefined>;
  /** Takes the lock of a migrating operator until `close`; false where another has it. Throws through a pooler. */
  holdMigrationLock(): Promise<boolean>;
  close(): Promise<void>;
}

/** The largest table, with its indexes and the data that is stored outside its rows. */
export interface LargestTable {
  readonly table: string;
  readonly bytes: number;
}

/** Opens a connection by another route than this machine's own network. Throws OpsError. */
export type Dial = (host: string, port: number) => Promise<Duplex>;
