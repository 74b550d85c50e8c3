import { readKnowledge } from "../../actions/vulcan/image-migrations.ts";
import type { Database } from "../../domain/database/database.ts";
import type { LockedSession } from "../../domain/database/locks.ts";
import { OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import { type Knowledge, type SchemaState, stateOf } from "../../domain/migrations/applied.ts";
import type { Environment } from "../../domain/ports.ts";
import type { Known } from "../../domain/status/target-status.ts";
import { withTimeLimit } from "../../domain/time-limit.ts";
import { heldTexts, textBy } from "../../target/held-texts.ts";
import { askInOrder, migrationSources, type SourceAnswer } from "../../target/migration-sources.ts";
import { type Access, connectLater, type OpenTarget } from "../open-target.ts";

export interface MigrationStatusOptions extends Access {
  /** Sources in order, separated by commas. Default: the target's setting. */
  readonly from?: string | undefined;
  /** Do not ask ECS which migrations the deployed image knows. */
  readonly withoutAws: boolean;
}

/** What is applied, pending, missing, out of order; and who holds the locks that migrations use. */
export interface MigrationStatus extends SourceAnswer {
  readonly target: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly state: SchemaState;
  readonly knowledge: Knowledge;
  readonly locks: Known<readonly LockedSession[]>;
}

/** Only reads. Loads no AWS code if neither ECS nor a container is asked. `lockLines` words the locks for an error. */
export async function readMigrationStatus(
  options: MigrationStatusOptions,
  environment: Environment,
  lockLines: (sessions: readonly LockedSession[]) => readonly string[],
): Promise<MigrationStatus> {
  const { resolved, connection } = await connectLater(options, environment);
  const { target, clock, network } = resolved;
  const access = {
    target,
    network,
    held: heldTexts(resolved, environment.env, async (setting) => textBy((await connection()).held, setting)),
    dial: target.databaseVia === "task" ? dialLater(connection) : undefined,
    openShell: async () => (await connection()).openShell(),
  };
  const { list, database } = migrationSources(options, access, environment);
  try {
    const isSqlWanted = list.some(({ name }) => name === "sql");
    const reading = readLocks(database, isSqlWanted);
    const [asked, knowledge] = await Promise.all([
      askInOrder(list).catch(async (error: unknown) => {
        throw withLocks(error, await reading, lockLines);
      }),
      options.withoutAws ? UNASKED : connection().then(knowledgeFrom),
    ]);
    return {
      ...asked,
      target: target.name,
      at: clock.now(),
      state: stateOf(asked.applied),
      knowledge,
      locks: await reading,
    };
  } finally {
    await database?.close();
  }
}

type DialLater = NonNullable<OpenTarget["dial"]>;

/** This read opens a session if the option or the setting says so. */
const dialLater =
  (connection: () => Promise<OpenTarget>): DialLater =>
  async (...farEnd) => {
    const { dial } = await connection();
    if (dial === undefined) throw new TypeError("the connection has another way to the database than its target says");
    return dial(...farEnd);
  };

const UNASKED: Knowledge = { known: false, why: "AWS was not asked (--without-aws)" };

const AWS_MS = 2000;

const isGuard = (error: unknown): boolean => error instanceof OpsError && error.exitCode === EXIT.guarded;

function throwGuard(error: unknown): void {
  if (isGuard(error)) throw error;
}

/** A service of the same name in another account has another image. That remains a hard stop. */
async function knowledgeFrom({ target, reads, caller }: OpenTarget): Promise<Knowledge> {
  const reading = readKnowledge(reads.ecs, target, async (account) => {
    // The service's ARN already gives the account. STS, the slowest request, is only called to name both accounts.
    if ((target.account ?? account) !== account) await caller();
  });
  try {
    return await withTimeLimit(AWS_MS, reading);
  } catch (error) {
    if (isGuard(error)) throw error;
    // Another account's "not found" says nothing of this target.
    if (target.account !== undefined) await withTimeLimit(AWS_MS, caller()).catch(throwGuard);
    return { known: false, why: (error as Error).message };
  }
}

function readLocks(database: Database | undefined, isWanted: boolean): Promise<Known<readonly LockedSession[]>> {
  const why = isWanted ? "VULCAN_DATABASE_URL is not set" : "migrationsFrom or --from leaves out sql";
  if (database === undefined) return Promise.resolve({ known: false, why });
  return database.lockHolders().then(
    (value) => ({ known: true, value }),
    (error: Error) => ({ known: false, why: error.message }),
  );
}

/** If the list itself is locked, the error also says who holds the locks. */
function withLocks(
  error: unknown,
  locks: Known<readonly LockedSession[]>,
  lockLines: (sessions: readonly LockedSession[]) => readonly string[],
): unknown {
  if (!(error instanceof OpsError) || !locks.known || locks.value.length === 0) return error;
  return new OpsError({ ...error.detail, message: [error.message, ...lockLines(locks.value)].join("\n") });
}
