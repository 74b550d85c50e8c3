/** What Vulcan's document does not promise. The scenario decides it. */
export interface VulcanTraits {
  /** A build does not start on a schema that newer builds have migrated. */
  readonly refusesNewerSchema: boolean;
  /** `vulcan migrate status` exists. */
  readonly migrateStatus: boolean;
  /** `vulcan migrate up` exists. */
  readonly migrateUp: boolean;
  /** How long a task waits for another task's migration before it exits with 1 (virtual ms). No limit by default. */
  readonly lockTimeout?: number;
  /** The database session of a killed `vulcan migrate` finishes its work. */
  readonly killedMigrationLivesOn: boolean;
  /** Every `vulcan migrate down` does nothing and ends with this code. */
  readonly downExits?: number;
  /** Its image has no shell. */
  readonly withoutShell: boolean;
  /** Its container's root file system is read-only, so that the agent of ECS Exec does not start. */
  readonly readOnlyRoot: boolean;
}

export const DEFAULT_TRAITS: VulcanTraits = {
  refusesNewerSchema: false,
  migrateStatus: false,
  migrateUp: false,
  killedMigrationLivesOn: false,
  withoutShell: false,
  readOnlyRoot: false,
};
