import type { SeenQueries, SeenQuery } from "../domain/database/live.ts";
import type { Session } from "./session.ts";

/** More would take longer to prepare than a migration takes. */
const MOST = 500;

const HIDDEN = "<insufficient privilege>";

/** The schema of the extension; quoted by the server. */
const SCHEMA = `
SELECT format('%I', n.nspname) AS schema FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
WHERE e.extname = 'pg_stat_statements'`;

const SEEN = (schema: string): string => `
SELECT s.queryid::text AS id, min(s.query) AS text, sum(s.calls)::float8 AS calls
FROM ${schema}.pg_stat_statements AS s JOIN pg_database AS d ON d.oid = s.dbid
WHERE d.datname = current_database() AND (s.query ~* '^\\W*(select|insert|update|delete|with|merge)\\M' OR s.query = '${HIDDEN}')
GROUP BY s.queryid ORDER BY calls DESC LIMIT ${MOST + 1}`;

/**
 * The queries of this database, most called first, as pg_stat_statements has normalised them. Undefined where the
 * extension is not created here. Throws OpsError, also where the server has not loaded its library.
 */
export async function seenQueries(session: Session): Promise<SeenQueries | undefined> {
  const [extension] = await session.rows(SCHEMA);
  if (extension === undefined) return undefined;
  const rows = (await session.rows(SEEN(String(extension.schema)))) as unknown as readonly Row[];
  const hidden = rows.filter(({ id, text }) => id === null || text === null || text === HIDDEN).length;
  const queries = rows.filter((row): row is SeenQuery => row.id !== null && row.text !== null && row.text !== HIDDEN);
  return { queries: queries.slice(0, MOST), isCut: rows.length > MOST, hidden };
}

interface Row {
  readonly id: string | null;
  readonly text: string | null;
  readonly calls: number;
}
