import type { QueriedValue } from "../domain/database/facts.ts";
import { OpsError } from "../domain/error.ts";
import { EXIT } from "../domain/exit-codes.ts";
import type { Session } from "./session.ts";

/**
 * The one value of an operator's SELECT. Inside another SELECT it can be nothing else, and at most two rows are sent.
 * Its errors name neither its text nor its values.
 */
export async function queryValue(session: Session, select: string): Promise<QueriedValue> {
  const { rows, types } = await session
    .texts(`SELECT * FROM (\n${select}\n) AS probe LIMIT 2`)
    .catch((error: unknown) => Promise.reject(withoutText(error)));
  const [type, ...others] = types;
  if (type === undefined || others.length > 0) throw unfit(`gives ${types.length} columns, and one is needed`);
  if (rows.length !== 1) throw unfit(rows.length === 0 ? "gives no row" : "gives several rows, and one is needed");
  return { text: rows[0]?.[0] ?? null, type };
}

/** What the server says of a statement repeats parts of it. Failures on the way to the server do not. */
function withoutText(error: unknown): unknown {
  if (!(error instanceof OpsError)) return error;
  const { code } = error.detail;
  const says = SAYS[code];
  return says === undefined ? error : unfit(says);
}

const SAYS: Readonly<Record<string, string>> = {
  "database-failed": "is refused by the server",
  "database-slow": "takes longer than 2 s",
  "table-absent": "names a table that this user does not see",
  "table-locked": "waits for a locked table",
};

const unfit = (what: string): OpsError =>
  new OpsError({
    code: "probe-unfit",
    exitCode: EXIT.failed,
    fault: "operator",
    message: `the statement ${what}`,
    effect: "none",
  });
