import type { AppliedMigration } from "./applied.ts";

export type { AppliedMigration } from "./applied.ts";

/** What Vulcan itself says of its database. */
export interface Vulcan {
  /** Every migration that has been applied, oldest version first; throws an OpsError that says why it cannot tell. */
  migrations(): Promise<readonly AppliedMigration[]>;
}
