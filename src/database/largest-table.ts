import type { LargestTable } from "../domain/database/database.ts";
import { sanitise } from "../domain/sanitise.ts";
import type { Session } from "./session.ts";

const QUERY = `
SELECT CASE WHEN pg_table_is_visible(c.oid) THEN c.relname::text ELSE n.nspname || '.' || c.relname END AS name,
  pg_total_relation_size(c.oid)::float8 AS bytes
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
ORDER BY bytes DESC NULLS LAST LIMIT 1`;

/** The users' largest table: a migration that rewrites it needs the same space again. Undefined if there is none. */
export async function largestTable(session: Session): Promise<LargestTable | undefined> {
  const [row] = await session.rows(QUERY);
  return row === undefined ? undefined : { table: sanitise(String(row.name)), bytes: Number(row.bytes ?? 0) };
}
