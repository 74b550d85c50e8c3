import type { LiveRelease, TableSize } from "../domain/database/live.ts";
import { sanitise } from "../domain/sanitise.ts";
import type { Session } from "./session.ts";

/**
 * The planner's figures, else what the statistics counted since they began. Reads only catalogs, so no lock delays it.
 * For a table that was never analysed, reltuples is -1, and before PostgreSQL 14 zero on no pages. [D: pg_class]
 */
const SIZES = `
SELECT c.oid, CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name,
  CASE WHEN c.reltuples >= 0 AND (c.relpages > 0 OR current_setting('server_version_num')::int >= 140000) THEN c.reltuples
    WHEN s.n_live_tup > 0 THEN s.n_live_tup END::float8 AS rows,
  CASE WHEN c.relpages > 0 THEN c.relpages * current_setting('block_size')::float8 END AS bytes
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_stat_user_tables AS s ON s.relid = c.oid
WHERE c.relkind IN ('r', 'm') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
ORDER BY name LIMIT 5000`;

/** What the file system says waits for a lock: it is asked only for tables of which the catalog says nothing. */
const FILES = "SELECT t.oid, pg_relation_size(t.oid::regclass)::float8 AS bytes FROM unnest($1::oid[]) AS t(oid)";

/** Every table's rows and bytes, without its indexes; partitions each for itself. Throws OpsError. */
export async function tableSizes(session: Session): Promise<readonly TableSize[]> {
  const rows = (await session.rows(SIZES)) as unknown as readonly Row[];
  const silent = rows.filter((row) => row.rows === null && row.bytes === null).map(({ oid }) => oid);
  const files = silent.length === 0 ? [] : await session.rows(FILES, [silent]).catch(() => []);
  const bytesOf = new Map(files.map(({ oid, bytes }) => [Number(oid), Number(bytes)]));
  return rows.map(({ oid, name, rows: count, bytes }) => {
    const size = bytes ?? bytesOf.get(oid);
    return {
      table: sanitise(name),
      ...(count !== null && { rows: Math.round(count) }),
      ...(size !== undefined && { bytes: size }),
    };
  });
}

interface Row {
  readonly oid: number;
  readonly name: string;
  readonly rows: number | null;
  readonly bytes: number | null;
}

const RELEASE =
  "SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number";

/** Throws OpsError. */
export async function serverRelease(session: Session): Promise<LiveRelease> {
  const [row] = await session.rows(RELEASE);
  const [version = ""] = String(row?.version ?? "").split(" ");
  return { version: sanitise(version), major: Math.floor(Number(row?.number ?? 0) / 10_000) };
}
