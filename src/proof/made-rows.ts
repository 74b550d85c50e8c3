import type { Client } from "pg";
import { OWN_SCHEMA } from "./recorder.ts";

/** Rows that are made in each table. Scans and failures need some; more would show nothing else. */
export const MADE_ROWS = 100;

interface TableColumns {
  readonly oid: string;
  /** Quoted, with its schema. */
  readonly name: string;
  /** `assets`, or with its schema if that is not `public`. */
  readonly plain: string;
  readonly columns: readonly MadeColumn[];
  readonly keys: readonly ForeignKey[];
}

interface MadeColumn {
  readonly name: string;
  readonly isRequired: boolean;
  /** Of a domain, the type below it. */
  readonly type: string;
  /** b, e (enum), d … as in pg_type. */
  readonly kind: string;
  readonly isArray: boolean;
  /** The greatest number of characters; 0 for any. */
  readonly length: number;
  /** Digits before the point; 0 for any. */
  readonly digits: number;
  readonly label: string | null;
  /** The definitions of CHECK constraints on this column alone. */
  readonly checks: readonly string[];
}

interface ForeignKey {
  readonly columns: readonly string[];
  readonly table: string;
  readonly target: string;
  readonly referenced: readonly string[];
}

/**
 * Puts rows into every table that has few, as the role that owns them: defaults, triggers and checks are a stranger's
 * code. Answers how many rows each table has then, by its oid, and at most MADE_ROWS.
 */
export async function makeRows(client: Client): Promise<ReadonlyMap<string, number>> {
  const tables = await tablesOf(client);
  let counts = await countRows(client, tables, MADE_ROWS);
  const tried = new Set<string>();
  for (;;) {
    const isFilled = ({ target }: ForeignKey, oid: string): boolean => target === oid || (counts.get(target) ?? 0) > 0;
    const next = tables.filter(
      ({ oid, keys }) =>
        !tried.has(oid) && (counts.get(oid) ?? 0) < MADE_ROWS && keys.every((key) => isFilled(key, oid)),
    );
    if (next.length === 0) return counts;
    for (const table of next) {
      tried.add(table.oid);
      await fill(client, table, MADE_ROWS);
    }
    counts = await countRows(client, tables, MADE_ROWS);
  }
}

/** One table that has many rows. */
export interface ManyRows {
  readonly oid: string;
  readonly rows: number;
  /** Without its indexes. */
  readonly bytes: number;
}

/** Puts many more rows into the tables of these names, so that work on each row can be measured. */
export async function makeManyRows(
  client: Client,
  wanted: ReadonlySet<string>,
  many: number,
): Promise<ReadonlyMap<string, ManyRows>> {
  const tables = (await tablesOf(client)).filter(({ plain }) => wanted.has(plain));
  const counts = await countRows(client, tables, many);
  const made = new Map<string, ManyRows>();
  for (const table of tables) {
    if ((counts.get(table.oid) ?? 0) < many) await fill(client, table, many);
    const { rows } = await client.query<{ rows: number; bytes: number }>(
      `SELECT count(*)::float8 AS rows, pg_catalog.pg_relation_size(${table.oid})::float8 AS bytes FROM ${table.name}`,
    );
    made.set(table.plain, { oid: table.oid, rows: rows[0]?.rows ?? 0, bytes: rows[0]?.bytes ?? 0 });
  }
  return made;
}

/** Empties every table: a migration that has failed on made rows is tried again without any. */
export async function removeRows(client: Client): Promise<void> {
  const names = (await tablesOf(client)).map(({ name }) => name);
  if (names.length > 0) await client.query(`TRUNCATE ${names.join(", ")} CASCADE`).catch(() => {});
}

