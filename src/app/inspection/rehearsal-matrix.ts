/** A sandbox in which a runbook is rehearsed, and the inputs that it gets. */
export interface Rehearsal {
  readonly scenario: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** Durations in AWS that are longer or shorter than usual, as `name=seconds`. */
  readonly timings?: readonly string[];
}

/** A database that is quick, so that a restore with its backups and renames takes seconds. */
const QUICK = [
  "dbCreating=60",
  "dbBackingUp=10",
  "dbModifying=10",
  "dbConfiguring=5",
  // The backup begins before the wait for the instance ends. Later, it would begin between a read and a request.
  "dbFirstBackup=3",
  "dbBackup=30",
  "dbRenaming=20",
  "dbNewName=60",
  "restorableLag=60",
];

/**
 * The scenarios in which `plan --dry-run=sandbox` executes each shipped runbook, the longest first. A new runbook needs
 * one more line.
 */
export const REHEARSALS: Readonly<Record<string, readonly Rehearsal[]>> = {
  "announce-maintenance": [
    { scenario: "healthy", inputs: { opens: "2126-04-10T02:00:00Z", closes: "2126-04-10T04:00:00Z" } },
  ],
  "create-alerts": [
    {
      scenario: "breaker-rolls-back",
      inputs: { topic: "arn:aws:sns:eu-west-1:111122223333:vulcan-prod-alerts", test: "true", fire: "connections" },
    },
  ],
  "maintenance-window": [{ scenario: "major-release", inputs: { watch: "15m" } }],
  "restart-service": [{ scenario: "healthy", inputs: {} }],
  "restore-database": [
    // It begins with the steps of a restore without a cutover.
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
  "scale-and-hold": [{ scenario: "autoscaler-fights", inputs: { tasks: "5", until: "+10m", owner: "rehearsal" } }],
  "upgrade-service": [{ scenario: "major-release", inputs: { to: "43", watch: "15m" } }],
};

/**
 * Scenarios in which a release that cannot start is rolling out. An undo of the revert would bring that release back,
 * and would fail as it must. So nothing is undone there.
 */
export const NOT_TO_RETURN_TO: ReadonlySet<string> = new Set([
  "bad-release",
  "api-trouble",
  "image-missing",
  "wrong-platform",
  "registry-unreachable",
  "secret-missing",
  "crash-loop",
  "health-failing",
  "slow-migration",
  "migration-lock",
  "migration-fails",
  "no-capacity",
]);
