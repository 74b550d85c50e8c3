import { readKnowledge } from "../../actions/vulcan/image-migrations.ts";
import type { Database } from "../../domain/database/database.ts";
import type { LockedSession } from "../../domain/database/locks.ts";
import { OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import { type Knowledge, type SchemaState, stateOf } from "../../domain/migrations/applied.ts";
import type { Environment } from "../../domain/ports.ts";
import type { Part } from "../../domain/status/target-status.ts";
import { within } from "../../domain/time-limit.ts";
import { type Asked, askInOrder, migrationSources } from "../../target/migration-sources.ts";
import { type Access, connectLater, type OpenTarget } from "../open-target.ts";

export interface MigrationStatusOptions extends Access {
  /** Sources in order, with commas; else the target's setting. */
  readonly from?: string | undefined;
  /** ECS is not asked what the deployed image knows. */
  readonly withoutAws: boolean;
}

/** What is applied, pending, missing, out of order; and who holds the locks that migrations use. */
export interface MigrationStatus extends Asked {
  readonly target: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly state: SchemaState;
  readonly knowledge: Knowledge;
  readonly locks: Part<readonly LockedSession[]>;
}

/** Only reads. Where neither ECS nor a container is asked, nothing that reads AWS loads. `lockLines` words the locks, for an error. */
export async function readMigrationStatus(
  options: MigrationStatusOptions,
  environment: Environment,
  lockLines: (sessions: readonly LockedSession[]) => readonly string[],
): Promise<MigrationStatus> {
  const { resolved, connection } = await connectLater(options, environment);
  const { target, clock } = resolved;
  const access = {
    target,
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

/** Where the option or the setting says so, this read opens a session. */
const dialLater =
  (connection: () => Promise<OpenTarget>): DialLater =>
  async (...farEnd) => {
    const { dial } = await connection();
    if (dial === undefined) throw new TypeError("the connection has another way to the database than its target says");
    return dial(...farEnd);
  };

const UNASKED: Knowledge = { known: false, why: "AWS was not asked (--without-aws)" };

const AWS_MS = 2000;

/** Another account's service of the same name would say what another image knows: that stays a hard stop. */
async function knowledgeFrom({ target, reads, caller }: OpenTarget): Promise<Knowledge> {
  const reading = readKnowledge(reads.ecs, target, async (account) => {
    // Names both accounts; STS costs more than all of the rest, and the service's own ARN has told already.
    if ((target.account ?? account) !== account) await caller();
  });
  try {
    return await within(AWS_MS, reading);
  } catch (error) {
    if (error instanceof OpsError && error.exitCode === EXIT.guarded) throw error;
    return { known: false, why: (error as Error).message };
  }
}

function readLocks(database: Database | undefined, isWanted: boolean): Promise<Part<readonly LockedSession[]>> {
  const why = isWanted ? "VULCAN_DATABASE_URL is not set" : "migrationsFrom or --from leaves out sql";
  if (database === undefined) return Promise.resolve({ known: false, why });
  return database.whoBlocks().then(
    (value) => ({ known: true, value }),
    (error: Error) => ({ known: false, why: error.message }),
  );
}

/** Where the list itself is locked, whoever locks it is the news. */
function withLocks(
  error: unknown,
  locks: Part<readonly LockedSession[]>,
  lockLines: (sessions: readonly LockedSession[]) => readonly string[],
): unknown {
  if (!(error instanceof OpsError) || !locks.known || locks.value.length === 0) return error;
  return new OpsError({ ...error.detail, message: [error.message, ...lockLines(locks.value)].join("\n") });
}
