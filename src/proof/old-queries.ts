import { readFileSync } from "node:fs";
import type { Client } from "pg";
import { usageError } from "../domain/error.ts";
import type { BrokenQuery } from "../domain/migrations/proof.ts";
import { sanitise, sanitiseDeep } from "../domain/sanitise.ts";
import { isSyntaxError, type SqlGrammar } from "../vulcan/sql/grammar.ts";
import { serverError } from "./run-migration.ts";
import type { ProofServer } from "./server.ts";

/** Statements that can be prepared. */
const QUERY = /^(Select|Insert|Update|Delete|Merge)Stmt$/;

/**
 * The queries that the old image sends. Each is prepared and not executed: on the new schema it serves for minutes. Only
 * one that could be prepared before an Up says something after it.
 */
export class OldQueries {
  readonly #queries: readonly string[];
  readonly #client: Client | undefined;
  #judged = new Set<number>();

  private constructor(queries: readonly string[], client: Client | undefined) {
    this.#queries = queries;
    this.#client = client;
  }

  /** `path`: SQL with semicolons, as `pg_stat_statements` has it; without it there are none. Throws OpsError (exit 6). */
  static async open(server: ProofServer, grammar: SqlGrammar, path: string | undefined): Promise<OldQueries> {
    if (path === undefined) return new OldQueries([], undefined);
    const queries = queriesIn(path, grammar);
    return new OldQueries(queries, await server.connect());
  }

  /** Those that can be prepared now, by their numbers. */
  async fitting(): Promise<ReadonlySet<number>> {
    const fitting = new Set<number>();
    for (const [at, query] of this.#queries.entries())
      if ((await this.#failureOf(query)) === undefined) fitting.add(at);
    this.#judged = new Set([...this.#judged, ...fitting]);
    return fitting;
  }

  /** Those that could be prepared before and cannot now. */
  async broken(before: ReadonlySet<number>): Promise<readonly BrokenQuery[]> {
    const broken: BrokenQuery[] = [];
    for (const at of before) {
      const error = await this.#failureOf(this.#queries[at] ?? "");
      if (error !== undefined) broken.push({ number: at + 1, error });
    }
    return broken;
  }

  /** How many could be prepared before no migration. */
  get unjudged(): number {
    return this.#queries.length - this.#judged.size;
  }

  async end(): Promise<void> {
    await this.#client?.end();
  }

  async #failureOf(query: string): Promise<string | undefined> {
    try {
      await this.#client?.query(`PREPARE old_query AS ${query}`);
      await this.#client?.query("DEALLOCATE old_query");
      return undefined;
    } catch (error) {
      const { code, message } = serverError(error);
      return sanitiseDeep(`${code} ${message}`.trim());
    }
  }
}

function queriesIn(path: string, grammar: SqlGrammar): readonly string[] {
  const name = sanitise(path, { most: 200 });
  let sql: string;
  try {
    sql = readFileSync(path, "utf8");
  } catch (error) {
    throw usageError(
      "queries-unreadable",
      `--queries ${name} cannot be read: ${(error as NodeJS.ErrnoException).code}`,
    );
  }
  const statements = grammar.statements(sql);
  if (isSyntaxError(statements)) {
    const line = sql.slice(0, statements.at).split("\n").length;
    throw usageError("queries-invalid", `--queries ${name}:${line}: ${sanitise(statements.message)}`, [
      "put a semicolon after each query",
    ]);
  }
  return statements.filter(({ type }) => QUERY.test(type)).map(({ text }) => text);
}
