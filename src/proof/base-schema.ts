import { readFileSync } from "node:fs";
import { usageError } from "../domain/error.ts";
import { sanitise } from "../domain/sanitise.ts";
import { isSyntaxError, type SqlGrammar, type SqlStatement } from "../vulcan/sql/grammar.ts";
import { itemsAt } from "../vulcan/sql/tree.ts";
import type { ProofServer } from "./server.ts";

/**
 * Creates what is there before the first migration, from a file that pg_dump --schema-only has written. In a session of
 * its own: a dump changes the settings of the one that runs it. Throws OpsError (exit 6) naming what does not run.
 */
export async function createBaseSchema(server: ProofServer, grammar: SqlGrammar, path: string): Promise<void> {
  const name = sanitise(path, { most: 200 });
  const sql = textOf(path, name);
  const statements = grammar.statements(sql);
  if (isSyntaxError(statements)) throw invalid(`${name}:${lineAt(sql, statements.at)}: ${statements.message}`);
  const client = await server.connect();
  try {
    for (const one of statements) {
      if (isOfOwners(one)) continue;
      await client.query(one.text).catch((error: Error) => {
        throw invalid(`${name}:${lineAt(sql, one.at)}: ${error.message}`);
      });
    }
  } finally {
    await client.end();
  }
}

/** Lines of psql itself are no SQL. They stay as comments, so that the lines keep their numbers. */
function textOf(path: string, name: string): string {
  try {
    return readFileSync(path, "utf8").replace(/^\\/gm, "-- \\");
  } catch (error) {
    throw usageError("schema-unreadable", `${name} cannot be read: ${(error as NodeJS.ErrnoException).code ?? "?"}`);
  }
}

const invalid = (message: string): Error =>
  usageError("schema-invalid", `--schema: ${sanitise(message)}`, [
    "pg_dump --schema-only --no-owner --no-privileges DATABASE",
  ]);

/** Roles and extensions of the real server are not here, and change nothing that is judged. */
const OF_OWNERS =
  /^(AlterOwnerStmt|GrantStmt|GrantRoleStmt|AlterDefaultPrivilegesStmt|CommentStmt|CreateExtensionStmt)$/;

const isOfOwners = ({ type, node }: SqlStatement): boolean =>
  OF_OWNERS.test(type) ||
  /^Create(Publication|Subscription|EventTrig)Stmt$/.test(type) ||
  itemsAt(node, "cmds").some(([, { subtype }]) => subtype === "AT_ChangeOwner");

const lineAt = (text: string, at: number): number => text.slice(0, at).split("\n").length;
