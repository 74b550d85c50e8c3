import { assertOwn } from "./fit-server.ts";
import type { Session } from "./session.ts";

/** The first eight bytes of the SHA-256 of `vulcan-ops:migrate`: never Vulcan's own key. */
export const LOCK_KEY = "4428854589721426255";

/**
 * Takes, without waiting, the lock by which two operators keep from migrating one database at once. False: another
 * session of vulcan-ops has it, and `whoBlocks` names it. Held until the session closes, or its line breaks. Throws
 * OpsError through a pooler: in a session that is lent, the lock would stay behind.
 */
export async function holdMigrationLock(session: Session): Promise<boolean> {
  assertOwn(session);
  const [row] = await session.rows(TAKE, [session.processId, LOCK_KEY]);
  assertOwn(session);
  return row?.taken === true;
}

const TAKE = "SELECT CASE WHEN pg_backend_pid() = $1::int THEN pg_try_advisory_lock($2::bigint) END AS taken";
