import type { LockedSession } from "../database/locks.ts";
import type { DatabaseAddress, DatabaseServer } from "../database/server.ts";
import type { AppliedMigration, MigrationSource } from "./applied.ts";
import type { DataLoss, ObjectPresence } from "./data-loss.ts";
import type { MigrationProofs } from "./proof.ts";
import type { DownEffects, SchemaObject } from "./schema-object.ts";

/** The list of migrations, and the source that gave it. */
export interface MigrationsRead {
  readonly applied: readonly AppliedMigration[];
  readonly answeredBy: MigrationSource;
}

/** What Vulcan itself reports about its database. */
export interface VulcanReads {
  /** Every applied migration, oldest version first. Throws an OpsError that says why the list cannot be read. */
  migrations(): Promise<readonly AppliedMigration[]>;
}

/** What Vulcan's own source says of its Downs. */
export interface SourceDowns {
  /** By the version of the migration. */
  readonly effects: ReadonlyMap<number, DownEffects>;
  /** By version; empty where the source builds the text. */
  readonly descriptions?: ReadonlyMap<number, string>;
  /** `file:line: why` of each migration there whose version is not known. */
  readonly unread: readonly string[];
}

/** Reads of Vulcan's schema. Each read is new and uses its own connection. */
export interface SchemaReads {
  /** From the first of the target's sources that answers, never from one that starts a process. Throws OpsError. */
  migrations(): Promise<MigrationsRead>;
  /** What the Down of each version removes, by Vulcan's own source; absent where that source was not given. */
  downs?(): Promise<SourceDowns>;
  /** Absent where that source was not given. */
  readonly proofs?: MigrationProofs;
  /** Absent where SQL is not set up. */
  readonly sql?: SchemaSql;
}

/** The list that SQL itself gives, and the server that answered. */
export interface SqlList {
  readonly applied: readonly AppliedMigration[];
  readonly server: DatabaseServer;
}

export interface SchemaSql {
  /** The variable or the setting that names the database. */
  readonly setBy?: string;
  /** Throws a usage error where the operator's URL is not valid, another OpsError where its secret cannot be read. */
  address(): Promise<DatabaseAddress>;
  listed(): Promise<SqlList>;
  /** Sessions that hold or await the locks that migrations use, without those of operators of this program. */
  lockHolders(): Promise<readonly LockedSession[]>;
  /** What would be lost with each object, in the order given. */
  measureDataLoss(objects: readonly SchemaObject[]): Promise<readonly DataLoss[]>;
  /** The most sessions that the server allows. */
  maxConnections(): Promise<number>;
  /** The users' largest table, including its indexes; undefined where there is none. */
  largestTable(): Promise<{ readonly table: string; readonly bytes: number } | undefined>;
  /** Whether each object exists. */
  presentObjects(objects: readonly SchemaObject[]): Promise<readonly ObjectPresence[]>;
}
