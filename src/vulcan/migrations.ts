/** A row of Vulcan's table `migrations`. */
export interface AppliedMigration {
  readonly version: number;
  readonly description: string;
  /** RFC 3339; absent where the list does not say. */
  readonly appliedAt?: string;
}

/** What Vulcan itself says of its database. */
export interface Vulcan {
  /** Every migration that has been applied, oldest version first; throws an OpsError that says why it cannot tell. */
  migrations(): Promise<readonly AppliedMigration[]>;
}
