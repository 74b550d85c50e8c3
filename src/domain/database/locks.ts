/** One lock: on a table, or an advisory one. */
export interface DatabaseLock {
  /** `documents`, `advisory lock 7233001`, or the kind of locked object, e.g. `transactionid`. */
  readonly on: string;
  /** As PostgreSQL names it: `AccessExclusiveLock`. */
  readonly mode: string;
  /** About how many rows the table has, where the planner knows. */
  readonly rows?: number;
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
  /** It has an advisory lock that is not known to be a migration's, and nothing to do with one that is. */
  readonly isOtherLock?: boolean;
}

/** Sessions that migrate or are in the way of it; and those with advisory locks that are not known to be a migration's. */
export function splitByConcern(sessions: readonly LockedSession[]): {
  readonly concerned: readonly LockedSession[];
  readonly others: readonly LockedSession[];
} {
  const isOther = ({ isOtherLock }: LockedSession) => isOtherLock === true;
  return { concerned: sessions.filter((one) => !isOther(one)), others: sessions.filter(isOther) };
}

/** The keys of the advisory locks that such sessions hold, and what to write into the configuration if one is Vulcan's. */
export function otherLocksText(others: readonly LockedSession[]): string {
  const held = others.map(({ application, pid, holds }) => {
    const keys = holds.flatMap(({ on }) => (on.startsWith(ADVISORY) ? [on.slice(ADVISORY.length)] : []));
    return `${application || "a session"} (PID ${pid})${keys.length === 0 ? "" : ` ${keys.slice(0, MOST_KEYS).join("; ")}`}`;
  });
  const more = held.length > MOST_SESSIONS ? ` and ${held.length - MOST_SESSIONS} more` : "";
  return `advisory locks not known to be a migration's: ${held.slice(0, MOST_SESSIONS).join(", ")}${more}`;
}

const ADVISORY = "advisory lock ";
const MOST_KEYS = 2;
const MOST_SESSIONS = 5;

export const NAME_THE_LOCK = "vulcan-ops.yaml, targets:  migrationLock: KEY, where one of them is Vulcan's own";
