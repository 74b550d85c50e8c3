import type { Database } from "../../domain/aws/rds.ts";
import { notChecked, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { RollbackCheck } from "../rollback-subject.ts";

/** In these states nothing can connect. Others may serve, or not: RDS does not say. [D: viewing DB instance status] */
const CLOSED =
  /^(stopped|stopping|starting|failed|deleting|creating|restoring|inaccessible-encryption-credentials.*|incompatible-.*|insufficient-capacity|restore-error)$/;

const ASKS = "whether the database is available";

export const databaseState: RollbackCheck = {
  id: "databaseState",
  question: ASKS,
  validAfterSend: true,
  run: async ({ reads, target }) => judgeDatabaseState(target.database, await reads.database(target.database)),
};

/** Vulcan connects as it starts: without the database no task becomes healthy, of any release. */
export function judgeDatabaseState(
  name: string,
  database: Pick<Database, "id" | "status"> | undefined,
): readonly Finding[] {
  if (database === undefined) return [notChecked(ASKS, `RDS has no instance ${name}; it may be a cluster`)];
  const { id, status } = database;
  const text = `the database ${id} is ${status}`;
  if (!CLOSED.test(status)) return status === "available" ? [ok("database-available", text)] : [];
  return [warn("database-closed", `${text}: no task becomes healthy before it is available`, ["vulcan-ops status"])];
}