const TABLES = `
SELECT c.oid::text AS oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name,
  CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS plain,
  coalesce((SELECT json_agg(json_build_object('name', quote_ident(a.attname), 'type', b.typname, 'kind', b.typtype,
      'isArray', b.typcategory = 'A', 'isRequired', a.attnotnull OR t.typnotnull,
      'length', CASE WHEN b.typname IN ('varchar', 'bpchar') AND m.mod > 4 THEN m.mod - 4 ELSE 0 END,
      'digits', CASE WHEN b.typname = 'numeric' AND m.mod > 4 THEN ((m.mod - 4) >> 16) - ((m.mod - 4) & 2047) ELSE 0 END,
      'label', (SELECT e.enumlabel FROM pg_catalog.pg_enum e WHERE e.enumtypid = b.oid ORDER BY e.enumsortorder LIMIT 1),
      'checks', coalesce((SELECT json_agg(pg_get_constraintdef(k.oid)) FROM pg_catalog.pg_constraint k
        WHERE k.contype = 'c' AND (k.conrelid = c.oid AND k.conkey = ARRAY[a.attnum] OR k.contypid = t.oid)), '[]')
    ) ORDER BY a.attnum)
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
    CROSS JOIN LATERAL (SELECT CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END AS mod) m
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND NOT a.atthasdef AND a.attidentity = ''), '[]') AS columns,
  coalesce((SELECT json_agg(json_build_object('table', quote_ident(rn.nspname) || '.' || quote_ident(r.relname),
      'target', r.oid::text,
      'columns', (SELECT json_agg(quote_ident(a.attname) ORDER BY u.i) FROM unnest(k.conkey) WITH ORDINALITY u(n, i)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.n),
      'referenced', (SELECT json_agg(quote_ident(a.attname) ORDER BY u.i) FROM unnest(k.confkey) WITH ORDINALITY u(n, i)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum = u.n)))
    FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class r ON r.oid = k.confrelid
    JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
    WHERE k.contype = 'f' AND k.conrelid = c.oid), '[]') AS keys
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'
  AND n.nspname NOT IN ('information_schema', '${OWN_SCHEMA}') AND c.relname <> 'migrations' ORDER BY c.oid`;

const tablesOf = async (client: Client): Promise<readonly TableColumns[]> =>
  (await client.query<TableColumns>(TABLES)).rows;

async function countRows(
  client: Client,
  tables: readonly TableColumns[],
  most: number,
): Promise<ReadonlyMap<string, number>> {
  if (tables.length === 0) return new Map();
  const parts = tables.map(
    ({ oid, name }) => `SELECT '${oid}' AS oid, count(*)::int AS n FROM (SELECT FROM ${name} LIMIT ${most}) s`,
  );
  const { rows } = await client.query<{ oid: string; n: number }>(parts.join(" UNION ALL "));
  return new Map(rows.map(({ oid, n }) => [oid, n]));
}

/** The rows to try, the best first: a CHECK may want NULL where nothing is required, or small numbers. */
const attempts = (count: number): readonly { readonly isWhole: boolean; readonly from: string }[] => [
  { isWhole: true, from: `generate_series(1, ${count}) g` },
  { isWhole: false, from: `generate_series(1, ${count}) g` },
  { isWhole: true, from: "(SELECT 1 AS g FROM generate_series(1, 5)) s" },
  { isWhole: false, from: "(SELECT 1 AS g FROM generate_series(1, 5)) s" },
];

/** What it refers to has to be filled before; a table that refers to itself gets NULL there. */
async function fill(client: Client, table: TableColumns, count: number): Promise<void> {
  for (const { isWhole, from } of attempts(count)) {
    try {
      await client.query(insertOf(table, isWhole, from));
      return;
    } catch {} // a check, a trigger, or a type that is not known here: the table stays empty, which is reported
  }
}

function insertOf({ oid, name, columns, keys }: TableColumns, isWhole: boolean, from: string): string {
  const others = keys.filter(({ target }) => target !== oid);
  const own = new Set(keys.filter(({ target }) => target === oid).flatMap((key) => key.columns));
  const given = columns.filter((column) => !own.has(column.name) && (isWhole || column.isRequired));
  if (given.length === 0) return `INSERT INTO ${name} DEFAULT VALUES`;
  const values = given.map((column) => referredValue(column.name, others) ?? madeValue(column));
  const names = given.map((column) => column.name).join(", ");
  return `INSERT INTO ${name} (${names}) SELECT ${values.join(", ")} FROM ${from} ON CONFLICT DO NOTHING`;
}

