import type { DatabaseLock, LockedSession } from "../domain/database/locks.ts";
import { sanitiseDeep } from "../domain/sanitise.ts";
import { LOCK_KEY } from "./migrations.ts";
import type { Session } from "./session.ts";

/**
 * The sessions that hold or await a lock that migrations use, and the sessions that block them. These locks are all
 * advisory locks (only Vulcan knows its key) and those on `tables`. Reads only catalogues, so it waits for no lock.
 */
export async function readLockHolders(session: Session, tables = ["migrations"]): Promise<readonly LockedSession[]> {
  return involved(await session.rows(SESSIONS, [tables, session.processId, LOCK_KEY]));
}

/** Excludes `processId`, not pg_backend_pid(): a session that a pooler lends may hold a lock of the service. */
const SESSIONS = `
WITH locks AS MATERIALIZED (SELECT * FROM pg_locks),
  watched AS (SELECT to_regclass(name) AS relation FROM unnest($1::text[]) AS name),
  awaited AS (SELECT relation FROM locks WHERE NOT granted AND relation IS NOT NULL),
  told AS (
    SELECT l.pid, NOT bool_and(l.granted) AS waits, bool_or(l.locktype = 'advisory' AND l.objsubid = 1
      AND ((l.classid::bigint << 32) | l.objid::bigint) = $3::bigint) AS held, jsonb_agg(jsonb_build_object(
      'kind', l.locktype,
      'table', CASE WHEN l.locktype = 'relation' THEN l.relation::regclass::text END,
      'key', CASE WHEN l.locktype <> 'advisory' THEN NULL
        WHEN l.objsubid = 1 THEN ((l.classid::bigint << 32) | l.objid::bigint)::text
        ELSE l.classid || ', ' || l.objid END,
      'mode', l.mode,
      'granted', l.granted,
      'watched', l.locktype = 'advisory' OR coalesce(l.relation IN (SELECT relation FROM watched), false)
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
  readonly key: string | null;
  readonly mode: string;
  readonly granted: boolean;
  readonly watched: boolean;
}

/** Every reader of a table takes these locks. Such a session matters only if a migration waits for it: `behind` tells. */
const HARMLESS: ReadonlySet<string> = new Set(["AccessShareLock", "RowShareLock"]);

/** The sessions with a watched lock, the sessions that block them, and so on. */
export function involved(answer: readonly Readonly<Record<string, unknown>>[]): readonly LockedSession[] {
  const rows = answer as unknown as readonly Row[];
  const chosen = new Set(rows.filter(isConcerned).map(({ pid }) => pid));
  for (const pid of chosen) for (const before of rows.find((row) => row.pid === pid)?.behind ?? []) chosen.add(before);
  return sanitiseDeep(rows.filter(({ pid }) => chosen.has(pid)).map(toSession));
}

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

const toLock = ({ kind, table, key, mode }: LockRow): DatabaseLock => ({
  on: table ?? (key === null ? kind : `advisory lock ${key}`),
  mode,
});
