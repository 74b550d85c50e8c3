/** One lock: on a table, or an advisory one. */
export interface DatabaseLock {
  /** `documents`, `advisory lock 7233001`, or the kind of locked object, e.g. `transactionid`. */
  readonly on: string;
  /** As PostgreSQL names it: `AccessExclusiveLock`. */
  readonly mode: string;
}

/** A session that holds or awaits a lock that migrations use, or that blocks such a session. */
export interface LockedSession {
  readonly pid: number;
  /** Its application name, else its kind of process; either may be empty. */
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
  /** The processes that block it. */
  readonly behind: readonly number[];
  /** Holds a lock as a migration does, and does not only block one. */
  readonly isMigrating: boolean;
}
