import { limitsOf } from "../actions/maintenance/migration-duration.ts";
import { knownDefinition } from "../domain/aws/known-definition.ts";
import { commandLine } from "../domain/command-line.ts";
import type { Database } from "../domain/database/database.ts";
import type { SeenQueries } from "../domain/database/live.ts";
import { OpsError, usageError } from "../domain/error.ts";
import { EXIT } from "../domain/exit-codes.ts";
import type { TaskLimit } from "../domain/lint.ts";
import { stateOf } from "../domain/migrations/applied.ts";
import type { Environment } from "../domain/ports.ts";
import type { Known } from "../domain/status/target-status.ts";
import { withTimeLimit } from "../domain/time-limit.ts";
import type { LiveTarget } from "../proof/live.ts";
import { type Access, type OpenTarget, openTarget } from "./open-target.ts";

/** Without an answer of ECS lint goes its way: only when a task is stopped is not known then. */
const AWS_MS = 10_000;

/**
 * What lint uses of a target: its schema, rows and seen queries by SQL, and by ECS when a task is stopped. Reads only.
 * Throws OpsError where the database cannot be read; what else is missing is not known, with the reason.
 */
export async function readLintTarget(access: Access, environment: Environment, command: string): Promise<LiveTarget> {
  const open = await openTarget(access, environment);
  const database = await open.database();
  if (database === undefined) throw noDatabase(open.target.name, command);
  try {
    const [release, applied, schema] = await Promise.all([
      database.release(),
      database.migrations(),
      database.schema(),
    ]);
    const [sizes, queries, limit] = await Promise.all([
      known(database.sizes()),
      queriesOf(database),
      known(withTimeLimit(AWS_MS, limitOf(open))),
    ]);
    const { place } = database;
    return { target: open.target.name, place, release, newest: stateOf(applied).newest, schema, sizes, limit, queries };
  } finally {
    await database.close();
  }
}

const noDatabase = (target: string, command: string): OpsError =>
  usageError(
    "lint-without-database",
    `--target ${target}: ${command} reads its database, and VULCAN_DATABASE_URL is not set`,
    [
      "export VULCAN_DATABASE_URL='postgres://USER:PASSWORD@HOST:5432/DATABASE?sslmode=verify-full'",
      commandLine`vulcan-ops ${command.split(" ")}`,
    ],
  );

/** Another account is a hard stop; everything else is not known. */
const known = <T>(reading: Promise<T>): Promise<Known<T>> =>
  reading.then(
    (value) => ({ known: true as const, value }),
    (error: Error) => {
      if (error instanceof OpsError && error.exitCode === EXIT.guarded) throw error;
      return { known: false as const, why: error.message };
    },
  );

async function queriesOf(database: Database): Promise<Known<SeenQueries>> {
  const seen = await known(database.seenQueries());
  if (!seen.known) return seen;
  if (seen.value !== undefined) return { known: true, value: seen.value };
  const { database: name } = database.address;
  return { known: false, why: `${name} has no pg_stat_statements: CREATE EXTENSION pg_stat_statements` };
}

/** The check that stops a task first. */
async function limitOf({ reads, target, caller }: OpenTarget): Promise<TaskLimit | null> {
  await caller();
  const service = await reads.ecs.service(target.cluster, target.service);
  const [{ containers }, targetGroups] = await Promise.all([
    knownDefinition(reads.ecs, service.taskDefinition),
    reads.targetGroups(service.targetGroups),
  ]);
  const limits = limitsOf({ containers, container: target.container, service, targetGroups });
  const [first] = limits.toSorted((a, b) => a.seconds - b.seconds);
  return first ?? null;
}
