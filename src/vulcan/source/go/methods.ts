import { statementsOf } from "../sql-tokens.ts";
import { readEmbedded } from "./embed.ts";
import { quotedIdentifier } from "./format.ts";
import type { GoNode } from "./node.ts";
import { doubt, execute, type Run } from "./run.ts";
import { type Batch, HARMLESS, OUTCOME, text, tuple, unknown, type Value } from "./value.ts";

/** A call to a method: its value, or undefined where the method is not known. */
export function callMethod(
  run: Run,
  node: GoNode,
  owner: Value,
  name: string,
  values: readonly Value[],
): Value | undefined {
  if (owner.kind === "transaction") return byTransaction(run, node, owner.api, name, values);
  if (owner.kind === "batch") return byBatch(run, node, owner, name, values);
  if (owner.kind === "files" && name === "ReadFile")
    return tuple(readEmbedded(run.go, owner.spec, values[0], node), OUTCOME);
  if (owner.kind === "list" && owner.isIdentifier === true && name === "Sanitize") return sanitised(owner.items, node);
  if (owner.kind === "harmless") return /^(Scan|Err|Close|Exec)$/.test(name) ? OUTCOME : calm(node, name);
  if (owner.kind === "outcome" || owner.kind === "failure") return unknown(node, `the text of an error`);
  return undefined;
}

/** `row.Next()` is a condition; anything else has no effect and no value that counts. */
const calm = (node: GoNode, name: string): Value =>
  name === "Next" ? unknown(node, "whether a row follows") : HARMLESS;

function sanitised(parts: readonly Value[], node: GoNode): Value {
  const names = parts.flatMap((part) => (part.kind === "text" ? [quotedIdentifier(part.text)] : []));
  return names.length === parts.length ? text(names.join(".")) : unknown(node, "a name that is not known");
}

/** The place of the SQL among the values, by the interface and the method. */
const SQL_AT: Readonly<Record<string, number | undefined>> = {
  "pgx Exec": 1,
  "pgx Query": 1,
  "pgx QueryRow": 1,
  "sql Exec": 0,
  "sql Query": 0,
  "sql QueryRow": 0,
  "sql ExecContext": 1,
  "sql QueryContext": 1,
  "sql QueryRowContext": 1,
};

function byTransaction(
  run: Run,
  node: GoNode,
  api: "pgx" | "sql",
  name: string,
  values: readonly Value[],
): Value | undefined {
  if (api === "pgx" && name === "SendBatch") return sendBatch(run, node, values[1]);
  const at = SQL_AT[`${api} ${name}`];
  if (at === undefined) return undefined;
  const sql = sqlOf(run, node, values.slice(at));
  if (sql !== undefined) execute(run, { node, sql, hasValues: values.length > at + 1 });
  return /Row/.test(name) ? HARMLESS : tuple(HARMLESS, OUTCOME);
}

function sqlOf(run: Run, node: GoNode, [sql, ...rest]: readonly Value[]): string | undefined {
  if (sql?.kind !== "text") {
    const from = sql?.kind === "unknown" ? sql : unknown(node, "what it executes is not a text that is known");
    doubt(run, from.node, from.why);
    return undefined;
  }
  const several = rest.length > 0 && (statementsOf(sql.text)?.length ?? 2) > 1;
  if (several)
    doubt(run, node, "several statements beside values: PostgreSQL refuses them (42601), so it always fails");
  return sql.text;
}

function byBatch(run: Run, node: GoNode, batch: Batch, name: string, values: readonly Value[]): Value | undefined {
  if (name !== "Queue") return name === "Len" ? HARMLESS : undefined;
  const sql = sqlOf(run, node, values);
  if (run.asides.length > 0 || batch.owner !== run)
    doubt(run, node, "a batch that is filled elsewhere, or under a condition");
  if (sql !== undefined) batch.queued.push({ sql, node, hasValues: values.length > 1 });
  return HARMLESS;
}

function sendBatch(run: Run, node: GoNode, batch: Value | undefined): Value {
  if (batch?.kind !== "batch" || batch.owner !== run) return doubt(run, node, "a batch that is not known");
  for (const queued of batch.queued) execute(run, queued);
  return HARMLESS;
}
