/** One lock: on a table, or an advisory one. */
export interface DatabaseLock {
  /** `documents`, `advisory lock 7233001`, or the kind of thing, as in `transactionid`. */
  readonly on: string;
  /** As PostgreSQL names it: `AccessExclusiveLock`. */
  readonly mode: string;
}

/** A session in the database that holds or awaits a lock which migrations use, or is in the way of such a one. */
export interface LockedSession {
  readonly pid: number;
  /** Its application name, else what kind of process it is; either may be empty. */
  readonly application: string;
  readonly user: string;
  readonly address?: string;
  /** `active`, `idle in transaction` …; hidden from users without pg_read_all_stats. */
  readonly state?: string;
  /** When its transaction began (RFC 3339), and how long ago that was by the database's own clock. */
  readonly since?: string;
  readonly seconds?: number;
  readonly holds: readonly DatabaseLock[];
  readonly waitsFor?: DatabaseLock;
  /** The processes that keep it waiting. */
  readonly behind: readonly number[];
  /** Holds a lock as a migration does, rather than being in the way of one. */
  readonly isMigrating: boolean;
}
