import type { Client } from "pg";
import { OWN_SCHEMA } from "./recorder.ts";

/** A table, view, index or sequence, by its oid. */
export interface Relation {
  readonly name: string;
  readonly kind: string;
  /** Changes where it is rewritten or emptied. */
  readonly file: string;
  /** The table of an index. */
  readonly table: string | null;
  readonly isRowSecured: boolean;
}

interface Column {
  readonly name: string;
  readonly type: string;
}

/** Rows that one table has had read and changed in this transaction, and before it in this session. */
interface Counts {
  readonly scanned: number;
  readonly changed: number;
}

/** The catalog and this session's locks and counters, at one moment. */
export interface Snapshot {
  readonly relations: ReadonlyMap<string, Relation>;
  /** By `oid.number`. */
  readonly columns: ReadonlyMap<string, Column & { readonly table: string }>;
  /** The oids of constraints; without NOT NULL, which is one only since PostgreSQL 18. */
  readonly constraints: ReadonlySet<string>;
  /** By the oid of the relation: the modes that are held. */
  readonly locks: ReadonlyMap<string, readonly string[]>;
  readonly counts: ReadonlyMap<string, Counts>;
}

const OURS = `n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', '${OWN_SCHEMA}')
  AND n.nspname !~ '^pg_(temp|toast_temp)_'`;

/** Every name is qualified: what the migrations define cannot take the place of the catalog's. */
const RELATIONS = `
  SELECT c.oid::text AS oid, c.relkind::text AS kind, c.relfilenode::text AS file, i.indrelid::text AS "table",
    c.relrowsecurity AS "isRowSecured",
    CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid WHERE ${OURS}`;

const COLUMNS = `
  SELECT a.attrelid::text AS "table", a.attnum::text AS number, a.attname AS name,
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS type
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${OURS}`;

const CONSTRAINTS = "SELECT oid::text AS oid FROM pg_catalog.pg_constraint WHERE contype <> 'n'";

const LOCKS = `
  SELECT relation::text AS oid, mode FROM pg_catalog.pg_locks
  WHERE pid = pg_catalog.pg_backend_pid() AND locktype = 'relation' AND granted`;

const COUNTS = `
  SELECT relid::text AS oid, seq_tup_read + coalesce(idx_tup_fetch, 0) AS scanned,
    n_tup_ins + n_tup_upd + n_tup_del AS changed
  FROM pg_catalog.pg_stat_xact_all_tables`;

/** Taken in the session whose locks and counters are meant. */
export async function takeSnapshot(client: Client): Promise<Snapshot> {
  const read = async <Row extends object>(sql: string): Promise<readonly Row[]> => (await client.query<Row>(sql)).rows;
  const relations = await read<Relation & { oid: string }>(RELATIONS);
  const columns = await read<Column & { table: string; number: string }>(COLUMNS);
  const constraints = await read<{ oid: string }>(CONSTRAINTS);
  const locks = await read<{ oid: string; mode: string }>(LOCKS);
  const counts = await read<{ oid: string; scanned: string; changed: string }>(COUNTS);
  const modes = new Map<string, string[]>();
  for (const { oid, mode } of locks) modes.set(oid, [...(modes.get(oid) ?? []), mode]);
  return {
    relations: new Map(relations.map(({ oid, ...relation }) => [oid, relation])),
    columns: new Map(columns.map((column) => [`${column.table}.${column.number}`, column])),
    constraints: new Set(constraints.map(({ oid }) => oid)),
    locks: modes,
    counts: new Map(
      counts.map(({ oid, scanned, changed }) => [oid, { scanned: Number(scanned), changed: Number(changed) }]),
    ),
  };
}
