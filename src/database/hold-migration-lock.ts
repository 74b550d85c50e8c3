import type { Session } from "./session.ts";

/** The first eight bytes of the SHA-256 of `vulcan-ops:migrate`: never Vulcan's own key. */
export const LOCK_KEY = "4428854589721426255";

/**
 * Takes, without waiting, the lock by which two operators keep from migrating one database at once. False: another
 * session of vulcan-ops has it, and `whoBlocks` names it. Held until the session closes, or its line breaks.
 */
export async function holdMigrationLock(session: Session): Promise<boolean> {
  const [row] = await session.rows("SELECT pg_try_advisory_lock($1::bigint) AS taken", [LOCK_KEY]);
  return row?.taken === true;
}
