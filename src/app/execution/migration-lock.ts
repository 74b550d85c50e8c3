import type { Database } from "../../domain/database/database.ts";
import { NOTHING_SENT, OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import type { Runbook } from "../../domain/runbook.ts";
import { warnOnFailure } from "../warn-on-failure.ts";
import type { ExecutionSession } from "./session.ts";

/**
 * Does the work under the database's lock for migrating operators, if the runbook migrates and SQL is set up. Two
 * targets, or two state folders, may mean the same database. The lock keeps out other operators of this program, not
 * Vulcan. If the database cannot be reached, this is reported and the work continues.
 */
export async function withMigrationLock<T>(
  runbook: Runbook,
  { target: { planner, dial, database: openDatabase }, io: { say } }: ExecutionSession,
  work: () => Promise<T>,
): Promise<T> {
  if (!runbook.steps.some(({ action }) => planner.registry[action]?.mustNotBeDisturbed === true)) return work();
  const database = await openDatabase();
  if (database === undefined) return work();
  const locked = async () => {
    const held = await database.holdMigrationLock().catch((error: Error) => error);
    if (held === false) throw await heldByAnother(database);
    if (held instanceof Error) say(`The database is not locked against other operators: ${held.message}.`);
    else if (dial !== undefined) say(HELD_THROUGH_TASK);
    return work();
  };
  return warnOnFailure(
    locked,
    () => database.close(),
    (problem) => say(`The session with the database's lock could not be closed: ${problem}`),
  );
}

const HELD_THROUGH_TASK =
  "Other operators are kept out by a lock in the database, which is held through a task: it lasts as long as that task does.";

async function heldByAnother(database: Database): Promise<OpsError> {
  const sessions = await database.lockHolders().catch(() => []);
  const holder = sessions.find(({ application }) => application === "vulcan-ops");
  const who = holder === undefined ? "" : `: session ${holder.pid}, user ${holder.user}${fromAddress(holder.address)}`;
  return new OpsError({
    code: "migrations-locked",
    exitCode: EXIT.locked,
    fault: "operator",
    message: `another vulcan-ops migrates in this database${who}`,
    unchanged: NOTHING_SENT,
    next: ["vulcan-ops migrate status", "the same command again, once that one has ended"],
  });
}

const fromAddress = (address: string | undefined): string => (address === undefined ? "" : `, from ${address}`);
