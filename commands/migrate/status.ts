import { readKnowledge } from "../../src/actions/vulcan/image-migrations.ts";
import { askInOrder, sourcesOf } from "../../src/app/migrations/sources.ts";
import { type Site, siteAt } from "../../src/app/target/open.ts";
import { findPlace } from "../../src/app/target/resolve.ts";
import { type Given, isSet } from "../../src/cli/options.ts";
import { writeAnswer } from "../../src/cli/output.ts";
import type { Context } from "../../src/cli/process-context.ts";
import type { Database, Dial } from "../../src/domain/database/database.ts";
import type { LockedSession } from "../../src/domain/database/locks.ts";
import { OpsError } from "../../src/domain/error.ts";
import { EXIT, type ExitCode } from "../../src/domain/exit-codes.ts";
import { countOf, difference, type Knowledge, stateOf } from "../../src/domain/migrations/applied.ts";
import type { Part } from "../../src/domain/status/target-status.ts";
import { within } from "../../src/domain/time-limit.ts";
import { lockLines } from "../../src/ui/render/database-locks.ts";
import { type MigrationReport, renderMigrations } from "../../src/ui/render/migrations.ts";
import { lookOf } from "../../src/ui/text/style.ts";

/** What is applied, pending, missing, out of order; and who holds the locks that migrations use. Only reads. */
export async function migrateStatus(given: Given, context: Context): Promise<ExitCode> {
  const place = await findPlace(given, context);
  let opened: Promise<Site> | undefined;
  // Where neither ECS nor a container is asked, nothing that reads AWS need load.
  const site = (): Promise<Site> => {
    opened ??= siteAt(place, given, context);
    return opened;
  };
  const { target, clock } = place;
  const dial = target.databaseVia === "task" ? dialBy(site) : undefined;
  const openShell = async () => (await site()).openShell();
  const { list, database } = sourcesOf(given, { target, openShell, dial }, context);
  try {
    const asking = readLocks(
      database,
      list.some(({ name }) => name === "sql"),
    );
    const [asked, knowledge] = await Promise.all([
      askInOrder(list).catch(async (error: unknown) => {
        throw withLocks(error, await asking);
      }),
      isSet(given, "without-aws") ? UNASKED : site().then(knowledgeFrom),
    ]);
    const state = stateOf(asked.applied);
    const locks = await asking;
    const report: MigrationReport = { target: target.name, at: clock.now(), ...asked, state, knowledge, locks };
    const text = () => renderMigrations(report, lookOf(context.stdout, context.env));
    writeAnswer(given, context, { data: dataOf(report), text });
    return EXIT.done;
  } finally {
    await database?.close();
  }
}

/** Where the flag or the setting says so, this read opens a session. */
const dialBy =
  (site: () => Promise<Site>): Dial =>
  async (...farEnd) => {
    const { dial } = await site();
    if (dial === undefined) throw new TypeError("the site has another way to the database than its target says");
    return dial(...farEnd);
  };

const UNASKED: Knowledge = { known: false, why: "AWS was not asked (--without-aws)" };

const AWS_MS = 2000;

/** Another account's service of the same name would say what another image knows: that stays a hard stop. */
async function knowledgeFrom(site: Site): Promise<Knowledge> {
  const reading = readKnowledge(site.reads.ecs, site.target, async (account) => {
    // Names both accounts; STS costs more than all of the rest, and the service's own ARN has told already.
    if ((site.target.account ?? account) !== account) await site.caller();
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
function withLocks(error: unknown, locks: Part<readonly LockedSession[]>): unknown {
  if (!(error instanceof OpsError) || !locks.known || locks.value.length === 0) return error;
  return new OpsError({ ...error.detail, message: [error.message, ...lockLines(locks.value)].join("\n") });
}

function dataOf({ target, at, answeredBy, outcomes, state, knowledge, pending: counted, locks }: MigrationReport) {
  const { applied, newest, last, holes, outOfOrder, duplicates } = state;
  const row = ({ version, description, appliedAt, durationMs, isZoneAssumed }: (typeof applied)[number]) => ({
    version,
    description,
    appliedAt: appliedAt ?? null,
    durationMs: durationMs ?? null,
    ...(isZoneAssumed && { zoneAssumed: "UTC" }),
  });
  return {
    target,
    at: new Date(at).toISOString(),
    answeredBy,
    sources: outcomes,
    newest,
    last: last?.version ?? null,
    image: knowledge,
    ...(knowledge.known ? difference(state, knowledge.newest) : { pending: null, ahead: null }),
    // As the program in the container counts, where that was asked: it knows better than its image's label.
    pendingCount: counted ?? (knowledge.known ? countOf(difference(state, knowledge.newest).pending) : null),
    holes,
    outOfOrder,
    duplicates,
    applied: applied.map(row),
    locks: locks.known ? { known: true, sessions: locks.value } : locks,
  };
}
