import type { StructureFacts } from "../domain/database/facts.ts";
import { OpsError } from "../domain/error.ts";
import { sanitiseDeep } from "../domain/sanitise.ts";
import { listMigrations } from "./migrations.ts";
import type { Session } from "./session.ts";

/** Facts that do not change with every write. Reads catalogues, each sequence and its column. Throws OpsError. */
export async function structureFacts(session: Session): Promise<StructureFacts> {
  const [print] = await session.rows(FINGERPRINT);
  const unvalidated = await session.rows(UNVALIDATED);
  const version = await newestVersion(session);
  return sanitiseDeep({
    ...(version === undefined ? {} : { version }),
    fingerprint: String(print?.fingerprint ?? ""),
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

/** Covers the users' schemas, including objects of extensions in them, in a fixed order. */
const FINGERPRINT = `
WITH own AS (SELECT oid, nspname FROM pg_namespace WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'),
  line AS (
    SELECT concat_ws(' ', 'column', n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
      a.attidentity, pg_get_expr(d.adbin, d.adrelid)) AS text
    FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid JOIN own AS n ON n.oid = c.relnamespace
      LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    UNION ALL
    SELECT concat_ws(' ', 'constraint', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid))
    FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid JOIN own AS n ON n.oid = c.relnamespace
    UNION ALL SELECT concat_ws(' ', 'index', schemaname, indexdef) FROM pg_indexes JOIN own ON nspname = schemaname
    UNION ALL
    SELECT concat_ws(' ', 'trigger', n.nspname, c.relname, pg_get_triggerdef(t.oid))
    FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid JOIN own AS n ON n.oid = c.relnamespace
    WHERE NOT t.tgisinternal
    UNION ALL
    SELECT concat_ws(' ', 'function', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid), md5(p.prosrc))
    FROM pg_proc AS p JOIN own AS n ON n.oid = p.pronamespace)
SELECT md5(string_agg(text, E'\\n' ORDER BY text COLLATE "C")) AS fingerprint FROM line`;

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
