import type { TableFacts } from "../domain/database/facts.ts";
import { sanitise } from "../domain/sanitise.ts";
import type { Session } from "./session.ts";

/** Columns that usually hold the time of a row's write. Due dates and the like are left out: they lie in the future. */
const TIME_COLUMNS = [
  "at",
  "created",
  "created_at",
  "updated",
  "updated_at",
  "inserted_at",
  "applied_at",
  "occurred_at",
  "logged_at",
  "recorded_at",
];

/**
 * Each table of the users' schemas: its rows, their newest time, and how many are later than `since` (RFC 3339).
 * One read of at most 2 s per table, one after another. If a read does not end, the rows are an estimate. Tables beyond
 * `budgetMs` in all are unknown. Throws OpsError only if the catalogue itself cannot be read.
 */
export async function tableFacts(session: Session, since: string, budgetMs: number): Promise<readonly TableFacts[]> {
  const end = performance.now() + budgetMs;
  const facts: TableFacts[] = [];
  for (const row of (await session.rows(TABLES, [TIME_COLUMNS])) as unknown as readonly Row[])
    facts.push(performance.now() < end ? await measure(session, row, since) : { ...named(row), why: "out of time" });
  return facts;
}

interface Row {
  /** Quoted by the server. */
  readonly relation: string;
  readonly name: string;
  /** The planner's estimate of the rows; null if the table was never analysed. */
  readonly guess: number | null;
  /** Quoted by the server. */
  readonly timed: readonly string[] | null;
}

const MOST_TABLES = 500;

const TABLES = `
SELECT format('%I.%I', n.nspname, c.relname) AS relation,
  CASE WHEN pg_table_is_visible(c.oid) THEN c.relname::text ELSE n.nspname || '.' || c.relname END AS name,
  CASE WHEN c.reltuples >= 0 AND c.relpages > 0 THEN c.reltuples::float8 END AS guess,
  array_agg(quote_ident(a.attname) ORDER BY a.attnum) FILTER (WHERE a.attname IS NOT NULL) AS timed
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    AND a.attname::text = ANY ($1::text[]) AND a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype)
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
GROUP BY c.oid, n.nspname, c.relname, c.reltuples, c.relpages
ORDER BY name LIMIT ${MOST_TABLES}`;

const named = ({ name, timed }: Row) => ({ table: sanitise(name), timedBy: timed ?? [] });

async function measure(session: Session, row: Row, since: string): Promise<TableFacts> {
  try {
    const timed = row.timed ?? [];
    const [found] = await session.rows(
      timed.length === 0 ? `SELECT count(*)::float8 AS rows FROM ${row.relation}` : timedCount(row.relation, timed),
      timed.length === 0 ? [] : [since],
    );
    const newest = found?.newest instanceof Date ? { newest: found.newest.toISOString() } : {};
    const newer = found?.newer === undefined ? {} : { newer: Number(found.newer) };
    return { ...named(row), rows: Number(found?.rows), isExact: true, ...newest, ...newer };
  } catch (failure) {
    const guess = row.guess === null ? {} : { rows: Math.round(row.guess), isExact: false };
    return { ...named(row), ...guess, why: failure instanceof Error ? failure.message : String(failure) };
  }
}

/** A time without a zone counts as UTC, the session's time zone. */
function timedCount(relation: string, columns: readonly string[]): string {
  const times = columns.map((column) => `CASE WHEN isfinite(${column}) THEN ${column}::timestamptz END`);
  return `
    SELECT count(*)::float8 AS rows, max(written) AS newest,
      (count(*) FILTER (WHERE written > $1::timestamptz))::float8 AS newer
    FROM (SELECT greatest(${times.join(", ")}) AS written FROM ${relation}) AS every`;
}
