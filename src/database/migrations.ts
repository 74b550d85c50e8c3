import { OpsError } from "../domain/error.ts";
import { EXIT } from "../domain/exit-codes.ts";
import { type AppliedMigration, toMigrations } from "../domain/migrations/applied.ts";
import type { Session } from "./session.ts";

const MOST_ROWS = 5000;

/** As JSON, so that a table with fewer columns, or others, is read as well: only its version has to be there. */
const LIST = `SELECT to_jsonb(m) AS row FROM migrations AS m LIMIT ${MOST_ROWS + 1}`;

export async function listMigrations(session: Session): Promise<readonly AppliedMigration[]> {
  const rows = (await session.rows(LIST)).map(({ row }) => row);
  const list = rows.length > MOST_ROWS ? undefined : toMigrations(rows);
  if (list !== undefined) return list;
  throw new OpsError({
    code: "table-strange",
    exitCode: EXIT.failed,
    fault: "remote",
    message: "the table migrations is not Vulcan's: no whole number in a column version, or too many rows",
    effect: "none",
  });
}
