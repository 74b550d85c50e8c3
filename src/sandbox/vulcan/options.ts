/** What Vulcan's document does not promise: properties of the scenario. */
export interface VulcanTraits {
  /** A build does not start on a schema that newer builds have migrated. */
  readonly refusesNewerSchema: boolean;
  /** `vulcan migrate status` exists. */
  readonly migrateStatus: boolean;
  /** `vulcan migrate up` exists. */
  readonly migrateUp: boolean;
  /** How long a task waits for another that migrates before it exits with 1 (virtual ms); none: as long as it takes. */
  readonly lockTimeout?: number;
  /** The database session of a killed `vulcan migrate` finishes what it does. */
  readonly killedMigrationLivesOn: boolean;
  /** Every `vulcan migrate down` ends with this code and has done nothing. */
  readonly downExits?: number;
  /** Its image has no shell. */
  readonly withoutShell: boolean;
  /** Its container's root file system can only be read, so that the agent of ECS Exec does not start. */
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
