import type { DataLoss } from "../domain/migrations/data-loss.ts";
import type { SchemaObject } from "../domain/migrations/schema-object.ts";
import type { ObjectPlace } from "./find-objects.ts";
import type { Session } from "./session.ts";

/**
 * The planner's estimate, as of the last ANALYZE or vacuum. Reads only catalogues, so no lock delays it. If the table
 * or a partition of it was never analysed, its rows are unknown. Throws OpsError.
 */
export async function estimate(
  session: Session,
  { kind }: SchemaObject,
  { oid, column }: ObjectPlace,
): Promise<Pick<DataLoss, "rows" | "isExact" | "bytes">> {
  const [row] = (await session.rows(ESTIMATE, [oid, column ?? null])) as unknown as readonly Row[];
  if (row === undefined) return {};
  const { rows, share, width } = row;
  const values = rows === null ? null : Math.round(rows * (kind === "column" ? (share ?? 1) : 1));
  const bytes = kind !== "column" ? row.bytes : values === null || width === null ? null : values * width;
  return {
    ...(kind === "index" || values === null ? {} : { rows: values, isExact: false }),
    ...(bytes === null ? {} : { bytes }),
  };
}

/** One row of the statement below; null is unknown. */
interface Row {
  readonly rows: number | null;
  readonly bytes: number | null;
  /** The share of a column's values that are not null: 0 … 1. */
  readonly share: number | null;
  /** Average bytes of one value. */
  readonly width: number | null;
}

/** For a table that was never analysed, reltuples is -1, and before PostgreSQL 14 zero on no pages. */
const ESTIMATE = `
WITH RECURSIVE tree AS (
    SELECT $1::oid AS oid UNION SELECT i.inhrelid FROM pg_inherits AS i JOIN tree ON i.inhparent = tree.oid),
  leaf AS (SELECT c.* FROM pg_class AS c JOIN tree ON tree.oid = c.oid WHERE c.relkind NOT IN ('p', 'I')),
  file AS (
    SELECT relpages FROM leaf
    UNION ALL SELECT t.relpages FROM pg_class AS t JOIN leaf ON leaf.reltoastrelid = t.oid
    UNION ALL SELECT t.relpages FROM pg_class AS t JOIN pg_index AS i ON i.indexrelid = t.oid
      JOIN leaf ON leaf.oid = i.indrelid)
SELECT counted.rows, counted.bytes, stats.share, stats.width
FROM (
    SELECT CASE WHEN bool_and(reltuples >= 0 AND relpages > 0) THEN sum(reltuples)::float8 END AS rows,
      nullif((SELECT sum(relpages) FROM file), 0)::float8 * current_setting('block_size')::float8 AS bytes
    FROM leaf) AS counted
  LEFT JOIN LATERAL (
    SELECT (1 - s.null_frac)::float8 AS share, s.avg_width::float8 AS width
    FROM pg_stats AS s JOIN pg_class AS c ON c.oid = $1::oid JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE s.schemaname = n.nspname AND s.tablename = c.relname AND quote_ident(s.attname) = $2::text
    ORDER BY s.inherited DESC LIMIT 1) AS stats ON true`;
