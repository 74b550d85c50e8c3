import { sanitiseDeep } from "../domain/sanitise.ts";
import type { Session } from "./session.ts";

/**
 * Indexes that slow writes down and serve no read, as a CREATE INDEX CONCURRENTLY leaves them when it fails: named as
 * the session's search_path finds them. Those that are being built are left out. Throws OpsError.
 */
export async function invalidIndexes(session: Session): Promise<readonly string[]> {
  return sanitiseDeep((await session.rows(INVALID)).map(({ name }) => String(name)));
}

const INVALID = `
SELECT CASE WHEN pg_table_is_visible(c.oid) THEN c.relname::text ELSE n.nspname || '.' || c.relname END AS name
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE NOT i.indisvalid
  AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index AS p WHERE p.index_relid = i.indexrelid)
ORDER BY name`;
