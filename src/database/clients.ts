import type { DatabaseClient, Traffic } from "../domain/database/facts.ts";
import { sanitiseDeep } from "../domain/sanitise.ts";
import { LOCK_KEY } from "./migrations.ts";
import { ownSessions, SELF, type Session } from "./session.ts";

/**
 * The clients of this database, except this program and RDS itself, and how many rows have been written in all.
 * A user who may not see other users' sessions still gets their pids and users. Throws OpsError.
 */
export async function traffic(session: Session): Promise<Traffic> {
  const clients = (await session.rows(CLIENTS, [ownSessions(), LOCK_KEY])) as unknown as readonly Row[];
  const [sum] = await session.rows(WRITTEN);
  return { clients: sanitiseDeep(clients.map(toClient)), written: Number(sum?.written ?? 0) };
}

interface Row {
  readonly pid: number;
  readonly user: string;
  readonly application: string | null;
  readonly address: string | null;
}

const toClient = ({ pid, user, application, address }: Row): DatabaseClient => ({
  pid,
  user,
  application: application ?? "",
  ...(address === null ? {} : { address }),
});

/**
 * `rdsadmin` is RDS's own. A hidden backend_type counts as a client's: one too many is safer than one too few. A
 * session of this program has its name only during a read. Between reads, its process or the operators' lock
 * identifies it.
 */
const CLIENTS = `
SELECT pid, usename AS "user", application_name AS application, host(client_addr) AS address
FROM pg_stat_activity
WHERE datname = current_database() AND coalesce(${SELF}, '') <> ALL ($1::text[]) AND usename <> 'rdsadmin'
  AND coalesce(backend_type, 'client backend') = 'client backend' AND coalesce(application_name, '') <> 'vulcan-ops'
  AND pid NOT IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1
    AND ((classid::bigint << 32) | objid::bigint) = $2::bigint)
ORDER BY backend_start LIMIT 500`;

const WRITTEN = `
SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::float8 AS written FROM pg_stat_user_tables`;

/** The maximum number of sessions on the server, including the reserved ones. Throws OpsError. */
export async function maxConnections(session: Session): Promise<number> {
  const [row] = await session.rows("SELECT current_setting('max_connections')::int AS most");
  return Number(row?.most);
}
