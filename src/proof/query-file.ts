import { readFileSync } from "node:fs";
import type { SeenQueries } from "../domain/database/live.ts";
import { usageError } from "../domain/error.ts";
import { sanitise } from "../domain/sanitise.ts";
import { isSyntaxError, type SqlGrammar } from "../vulcan/sql/grammar.ts";

/** The queries of a file, each with its semicolon; their ids are their places in it. Throws OpsError (exit 6). */
export function queriesIn(path: string, grammar: SqlGrammar): SeenQueries {
  const name = sanitise(path, { most: 200 });
  const sql = textOf(path, name);
  const statements = grammar.statements(sql);
  if (isSyntaxError(statements)) {
    const line = sql.slice(0, statements.at).split("\n").length;
    throw usageError("queries-invalid", `--queries ${name}:${line}: ${sanitise(statements.message)}`, [
      "put a semicolon after each query",
    ]);
  }
  const queries = statements.map(({ text }, at) => ({ id: String(at + 1), calls: 1, text }));
  return { queries, isCut: false, hidden: 0 };
}

function textOf(path: string, name: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw usageError(
      "queries-unreadable",
      `--queries ${name} cannot be read: ${(error as NodeJS.ErrnoException).code}`,
    );
  }
}
