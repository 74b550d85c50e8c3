import type { LockedSession } from "../database/locks.ts";
import type { DatabaseAddress, DatabaseServer } from "../database/server.ts";
import type { AppliedMigration, MigrationSource } from "./applied.ts";
import type { Presence, Stake } from "./data-loss.ts";
import type { Destroyed, SchemaObject } from "./schema-object.ts";

/** The list of migrations, and who told it. */
export interface MigrationsTold {
  readonly applied: readonly AppliedMigration[];
  readonly answeredBy: MigrationSource;
}

/** What Vulcan itself says of its database. */
export interface Vulcan {
  /** Every migration that has been applied, oldest version first; throws an OpsError that says why it cannot tell. */
  migrations(): Promise<readonly AppliedMigration[]>;
}

/** Reads of Vulcan's schema. Each is made anew, over a connection of its own. */
export interface Schema {
  /** By the first of the target's sources that answers, never by one that starts a process. Throws OpsError. */
  migrations(): Promise<MigrationsTold>;
  /** What the Down of each version takes away, by Vulcan's own source; absent where nobody has given it. */
  downs?(): Promise<ReadonlyMap<number, Destroyed>>;
  /** Absent where SQL is not set up. */
  readonly sql?: SchemaSql;
}

/** The list that SQL itself gives, and who answers there. */
export interface SqlList {
  readonly applied: readonly AppliedMigration[];
  readonly server: DatabaseServer;
}

export interface SchemaSql {
  /** Throws a usage error where the operator's URL is none. */
  address(): Promise<DatabaseAddress>;
  listed(): Promise<SqlList>;
  /** Who holds or awaits the locks that migrations use, other operators' own hold not counted. */
  whoBlocks(): Promise<readonly LockedSession[]>;
  /** What would be lost with each object, in the order asked. */
  atStake(objects: readonly SchemaObject[]): Promise<readonly Stake[]>;
  /** How many sessions the server takes at most. */
  maxConnections(): Promise<number>;
  /** The users' largest table, its indexes counted; undefined where there is none. */
  largestTable(): Promise<{ readonly table: string; readonly bytes: number } | undefined>;
  /** Is each of them there? */
  present(objects: readonly SchemaObject[]): Promise<readonly Presence[]>;
}
