/** A world in which a runbook is rehearsed, and what is given to it there. */
export interface Rehearsal {
  readonly scenario: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** Where AWS is to take longer or shorter than usual, as `name=seconds`. */
  readonly timings?: readonly string[];
}

/** A first backup takes a new instance out of `available` now and then: here, after everything. */
const NO_BACKUP = ["dbFirstBackup=86400"];

/**
 * Scenarios in which a release is rolling out that cannot start: taking a revert back would bring it back, and fails as it
 * must. There nothing is undone.
 */
export const NOT_TO_RETURN_TO: ReadonlySet<string> = new Set([
  "bad-release",
  "api-trouble",
  "image-missing",
  "secret-missing",
  "crash-loop",
  "health-failing",
  "slow-migration",
  "migration-lock",
  "migration-fails",
  "no-capacity",
]);

/** For each shipped runbook the worlds in which `plan --dry-run=sandbox` carries it out. A runbook more is a line more. */
export const REHEARSALS: Readonly<Record<string, readonly Rehearsal[]>> = {
  "rollback-migration": [
    { scenario: "bad-but-healthy", inputs: { steps: "2", via: "exec" } },
    { scenario: "bad-but-healthy", inputs: { steps: "2", via: "task" } },
  ],
  "restore-database": [
    { scenario: "healthy", inputs: { latest: "true", as: "vulcan-prod-rehearsal" }, timings: NO_BACKUP },
  ],
  "rollback-service": [
    { scenario: "bad-but-healthy", inputs: { stopBadNow: "true" } },
    { scenario: "bad-release", inputs: {} },
  ],
};
