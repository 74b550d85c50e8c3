import type { Database } from "../../domain/database/database.ts";
import { OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import type { Runbook } from "../../domain/runbook.ts";
import { onWayOut } from "../way-out.ts";
import type { ExecutionSession } from "./session.ts";

/**
 * Does the work with the database's own lock of migrating operators, where the runbook migrates and SQL is set up: two
 * targets, or two state folders, may mean the same database. It keeps other operators of this program away, not Vulcan.
 * A database that cannot be reached is told, and stops nothing.
 */
export async function withMigrationLock<T>(
  runbook: Runbook,
  { target: { planner, dial, database: openDatabase }, io: { say } }: ExecutionSession,
  work: () => Promise<T>,
): Promise<T> {
  if (!runbook.steps.some(({ action }) => planner.registry[action]?.keepsHold === true)) return work();
  const database = await openDatabase();
  if (database === undefined) return work();
  const locked = async () => {
    const held = await database.hold().catch((error: Error) => error);
    if (held === false) throw await heldByAnother(database);
    if (held instanceof Error) say(`The database is not locked against other operators: ${held.message}.`);
    else if (dial !== undefined) say(LENT);
    return work();
  };
  return onWayOut(
    locked,
    () => database.close(),
    (problem) => say(`The session with the database's lock could not be closed: ${problem}`),
  );
}

const LENT =
  "Other operators are kept out by a lock in the database, which is held through a task: it lasts as long as that task does.";

async function heldByAnother(database: Database): Promise<OpsError> {
  const sessions = await database.whoBlocks().catch(() => []);
  const holder = sessions.find(({ application }) => application === "vulcan-ops");
  const who = holder === undefined ? "" : `: session ${holder.pid}, user ${holder.user}${place(holder.address)}`;
  return new OpsError({
    code: "migrations-locked",
    exitCode: EXIT.locked,
    fault: "operator",
    message: `another vulcan-ops migrates in this database${who}`,
    unchanged: "Nothing was sent; nothing changed.",
    next: ["vulcan-ops migrate status", "the same command again, once that one has ended"],
  });
}

const place = (address: string | undefined): string => (address === undefined ? "" : `, from ${address}`);
