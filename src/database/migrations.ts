import { OpsError } from "../domain/error.ts";
import { EXIT } from "../domain/exit-codes.ts";
import { type AppliedMigration, toMigrations } from "../domain/migrations/applied.ts";
import { assertOwn } from "./fit-server.ts";
import type { Session } from "./session.ts";

const MOST_ROWS = 5000;

/** As JSON, so that a table with fewer or other columns can be read, too: only `version` is required. */
const LIST = `SELECT to_jsonb(m) AS row FROM migrations AS m LIMIT ${MOST_ROWS + 1}`;

export async function listMigrations(session: Session): Promise<readonly AppliedMigration[]> {
  const rows = (await session.rows(LIST)).map(({ row }) => row);
  const list = rows.length > MOST_ROWS ? undefined : toMigrations(rows);
  if (list !== undefined) return list;
  throw new OpsError({
    code: "table-strange",
    exitCode: EXIT.failed,
    fault: "remote",
    message: "the table migrations is not Vulcan's: no whole number in a column version, or too many rows",
    effect: "none",
  });
}

/** The key of the advisory lock under which Vulcan migrates, unless the target names another. [I: the sandbox's] */
export const VULCAN_LOCK = "7233001";

/** The first eight bytes of the SHA-256 of `vulcan-ops:migrate`: never Vulcan's own key. */
export const LOCK_KEY = "4428854589721426255";

/**
 * Takes, without waiting, the lock that stops two operators from migrating one database at once. False: another session
 * of vulcan-ops has the lock, and `readLockHolders` names it. We hold it until the session closes or its connection
 * breaks. Throws OpsError through a pooler: the lock would stay behind in the session that is lent.
 */
export async function holdMigrationLock(session: Session): Promise<boolean> {
  assertOwn(session);
  const [row] = await session.rows(TAKE, [session.processId, LOCK_KEY]);
  assertOwn(session);
  return row?.taken === true;
}

const TAKE = "SELECT CASE WHEN pg_backend_pid() = $1::int THEN pg_try_advisory_lock($2::bigint) END AS taken";
