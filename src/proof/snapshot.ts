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

/** The catalog and this session's locks and counters, at one moment. The constraints are those before the migration. */
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

/** Rows of the catalog that this transaction has written itself, its subtransactions included. */
const CHANGED = (row: string, since: string | undefined): string =>
  since === undefined ? "" : `AND ${row}.xmin::text::bigint >= ${since}`;

/** Every name is qualified: what the migrations define cannot take the place of the catalog's. */
const relations = (since?: string): string => `
  SELECT c.oid::text AS oid, c.relkind::text AS kind, c.relfilenode::text AS file, i.indrelid::text AS "table",
    c.relrowsecurity AS "isRowSecured",
    CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid WHERE ${OURS} ${CHANGED("c", since)}`;

const columns = (since?: string): string => `
  SELECT a.attrelid::text AS "table", a.attnum::text AS number, a.attname AS name,
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS type
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${OURS}
    ${CHANGED("a", since)}`;

const CONSTRAINTS = "SELECT oid::text AS oid FROM pg_catalog.pg_constraint WHERE contype <> 'n'";

const LOCKS = `
  SELECT relation::text AS oid, mode FROM pg_catalog.pg_locks
  WHERE pid = pg_catalog.pg_backend_pid() AND locktype = 'relation' AND granted`;

const COUNTS = `
  SELECT relid::text AS oid, seq_tup_read + coalesce(idx_tup_fetch, 0) AS scanned,
    n_tup_ins + n_tup_upd + n_tup_del AS changed
  FROM pg_catalog.pg_stat_xact_all_tables`;

const read = async <Row extends object>(client: Client, sql: string): Promise<readonly Row[]> =>
  (await client.query<Row>(sql)).rows;

/** The whole, in the session whose locks and counters are meant. */
export async function takeSnapshot(client: Client): Promise<Snapshot> {
  const constraints = await read<{ oid: string }>(client, CONSTRAINTS);
  return {
    ...(await catalog(client)),
    constraints: new Set(constraints.map(({ oid }) => oid)),
    ...(await activity(client)),
  };
}

/**
 * The snapshot after a later statement of the same transaction, whose id is `since`: only what the transaction has
 * written is read again. What it has dropped stays in it, as it was.
 */
export async function takeLater(client: Client, before: Snapshot, since: string): Promise<Snapshot> {
  const changed = await catalog(client, since);
  return {
    ...before,
    relations: new Map([...before.relations, ...changed.relations]),
    columns: new Map([...before.columns, ...changed.columns]),
    ...(await activity(client)),
  };
}

async function catalog(client: Client, since?: string): Promise<Pick<Snapshot, "relations" | "columns">> {
  const found = await read<Relation & { oid: string }>(client, relations(since));
  const parts = await read<Column & { table: string; number: string }>(client, columns(since));
  return {
    relations: new Map(found.map(({ oid, ...relation }) => [oid, relation])),
    columns: new Map(parts.map((column) => [`${column.table}.${column.number}`, column])),
  };
}

async function activity(client: Client): Promise<Pick<Snapshot, "locks" | "counts">> {
  const locks = await read<{ oid: string; mode: string }>(client, LOCKS);
  const counts = await read<{ oid: string; scanned: string; changed: string }>(client, COUNTS);
  const modes = new Map<string, string[]>();
  for (const { oid, mode } of locks) modes.set(oid, [...(modes.get(oid) ?? []), mode]);
  return {
    locks: modes,
    counts: new Map(
      counts.map(({ oid, scanned, changed }) => [oid, { scanned: Number(scanned), changed: Number(changed) }]),
    ),
  };
}
