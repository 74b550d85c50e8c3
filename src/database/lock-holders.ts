import type { DatabaseLock, LockedSession } from "../domain/database/locks.ts";
import { sanitiseDeep } from "../domain/sanitise.ts";
import { LOCK_KEY, VULCAN_LOCK } from "./migrations.ts";
import type { Session } from "./session.ts";

/**
 * The sessions that hold or await a lock that migrations use, and the sessions that block them. These locks are those on
 * the table `migrations`, and advisory ones with the key of migrations: `migrationLock`, or one that a session holds
 * which also changes a schema or the table. Sessions with other advisory locks follow: job queues and leader elections
 * hold such locks for as long as they live. Reads only catalogues, so it waits for no lock.
 */
export async function readLockHolders(
  session: Session,
  migrationLock = VULCAN_LOCK,
): Promise<readonly LockedSession[]> {
  const keys = [shownKey(migrationLock), LOCK_KEY];
  return involved(await session.rows(SESSIONS, [["migrations"], session.processId, LOCK_KEY, keys]));
}

/** As PostgreSQL shows it: the two numbers of a pair are unsigned. */
function shownKey(key: string): string {
  const parts = key.split(",").map((part) => part.trim());
  return parts.length === 1 ? (parts[0] ?? "") : parts.map((part) => String(Number(part) >>> 0)).join(", ");
}

const HARMLESS_MODES = ["AccessShareLock", "RowShareLock", "ShareUpdateExclusiveLock"];

/** What changes a table's definition, or an index, takes one of these. A user's tables have an oid of 16384 or more. [D] */
const SCHEMA_CHANGES = ["ShareUpdateExclusive", "Share", "ShareRowExclusive", "Exclusive", "AccessExclusive"]
  .map((mode) => `'${mode}Lock'`)
  .join(", ");

/** Excludes `processId`, not pg_backend_pid(): a session that a pooler lends may hold a lock of the service. */
const SESSIONS = `
WITH locks AS MATERIALIZED (SELECT *, CASE WHEN locktype <> 'advisory' THEN NULL
    WHEN objsubid = 1 THEN ((classid::bigint << 32) | objid::bigint)::text
    ELSE classid || ', ' || objid END AS key FROM pg_locks),
  watched AS (SELECT to_regclass(name) AS relation FROM unnest($1::text[]) AS name),
  migrating AS (SELECT pid FROM locks WHERE granted AND locktype = 'relation' AND (
    mode IN (${SCHEMA_CHANGES}) AND relation >= 16384
    OR relation IN (SELECT relation FROM watched) AND mode NOT IN (${HARMLESS_MODES.map((mode) => `'${mode}'`).join(", ")}))),
  keys AS (SELECT key FROM locks WHERE key = ANY ($4::text[])
    UNION SELECT key FROM locks WHERE key IS NOT NULL AND granted AND pid IN (SELECT pid FROM migrating)),
  awaited AS (SELECT relation FROM locks WHERE NOT granted AND relation IS NOT NULL),
  told AS (
    SELECT l.pid, NOT bool_and(l.granted) AS waits, bool_or(l.locktype = 'advisory' AND l.objsubid = 1
      AND ((l.classid::bigint << 32) | l.objid::bigint) = $3::bigint) AS held, jsonb_agg(jsonb_build_object(
      'kind', l.locktype,
      'table', CASE WHEN l.locktype = 'relation' THEN l.relation::regclass::text END,
      'rows', CASE WHEN l.locktype = 'relation' AND NOT l.granted
        THEN (SELECT c.reltuples::float8 FROM pg_class AS c WHERE c.oid = l.relation AND c.reltuples >= 0) END,
      'key', l.key,
      'mode', l.mode,
      'granted', l.granted,
      'watched', coalesce(l.key IN (SELECT key FROM keys), false)
        OR coalesce(l.relation IN (SELECT relation FROM watched), false)
    )) AS locks
    FROM locks AS l
    WHERE NOT l.granted OR l.locktype = 'advisory'
      OR l.relation IN (SELECT relation FROM watched) OR l.relation IN (SELECT relation FROM awaited)
    GROUP BY l.pid
  )
SELECT a.pid, a.usename AS "user",
  CASE WHEN told.held THEN 'vulcan-ops' ELSE coalesce(nullif(a.application_name, ''), a.backend_type) END AS application,
  a.client_addr::text AS address, a.state, coalesce(a.xact_start, a.query_start) AS since,
  extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, a.query_start))::float8 AS seconds,
  told.locks, CASE WHEN told.waits THEN pg_blocking_pids(a.pid) ELSE '{}' END AS behind
FROM pg_stat_activity AS a JOIN told ON told.pid = a.pid
WHERE a.datname = current_database() AND a.pid <> $2::int
ORDER BY coalesce(a.xact_start, a.query_start), a.pid
LIMIT 500`;

