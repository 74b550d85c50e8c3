import type { Client } from "pg";
import { isSyntaxError, type SqlGrammar, type SqlStatement } from "../vulcan/sql/grammar.ts";
import { nodesOf } from "../vulcan/sql/tree.ts";
import { effectsBetween, type Recorded } from "./effects.ts";
import type { Body, SqlText } from "./migration.ts";
import { OWN_SCHEMA } from "./recorder.ts";
import { type Snapshot, takeLater, takeSnapshot } from "./snapshot.ts";
import type { Effects, ServerError, StatementTrial, Trial } from "./trial.ts";

/** One session in which migrations run. */
export interface Session {
  readonly client: Client;
  readonly grammar: SqlGrammar;
  /** How many rows each table has, by its oid. */
  readonly rows: ReadonlyMap<string, number>;
}

/** What the runner writes in the end: the row of an Up, or its removal by a Down. */
export interface Ledger {
  readonly version: number;
  readonly description: string;
  readonly direction: "up" | "down";
}

/** The runner's own table, as its documentation queries it. */
export const LEDGER_TABLE = `CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, description TEXT NOT NULL,
  applied_at TIMESTAMPTZ NOT NULL DEFAULT now(), duration_ms INTEGER NOT NULL DEFAULT 0)`;

/**
 * Runs one Up or Down as Vulcan's runner does: in one transaction of its own, with the ledger's row as its last change.
 * `keep` commits it; else it is rolled back after everything was seen. After an error nothing more runs.
 */
export async function runBody(session: Session, body: Body, ledger: Ledger, keep: boolean): Promise<Trial> {
  const { client } = session;
  const notices: string[] = [];
  const listen = ({ message }: { readonly message?: string | undefined }): void => {
    if (message !== undefined) notices.push(message);
  };
  client.on("notice", listen);
  try {
    await client.query("BEGIN");
    const start = await takeSnapshot(client);
    const { rows } = await client.query<{ id: string }>("SELECT pg_current_xact_id()::text AS id");
    const watch: Watch = { id: rows[0]?.id ?? "0", start, before: start, drops: await newestDrop(client), notices };
    const statements: StatementTrial[] = [];
    for (const text of body.texts) for (const one of await runText(session, text, watch)) statements.push(one);
    const isWhole = statements.every(({ error, skipped, syntaxError }) => !error && !skipped && !syntaxError);
    const endError = isWhole ? await endOf(client, ledger, keep) : undefined;
    await client.query("ROLLBACK").catch(() => {}); // the session was ended: the statement says so
    const existing = new Set([...start.relations.values()].map(({ name }) => name));
    return { existing, statements, isDone: isWhole && endError === undefined, ...(endError && { endError }) };
  } finally {
    client.off("notice", listen);
  }
}

interface Watch {
  /** Of the transaction. */
  readonly id: string;
  readonly start: Snapshot;
  before: Snapshot;
  drops: string;
  readonly notices: string[];
  /** An earlier statement has failed: PostgreSQL refuses all that follow. */
  isAborted?: boolean;
}

async function runText(session: Session, text: SqlText, watch: Watch): Promise<readonly StatementTrial[]> {
  const read = session.grammar.statements(text.sql);
  if (isSyntaxError(read)) {
    // The server's own word: an older one may refuse other things.
    const ran = watch.isAborted ? {} : await run(session, text.sql, watch);
    return [{ text, syntaxError: read, ...ran }];
  }
  const trials: StatementTrial[] = [];
  for (const statement of read) {
    const skipped = watch.isAborted ? "a statement before it has failed" : whyNot(statement, text);
    trials.push({ text, statement, ...(skipped ? { skipped } : await run(session, statement.text, watch)) });
  }
  return trials;
}

/** The runner's transaction stays open: what would end it is a finding by its words alone. */
function whyNot({ type, node }: SqlStatement, { hasValues }: SqlText): string | undefined {
  if (type === "TransactionStmt" && /_(BEGIN|START|COMMIT|ROLLBACK|PREPARE|COMMIT_PREPARED)$/.test(String(node.kind)))
    return "it would end the runner's transaction";
  if (hasValues && [...nodesOf(node, "ParamRef")].length > 0) return "its values are known only to the program";
  return undefined;
}

async function run(
  { client, rows }: Session,
  sql: string,
  watch: Watch,
): Promise<{ readonly effects: Effects; readonly ms: number } | { readonly error: ServerError }> {
  watch.notices.length = 0;
  try {
    const begun = performance.now();
    await client.query(sql);
    const ms = performance.now() - begun;
    const after = await takeLater(client, watch.before, watch.id);
    const drops = await dropsSince(client, watch.drops);
    const recorded = { dropped: drops, notices: [...watch.notices], rows };
    const effects = effectsBetween(watch.start, watch.before, after, recorded);
    watch.before = after;
    watch.drops = drops.at(-1)?.n ?? watch.drops;
    return { effects, ms };
  } catch (error) {
    watch.isAborted = true;
    return { error: serverError(error) };
  }
}

/** The number of the last recorded drop; `0` for none. */
async function newestDrop(client: Client): Promise<string> {
  const { rows } = await client.query<{ n: string }>(`SELECT coalesce(max(n), 0) AS n FROM ${OWN_SCHEMA}.dropped`);
  return rows[0]?.n ?? "0";
}

async function dropsSince(
  client: Client,
  since: string,
): Promise<readonly (Recorded["dropped"][number] & { readonly n: string })[]> {
  const { rows } = await client.query<Recorded["dropped"][number] & { n: string }>(
    `SELECT n, object_type AS type, identity AS name, objid::text AS oid, objsubid AS column, is_named AS "isNamed"
     FROM ${OWN_SCHEMA}.dropped WHERE n > ${since} ORDER BY n`,
  );
  return rows;
}

async function endOf(client: Client, ledger: Ledger, keep: boolean): Promise<ServerError | undefined> {
  const { version, description, direction } = ledger;
  try {
    if (direction === "down") await client.query("DELETE FROM migrations WHERE version = $1", [version]);
    else await client.query("INSERT INTO migrations (version, description) VALUES ($1, $2)", [version, description]);
    if (keep) await client.query("COMMIT");
    else await client.query("SET CONSTRAINTS ALL IMMEDIATE");
    return undefined;
  } catch (error) {
    return serverError(error);
  }
}

export function serverError(error: unknown): ServerError {
  const { code = "", message } = error as Error & { readonly code?: string };
  return { code: /^[0-9A-Z]{5}$/.test(code) ? code : "", message };
}
