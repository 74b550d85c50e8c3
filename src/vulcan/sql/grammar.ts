import { createRequire } from "node:module";
import { isSea } from "node:sea";
import { fileURLToPath } from "node:url";
import { usageError } from "../../domain/error.ts";
import { installCommand } from "../../domain/install-command.ts";
import { notInExecutable } from "../../domain/not-in-executable.ts";
import { type SqlNode, textAt, unwrapped } from "./tree.ts";

/** The version that package.json names as an optional peer. */
const PACKAGE = "libpg-query@18.1.5";

/** One statement of a SQL text. */
export interface SqlStatement {
  /** The type of its parse node: `AlterTableStmt`. */
  readonly type: string;
  readonly node: SqlNode;
  /** Without the semicolon, and without the comments before it. */
  readonly text: string;
  /** Where it begins in the whole text, in UTF-16 units. */
  readonly at: number;
}

/** With its marks; `at` is where it begins, in UTF-16 units. */
export interface SqlComment {
  readonly text: string;
  readonly at: number;
}

/** What PostgreSQL's parser says of a text that it cannot read. */
export interface SqlSyntaxError {
  readonly message: string;
  /** Where it stopped, in UTF-16 units. */
  readonly at: number;
}

/** The body of a DO block or a PL/pgSQL function. */
export interface PlpgsqlBody {
  /** The SQL that it executes as it is written. */
  readonly sql: readonly string[];
  /** It executes texts that it makes itself (EXECUTE). */
  readonly isDynamic: boolean;
  /** It ends transactions itself (COMMIT, ROLLBACK). */
  readonly isTransactional: boolean;
}

/** PostgreSQL's own parser, of major 18. It also reads what older servers refuse. */
export interface SqlGrammar {
  statements(sql: string): readonly SqlStatement[] | SqlSyntaxError;
  /** The comments of a text that can be split into tokens. */
  comments(sql: string): readonly SqlComment[];
  /** Undefined if it cannot be read. */
  body(plpgsql: string): PlpgsqlBody | undefined;
}

export const isSyntaxError = (read: readonly SqlStatement[] | SqlSyntaxError): read is SqlSyntaxError =>
  !Array.isArray(read);

/** Its bounds are in bytes. */
interface ScanToken {
  readonly start: number;
  readonly end: number;
  readonly tokenName: string;
}

/** The part of libpg-query that is used here. Its own types would make the package necessary for compiling. */
interface LibPgQuery {
  loadModule(): Promise<void>;
  parseSync(sql: string): SqlNode;
  scanSync(sql: string): { readonly tokens: readonly ScanToken[] };
  parsePlPgSQLSync(sql: string): SqlNode;
}

/**
 * Loads the grammar: 0.1 s, and 1.7 MB of WebAssembly. It is an optional package, which only the commands that read SQL
 * need. Throws OpsError (exit 6) where it is not installed.
 */
export async function loadGrammar(): Promise<SqlGrammar> {
  const library = load();
  await library.loadModule();
  return {
    statements: (sql) => statementsOf(library, sql),
    comments: (sql) => commentsOf(library, sql),
    body: (plpgsql) => bodyOf(library, plpgsql),
  };
}

function load(): LibPgQuery {
  if (isSea()) throw notInExecutable("PostgreSQL's own grammar is needed here");
  let path: string;
  try {
    path = createRequire(import.meta.url).resolve("libpg-query");
  } catch {
    throw usageError(
      "grammar-missing",
      'This command reads SQL with PostgreSQL\'s own grammar: the npm package "libpg-query" is not installed.',
      [installCommand(PACKAGE, fileURLToPath(import.meta.url), process.cwd())],
    );
  }
  return createRequire(path)(path) as LibPgQuery;
}

function statementsOf(library: LibPgQuery, sql: string): readonly SqlStatement[] | SqlSyntaxError {
  if (sql.trim() === "") return [];
  const bytes = new TextEncoder().encode(sql);
  const units = (byte: number): number => new TextDecoder().decode(bytes.subarray(0, byte)).length;
  try {
    const { stmts } = library.parseSync(sql) as { readonly stmts?: readonly SqlNode[] };
    return (stmts ?? []).map((one) => {
      const from = Number(one.stmt_location ?? 0);
      const length = Number(one.stmt_len ?? 0);
      const to = length === 0 ? bytes.length : from + length;
      const [type, node] = unwrapped(one.stmt as SqlNode);
      const text = new TextDecoder().decode(bytes.subarray(from, to));
      return { type, node, text: text.trim(), at: units(from) + (text.length - text.trimStart().length) };
    });
  } catch (error) {
    const { message, sqlDetails } = error as Error & { readonly sqlDetails?: { readonly cursorPosition?: number } };
    // The parser counts characters, not bytes and not UTF-16 units.
    const before = [...sql].slice(0, Math.max(0, sqlDetails?.cursorPosition ?? 0));
    return { message, at: before.join("").length };
  }
}

function commentsOf(library: LibPgQuery, sql: string): readonly SqlComment[] {
  if (!/--|\/\*/.test(sql)) return [];
  const bytes = new TextEncoder().encode(sql);
  const decoded = (from: number, to: number): string => new TextDecoder().decode(bytes.subarray(from, to));
  try {
    const { tokens } = library.scanSync(sql);
    return tokens
      .filter(({ tokenName }) => tokenName.endsWith("_COMMENT"))
      .map(({ start, end }) => ({ text: decoded(start, end), at: decoded(0, start).length }));
  } catch {
    return [];
  }
}

function bodyOf(library: LibPgQuery, plpgsql: string): PlpgsqlBody | undefined {
  // The parser reads whole functions only. The quote must not be in the body.
  const quote = ["$body$", "$vulcan_ops$"].find((one) => !plpgsql.includes(one));
  if (quote === undefined) return undefined;
  try {
    const wrapped = `CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS ${quote}${plpgsql}${quote}`;
    const tree = library.parsePlPgSQLSync(wrapped);
    const sql: string[] = [];
    const types = new Set<string>();
    collect(tree, sql, types);
    return {
      sql,
      isDynamic: [...types].some((type) => /dynexecute|dynfors/.test(type)),
      isTransactional: types.has("PLpgSQL_stmt_commit") || types.has("PLpgSQL_stmt_rollback"),
    };
  } catch {
    return undefined;
  }
}

function collect(node: unknown, sql: string[], types: Set<string>): void {
  if (Array.isArray(node)) for (const item of node) collect(item, sql, types);
  if (typeof node !== "object" || node === null || Array.isArray(node)) return;
  for (const [name, value] of Object.entries(node)) {
    types.add(name);
    if (name === "PLpgSQL_stmt_execsql") sql.push(queryOf(value as SqlNode));
    collect(value, sql, types);
  }
}

function queryOf(statement: SqlNode): string {
  const expression = statement.sqlstmt as SqlNode | undefined;
  const inner = expression?.PLpgSQL_expr as SqlNode | undefined;
  return inner === undefined ? "" : textAt(inner, "query");
}