/** One row of the statement above. */
interface Row {
  readonly pid: number;
  readonly user: string | null;
  readonly application: string | null;
  readonly address: string | null;
  readonly state: string | null;
  readonly since: Date | null;
  readonly seconds: number | null;
  readonly locks: readonly LockRow[];
  readonly behind: readonly number[];
}

interface LockRow {
  readonly kind: string;
  readonly table: string | null;
  /** The planner's estimate, of a table that is waited for. */
  readonly rows: number | null;
  readonly key: string | null;
  readonly mode: string;
  readonly granted: boolean;
  readonly watched: boolean;
}

/**
 * Readers of a table take these locks, and VACUUM and ANALYZE, autovacuum's too. A migration writes rows into the table.
 * Such a session matters only if a migration waits for it: `behind` tells.
 */
const HARMLESS: ReadonlySet<string> = new Set(HARMLESS_MODES);

/** The sessions with a watched lock, the sessions that block them, and so on; then those with other advisory locks. */
export function involved(answer: readonly Readonly<Record<string, unknown>>[]): readonly LockedSession[] {
  const rows = answer as unknown as readonly Row[];
  const chosen = new Set(rows.filter(isConcerned).map(({ pid }) => pid));
  for (const pid of chosen) for (const before of rows.find((row) => row.pid === pid)?.behind ?? []) chosen.add(before);
  const others = rows.filter(({ pid, locks }) => !chosen.has(pid) && locks.some(isOther));
  return sanitiseDeep([
    ...rows.filter(({ pid }) => chosen.has(pid)).map(toSession),
    ...others.map((row) => ({ ...toSession(row), isOtherLock: true })),
  ]);
}

/** An advisory lock that is not known to be a migration's. */
const isOther = ({ key, watched }: LockRow): boolean => key !== null && !watched;

function isConcerned({ locks }: Row): boolean {
  return locks.some(({ watched, granted, mode }) => watched && (!granted || !HARMLESS.has(mode)));
}

function toSession(row: Row): LockedSession {
  const { pid, user, application, address, state, since, seconds, locks, behind } = row;
  const waiting = locks.find(({ granted }) => !granted);
  return {
    pid,
    application: application ?? "",
    user: user ?? "",
    ...(address === null ? {} : { address }),
    ...(state === null ? {} : { state }),
    ...(since === null ? {} : { since: since.toISOString() }),
    ...(seconds === null ? {} : { seconds: Math.max(0, Math.round(seconds)) }),
    holds: locks.filter(({ granted }) => granted).map(toLock),
    ...(waiting === undefined ? {} : { waitsFor: toLock(waiting) }),
    // A process may appear once for each lock that it holds; 0 stands for a prepared transaction.
    behind: [...new Set(behind)],
    isMigrating: locks.some(({ watched, granted, mode }) => watched && granted && !HARMLESS.has(mode)),
  };
}

const toLock = ({ kind, table, rows, key, mode }: LockRow): DatabaseLock => ({
  on: table ?? (key === null ? kind : `advisory lock ${key}`),
  mode,
  ...(typeof rows === "number" && { rows: Math.round(rows) }),
});
