const SECOND = 1000;

/**
 * How long things take, in virtual milliseconds, and the choices AWS's documentation leaves open. The marks are
 * those of the README: [D] documented, [O] observed by one operator, [I] inferred.
 */
export interface Timings {
  /** UpdateService until the first task starts: 5–45 s [O]. */
  readonly firstTask: number;
  /** How soon the scheduler reacts to anything else [I]. */
  readonly reaction: number;
  /** Network interface attached: the first part of the 20–60 s from start to registration [O]. */
  readonly provisioning: number;
  /** Image pulled and container created [O]. */
  readonly pending: number;
  /** Container started until RUNNING [I]. */
  readonly activating: number;
  /** "stopped N running tasks" until "deregistered N targets": about 10 s [O]. */
  readonly deregistration: number;
  /** SIGTERM until the process has gone, when it goes by itself [I]. */
  readonly stopping: number;
  readonly deprovisioning: number;
  /** A target registered until its first health check [I]. */
  readonly registration: number;
  /** Old tasks out of RUNNING until the deployment is COMPLETED: 10–50 s [O]. */
  readonly steady: number;
  /** Whether COMPLETED also waits until old tasks have drained; one log says it does not [O]. */
  readonly completeAfterDrain: boolean;
  /** A target that never answered a health check is not drained for the whole delay [I]. */
  readonly drainUnhealthy: boolean;
  /** Healthy after this without any health check or load balancer: 40 s [D]. */
  readonly settle: number;
  /** First wait before a task that never reached RUNNING is tried again; doubles up to `retryMost` [D: up to 15 min]. */
  readonly retryFirst: number;
  readonly retryMost: number;
  /** A service deployment asked to stop until it is STOPPED, and steps of a rollback [I]. */
  readonly stopDeployment: number;
  /** A tripped deployment shows IN_PROGRESS this long before FAILED: up to 2 min [O]. */
  readonly failedShown: number;
  /** STOPPED tasks can be listed for about an hour [D]. */
  readonly stoppedKept: number;
  /** A minute of AWS's own metrics has ended until it can be read [I: 1–2 min]. */
  readonly metricLag: number;
  /** DescribeDBInstances' LatestRestorableTime lags by about five minutes [D]. */
  readonly restorableLag: number;
  /** A command started by ExecuteCommand until its terminal is first read [S: ecs-exec.md §1, fact 14]. */
  readonly execFirstRead: number;
  /** A command that cannot be started until the channel says so [V: about 2 s]. */
  readonly execRefusal: number;
  /** A session without traffic until it times out: 20 min, fixed by AWS [D]. */
  readonly execIdle: number;
  /** Whether a terminal is not read while its client's socket is lost [I]. */
  readonly execPausesAlone: boolean;
  /**
   * A restored instance's way to `available`: creating, backing-up, modifying, and each `configuring-…`. Together about
   * five minutes; AWS promises nothing, and near-empty instances took ten to twelve [O].
   */
  readonly dbCreating: number;
  readonly dbBackingUp: number;
  readonly dbModifying: number;
  readonly dbConfiguring: number;
  /** `available` until the first automated backup begins, and how long that takes [I]. */
  readonly dbFirstBackup: number;
  readonly dbBackup: number;
  /** Storage is filled from the backup this long after a restore [I]. */
  readonly dbInitializing: number;
  /** A modification shows in the status only after this [O]. */
  readonly dbReaction: number;
  readonly dbRebooting: number;
  readonly dbRenaming: number;
  /** A renamed instance's new name leads to it after about ten minutes [D]. */
  readonly dbNewName: number;
  readonly dbDeleting: number;
  readonly dbSnapshot: number;
}

export const DEFAULT_TIMINGS: Timings = {
  firstTask: 25 * SECOND,
  reaction: 5 * SECOND,
  provisioning: 12 * SECOND,
  pending: 24 * SECOND,
  activating: 4 * SECOND,
  deregistration: 10 * SECOND,
  stopping: 2 * SECOND,
  deprovisioning: 10 * SECOND,
  registration: 5 * SECOND,
  steady: 30 * SECOND,
  completeAfterDrain: false,
  drainUnhealthy: false,
  settle: 40 * SECOND,
  retryFirst: 10 * SECOND,
  retryMost: 900 * SECOND,
  stopDeployment: 5 * SECOND,
  failedShown: 90 * SECOND,
  stoppedKept: 3600 * SECOND,
  metricLag: 60 * SECOND,
  restorableLag: 300 * SECOND,
  execFirstRead: 1 * SECOND,
  execRefusal: 2 * SECOND,
  execIdle: 1200 * SECOND,
  execPausesAlone: true,
  dbCreating: 220 * SECOND,
  dbBackingUp: 50 * SECOND,
  dbModifying: 30 * SECOND,
  dbConfiguring: 20 * SECOND,
  dbFirstBackup: 120 * SECOND,
  dbBackup: 90 * SECOND,
  dbInitializing: 1200 * SECOND,
  dbReaction: 8 * SECOND,
  dbRebooting: 40 * SECOND,
  dbRenaming: 60 * SECOND,
  dbNewName: 600 * SECOND,
  dbDeleting: 180 * SECOND,
  dbSnapshot: 150 * SECOND,
};
