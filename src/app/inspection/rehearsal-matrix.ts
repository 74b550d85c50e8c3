/** A world in which a runbook is rehearsed, and what is given to it there. */
export interface Rehearsal {
  readonly scenario: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** Where AWS is to take longer or shorter than usual, as `name=seconds`. */
  readonly timings?: readonly string[];
}

/** A database that is quick, so that a restore with its backups and renames takes seconds. */
const QUICK = [
  "dbCreating=60",
  "dbBackingUp=10",
  "dbModifying=10",
  "dbConfiguring=5",
  // Before the wait for the instance has ended: later it would begin between a look and a request.
  "dbFirstBackup=3",
  "dbBackup=30",
  "dbRenaming=20",
  "dbNewName=60",
  "restorableLag=60",
];

/**
 * For each shipped runbook the worlds in which `plan --dry-run=sandbox` carries it out, the longest first. A runbook more
 * is a line more.
 */
export const REHEARSALS: Readonly<Record<string, readonly Rehearsal[]>> = {
  "maintenance-window": [{ scenario: "major-release", inputs: { watch: "15m" } }],
  "restore-database": [
    // Begins with what a restore without a cutover is.
    { scenario: "healthy", inputs: { latest: "true", as: "vulcan-prod-rehearsal", cutover: "rename" }, timings: QUICK },
  ],
  "rollback-migration": [
    { scenario: "bad-but-healthy", inputs: { steps: "2", via: "exec" } },
    { scenario: "bad-but-healthy", inputs: { steps: "2", via: "task" } },
  ],
  "rollback-service": [
    { scenario: "bad-but-healthy", inputs: { stopBadNow: "true" } },
    { scenario: "bad-release", inputs: {} },
  ],
};

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
