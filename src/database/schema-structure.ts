import type { StructureFacts } from "../domain/database/facts.ts";
import { OpsError } from "../domain/error.ts";
import { sanitiseDeep } from "../domain/sanitise.ts";
import { CATALOG_LINES } from "./catalog/lines.ts";
import { listMigrations } from "./migrations.ts";
import type { Session } from "./session.ts";

/** Facts that do not change with every write. Reads catalogues, each sequence and its column. Throws OpsError. */
export async function structureFacts(session: Session): Promise<StructureFacts> {
  const unvalidated = await session.rows(UNVALIDATED);
  const version = await newestVersion(session);
  return sanitiseDeep({
    ...(version === undefined ? {} : { version }),
    ...(await catalogueLines(session)),
    invalidIndexes: await invalidIndexes(session),
    unvalidated: unvalidated.map(({ name }) => String(name)),
    behind: await sequencesBehind(session),
  });
}

async function newestVersion(session: Session): Promise<number | undefined> {
  const rows = await listMigrations(session).catch((error: unknown) => {
    if (error instanceof OpsError && error.detail.code === "table-absent") return [];
    throw error;
  });
  return rows.at(-1)?.version;
}

/** Sorted; or the reason why they could not be read: what else is known of the structure is told without them. */
async function catalogueLines(session: Session): Promise<Pick<StructureFacts, "lines" | "linesUnread">> {
  try {
    const lines: string[] = [];
    for (const sql of CATALOG_LINES) {
      for (const { line } of await session.catalogueRows(sql)) lines.push(String(line));
    }
    return { lines: lines.sort() };
  } catch (error) {
    if (error instanceof OpsError && UNREAD.has(error.detail.code)) return { linesUnread: error.message };
    throw error;
  }
}

/** The statement alone has failed; the connection stands. */
const UNREAD: ReadonlySet<string> = new Set(["database-failed", "database-slow", "database-refused"]);

const UNVALIDATED = `
SELECT conrelid::regclass || '.' || conname AS name FROM pg_constraint
WHERE NOT convalidated AND conrelid <> 0 ORDER BY 1`;

const MOST_SEQUENCES = 500;

const SEQUENCES = `
SELECT format('%I.%I', sn.nspname, s.relname) AS sequence, format('%I.%I', tn.nspname, t.relname) AS relation,
  quote_ident(a.attname) AS "column"
FROM pg_class AS s JOIN pg_namespace AS sn ON sn.oid = s.relnamespace
  JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.deptype IN ('a', 'i')
    AND d.refclassid = 'pg_class'::regclass
  JOIN pg_class AS t ON t.oid = d.refobjid JOIN pg_namespace AS tn ON tn.oid = t.relnamespace
  JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
  JOIN pg_sequence AS q ON q.seqrelid = s.oid AND q.seqincrement > 0
WHERE s.relkind = 'S' ORDER BY 1 LIMIT ${MOST_SEQUENCES}`;

/**
 * Indexes that slow down writes and serve no read: a failed CREATE INDEX CONCURRENTLY leaves them behind. Their names
 * follow the session's search_path. Indexes that are being built are left out. Throws OpsError.
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

/** A sequence that cannot be read, or takes longer than 2 s, does not count as behind. */
async function sequencesBehind(session: Session): Promise<string[]> {
  const behind: string[] = [];
  for (const { sequence, relation, column } of await session.rows(SEQUENCES)) {
    const sql = `SELECT (SELECT max(${column}) FROM ${relation}) > last_value AS behind FROM ${sequence}`;
    const [found] = await session.rows(sql).catch(() => []);
    if (found?.behind === true) behind.push(String(sequence));
  }
  return behind;
}
