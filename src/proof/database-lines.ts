import type { Client } from "pg";
import { CATALOG_LINES, CATALOG_PATH } from "../database/catalog/lines.ts";
import { OWN_SCHEMA } from "./recorder.ts";

/** The whole database at one moment, as lines. */
export interface DatabaseLines {
  /** Every fact of its structure. */
  readonly structure: readonly string[];
  /** By table: one line a row; of very many rows their number and digest. */
  readonly rows: ReadonlyMap<string, readonly string[]>;
  /** By sequence: its position, and the table whose rows it numbers. */
  readonly sequences: ReadonlyMap<string, SequencePosition>;
}

export interface SequencePosition {
  readonly position: string;
  readonly table: string | null;
}

/** Beyond it, rows are compared by their number and digest. */
const MOST_ROWS = 2000;

/**
 * A session that reads them. It is another one than that of the migrations: none of their settings and none of their
 * temporary objects reach it, and its statements stay prepared.
 */
export class LinesReader {
  readonly #client: Client;
  readonly #names = new Map<string, string>();

  private constructor(client: Client) {
    this.#client = client;
  }

  static async open(connect: () => Promise<Client>): Promise<LinesReader> {
    const client = await connect();
    await client.query(
      `SET search_path = ${CATALOG_PATH}; SET plan_cache_mode = force_generic_plan; SET timezone = 'UTC'`,
    );
    return new LinesReader(client);
  }

  async read(): Promise<DatabaseLines> {
    const structure: string[] = [];
    for (const [at, text] of CATALOG_LINES.entries()) {
      const { rows } = await this.#client.query<{ line: string }>({ name: `lines-${at}`, text });
      for (const { line } of rows) structure.push(line);
    }
    const { rows: found } = await this.#client.query<Content>({ name: "content", text: CONTENT });
    return {
      structure: structure.sort(),
      rows: await this.#rowsOf(found.filter(({ kind }) => kind !== "S")),
      sequences: await this.#positionsOf(found.filter(({ kind }) => kind === "S")),
    };
  }

  async end(): Promise<void> {
    await this.#client.end();
  }

  async #rowsOf(tables: readonly Content[]): Promise<DatabaseLines["rows"]> {
    if (tables.length === 0) return new Map();
    const all = await this.#lines(tables.map(rowsOf).join(" UNION ALL ")).catch(() => undefined);
    const lines = all ?? (await this.#oneByOne(tables));
    return new Map(lines.map(({ name, lines: own }) => [name, [...own].sort()]));
  }

  /** A table whose policy hides rows from its owner, or whose type no text can be made of, is told so. */
  async #oneByOne(tables: readonly Content[]): Promise<readonly RowLines[]> {
    const read: RowLines[] = [];
    for (const table of tables) {
      const failed = (error: Error) => [{ name: table.name, lines: [`rows not read: ${error.message}`] }];
      read.push(...(await this.#lines(rowsOf(table)).catch(failed)));
    }
    return read;
  }

  async #lines(text: string): Promise<readonly RowLines[]> {
    return (await this.#client.query<RowLines>({ name: this.#nameOf(text), text })).rows;
  }

  /** Most reads find the same tables as the one before. */
  #nameOf(text: string): string {
    const name = this.#names.get(text) ?? `rows-${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }

  async #positionsOf(sequences: readonly Content[]): Promise<DatabaseLines["sequences"]> {
    if (sequences.length === 0) return new Map();
    const parts = sequences.map(
      ({ path }, at) =>
        `SELECT ${at} AS at, last_value || CASE WHEN is_called THEN '' ELSE ', not used yet' END AS p FROM ${path}`,
    );
    const { rows } = await this.#client.query<{ at: number; p: string }>(parts.join(" UNION ALL "));
    return new Map(
      rows.flatMap(({ at, p }) => {
        const one = sequences[at];
        return one === undefined ? [] : [[one.name, { position: p, table: one.table }] as const];
      }),
    );
  }
}

interface Content {
  readonly kind: string;
  readonly name: string;
  /** Quoted, with its schema. */
  readonly path: string;
  /** Of a sequence: the table whose rows it numbers. */
  readonly table: string | null;
}

interface RowLines {
  readonly name: string;
  readonly lines: readonly string[];
}

const NAME = (schema: string, relation: string): string =>
  `CASE ${schema} WHEN 'public' THEN '' ELSE quote_ident(${schema}) || '.' END || quote_ident(${relation})`;

const CONTENT = `
SELECT c.relkind::text AS kind, ${NAME("n.nspname", "c.relname")} AS name, format('%I.%I', n.nspname, c.relname) AS path,
  (SELECT ${NAME("tn.nspname", "t.relname")} FROM pg_depend AS d JOIN pg_class AS t ON t.oid = d.refobjid
    JOIN pg_namespace AS tn ON tn.oid = t.relnamespace
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass
      AND d.deptype IN ('a', 'i') AND c.relkind = 'S' LIMIT 1) AS table
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'S') AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', '${OWN_SCHEMA}')
ORDER BY n.nspname, c.relname`;

/** JSON names the columns, so that their order does not count. */
const rowsOf = ({ name, path }: Content): string => `
(SELECT '${name.replaceAll("'", "''")}' AS name, CASE WHEN count(*) <= ${MOST_ROWS} THEN coalesce(array_agg(line) FILTER (WHERE n <= ${MOST_ROWS}), '{}')
    ELSE ARRAY[concat(count(*), ' rows, digest ', sum(hashtextextended(line, 0)::numeric))] END AS lines
  FROM (SELECT to_jsonb(t)::text AS line, row_number() OVER () AS n FROM ${path} AS t) AS s)`;
