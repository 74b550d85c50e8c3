import { isTimeout } from "./judge-errors.ts";
import { removeRows } from "./made-rows.ts";
import type { Migration } from "./migration.ts";
import type { MigrationSession } from "./migration-session.ts";
import type { Ledger } from "./run-migration.ts";
import type { Trial } from "./trial.ts";

export const NO_ROWS: ReadonlyMap<string, number> = new Map();

export const ledgerOf = ({ version, description }: Migration, direction: Ledger["direction"]): Ledger => ({
  version,
  description,
  direction,
});

/** Runs an Up that is not judged. */
export async function applyUp(session: MigrationSession, migration: Migration): Promise<void> {
  const trial = await session.run(migration.up, ledgerOf(migration, "up"), NO_ROWS, true);
  if (!trial.isDone) await carryOn(session, migration, trial);
}

/** Later migrations need what this one was to make: without rows, else statement by statement as far as they run. */
export async function carryOn(session: MigrationSession, migration: Migration, failed: Trial): Promise<void> {
  if (failed.statements.some(({ error }) => error !== undefined && isTimeout(error))) return;
  await removeRows(await session.open());
  const again = await session.run(migration.up, ledgerOf(migration, "up"), NO_ROWS, true);
  if (again.isDone) return;
  await session.limited(async (client) => {
    for (const { statement, skipped } of again.statements) {
      const isTransaction = statement?.type === "TransactionStmt";
      if (statement === undefined || isTransaction || skipped?.startsWith("its values")) continue;
      await client.query(statement.text).catch(() => {}); // it has been judged already
    }
  });
}