/** The columns of one foreign key come from one row. */
function referredValue(name: string, keys: readonly ForeignKey[]): string | undefined {
  const key = keys.find(({ columns }) => columns.includes(name));
  if (key === undefined) return undefined;
  const column = key.referenced[key.columns.indexOf(name)];
  const first = `SELECT ${column} AS x, row_number() OVER () AS k FROM ${key.table} LIMIT ${MADE_ROWS}`;
  const count = `(SELECT least(count(*), ${MADE_ROWS}) FROM ${key.table})`;
  return `(SELECT s.x FROM (${first}) s WHERE s.k = 1 + (g - 1) % ${count})`;
}

function madeValue(column: MadeColumn): string {
  const { type, kind, isArray, label } = column;
  if (isArray) return "'{}'";
  if (kind === "e") return label === null ? "NULL" : quoted(label);
  if (kind === "r" || kind === "m") return "'empty'";
  return (wanted(column) ?? VALUES[type]?.(column)) || "NULL";
}

/** `CHECK (kind = ANY (ARRAY['a', 'b']))`: the first of them. */
function wanted({ type, checks }: MadeColumn): string | undefined {
  if (!/^(text|varchar|bpchar|citext)$/.test(type)) return undefined;
  const list = checks.find((check) => / = (ANY \(|')/.test(check) && !check.includes("<>"));
  return /'(?:[^']|'')*'/.exec(list ?? "")?.[0];
}

/** `CHECK (length(x) = 32)`: 32; 0 for any. */
function exactLength({ checks }: MadeColumn): number {
  const check = checks.find((one) =>
    /^CHECK \(\((octet_|char_)?length\([^()]*\(?[^()]*\)?[^()]*\) = \d+\)\)$/.test(one),
  );
  return Math.min(Number(/ = (\d+)\)\)$/.exec(check ?? "")?.[1] ?? 0), 10_000);
}

function text(column: MadeColumn): string {
  const exact = exactLength(column);
  if (exact > 0) return `rpad(g::text, ${exact}, 'x')`;
  return column.length === 0 ? "'row ' || g" : `right('0000' || g, ${Math.min(column.length, 7)})`;
}

function bytes(column: MadeColumn): string {
  const exact = exactLength(column);
  if (exact === 0) return "decode(md5(g::text), 'hex')";
  return `substr(decode(repeat(md5(g::text), ${Math.ceil(exact / 16)}), 'hex'), 1, ${exact})`;
}

const VALUES: Readonly<Record<string, ((column: MadeColumn) => string) | undefined>> = {
  text,
  varchar: text,
  bpchar: text,
  citext: text,
  name: text,
  int2: () => "g",
  int4: () => "g",
  int8: () => "g",
  float4: () => "g",
  float8: () => "g",
  numeric: ({ digits }) => (digits === 0 ? "g" : `g % ${10 ** Math.min(digits, 9)}`),
  money: () => "g::money",
  bool: () => "g % 2 = 0",
  uuid: () => "md5(g::text)::uuid",
  date: () => "DATE '2020-01-01' + g",
  timestamp: () => "TIMESTAMP '2020-01-01' + g * INTERVAL '1 minute'",
  timestamptz: () => "TIMESTAMPTZ '2020-01-01Z' + g * INTERVAL '1 minute'",
  time: () => "TIME '00:00' + g * INTERVAL '1 minute'",
  interval: () => "g * INTERVAL '1 minute'",
  bytea: bytes,
  json: () => "json_build_object('n', g)",
  jsonb: () => "jsonb_build_object('n', g)",
  inet: () => "'10.0.0.0'::inet + g",
  cidr: () => "set_masklen('10.0.0.0'::cidr, 32) + g",
  tsvector: () => "to_tsvector('simple', g::text)",
  point: () => "point(g, g)",
};

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
