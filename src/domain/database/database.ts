import type { Duplex } from "node:stream";
import type { AppliedMigration } from "../migrations/applied.ts";
import type { Presence, Stake } from "../migrations/data-loss.ts";
import type { SchemaObject } from "../migrations/schema-object.ts";
import type { StructureFacts, TableFacts, Traffic } from "./facts.ts";
import type { LockedSession } from "./locks.ts";

/** Vulcan's database, read over one connection that is made when it is first asked for. */
export interface Database {
  /** `user@host:port/database` */
  readonly place: string;
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
  /** Who else is connected, and how much has been written. */
  traffic(): Promise<Traffic>;
  /** How many sessions the server takes at most. */
  maxConnections(): Promise<number>;
  /** Takes the lock of a migrating operator until `close`; false where another one has it. */
  hold(): Promise<boolean>;
  close(): Promise<void>;
}

/** Makes a connection by another way than this machine's own network. Throws OpsError. */
export type Dial = (host: string, port: number) => Promise<Duplex>;
