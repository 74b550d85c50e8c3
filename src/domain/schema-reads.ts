import type { LockedSession } from "./database-locks.ts";
import type { AppliedMigration, MigrationSource } from "./migrations.ts";

/** The list of migrations, and who told it. */
export interface MigrationsTold {
  readonly applied: readonly AppliedMigration[];
  readonly answeredBy: MigrationSource;
}

/** Reads of Vulcan's schema. Each is made anew, over a connection of its own. */
export interface Schema {
  /** By the first of the target's sources that answers, never by one that starts a process. Throws OpsError. */
  migrations(): Promise<MigrationsTold>;
  /** Absent where SQL is not set up. */
  readonly sql?: SchemaSql;
}

export interface SchemaSql {
  /** Who holds or awaits the locks that migrations use. */
  whoBlocks(): Promise<readonly LockedSession[]>;
}
