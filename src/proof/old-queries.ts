import type { Client } from "pg";
import type { SeenQueries, SeenQuery } from "../domain/database/live.ts";
import type { JudgedQueries } from "../domain/lint.ts";
import { isSyntaxError, type SqlGrammar } from "../vulcan/sql/grammar.ts";
import { nodesOf, textAt } from "../vulcan/sql/tree.ts";
import { serverError } from "./run-migration.ts";
import type { ServerError } from "./trial.ts";

/** A query that could be prepared before a migration, and cannot after it. */
export interface BrokenQuery {
  readonly id: string;
  readonly calls: number;
  /** For people, without the query's text. */
  readonly why: string;
}

/**
 * The queries that the running images have sent. Each is prepared on the throw-away server: that parses it against the
 * schema, and runs nothing. One that cannot be prepared before the first migration is counted, and not judged.
 */
export class OldQueries {
  #alive: readonly SeenQuery[];
  #unjudged = 0;
  #judged = 0;

  constructor(grammar: SqlGrammar, { queries }: SeenQueries) {
    const read = queries.map((one) => singleQuery(grammar, one));
    this.#alive = read.filter((one) => one !== "other" && one !== "unread") as readonly SeenQuery[];
    this.#unjudged = read.filter((one) => one === "unread").length;
  }

  /** Call this once, before the first migration that is judged. */
  async begin(client: Client): Promise<void> {
    const failed = await this.#prepareAll(client);
    this.#unjudged += failed.length;
    this.#judged = this.#alive.length;
  }

  /** Those that broke since the last call. Each is told once. */
  async broken(client: Client): Promise<readonly BrokenQuery[]> {
    const failed = await this.#prepareAll(client);
    return failed.map(({ query: { id, calls }, error }) => ({ id, calls, why: whyOf(error) }));
  }

  count(): JudgedQueries {
    return { judged: this.#judged, unjudged: this.#unjudged };
  }

  async #prepareAll(client: Client): Promise<readonly { readonly query: SeenQuery; readonly error: ServerError }[]> {
    const failed: { readonly query: SeenQuery; readonly error: ServerError }[] = [];
    for (const query of this.#alive) {
      const error = await client.query(`PREPARE ${NAME} AS ${query.text}; DEALLOCATE ${NAME}`).then(
        () => undefined,
        (reason: unknown) => serverError(reason),
      );
      if (error !== undefined) failed.push({ query, error });
    }
    const broken = new Set(failed.map(({ query }) => query));
    this.#alive = this.#alive.filter((query) => !broken.has(query));
    return failed;
  }
}

const NAME = "vulcan_ops_query";

const QUERIES = /^(Select|Insert|Update|Delete|Merge)Stmt$/;

/** The text as one query over tables; `other` for what reads no table of the users, `unread` for what the grammar refuses. */
function singleQuery(grammar: SqlGrammar, query: SeenQuery): SeenQuery | "other" | "unread" {
  const read = grammar.statements(query.text);
  if (isSyntaxError(read)) return "unread";
  const [one] = read;
  if (one === undefined || read.length > 1 || !QUERIES.test(one.type)) return "other";
  const ranges = [...nodesOf(one.node, "RangeVar"), ...targetsOf(one.node)];
  const isUsers = ranges.some(
    (range) => !/^(pg_|information_schema)/.test(`${textAt(range, "schemaname")}${textAt(range, "relname")}`),
  );
  return isUsers ? { ...query, text: one.text } : "other";
}

/** The table of INSERT, UPDATE and DELETE has no wrapper in the tree. */
const targetsOf = (node: Readonly<Record<string, unknown>>) =>
  typeof node.relation === "object" && node.relation !== null
    ? [node.relation as Readonly<Record<string, unknown>>]
    : [];

/** Errors about a name tell the name; others may repeat parts of the query. */
const NAMING = new Set(["42P01", "42703", "42883", "42704", "3F000", "42P10", "42846", "42804"]);

const whyOf = ({ code, message }: ServerError): string =>
  NAMING.has(code) ? `${code} ${message}` : `${code || "the session ended"}`;
