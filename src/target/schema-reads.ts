import type { Database, Dial } from "../domain/database/database.ts";
import type { LockedSession } from "../domain/database/locks.ts";
import { usageError } from "../domain/error.ts";
import type { MigrationSource } from "../domain/migrations/applied.ts";
import type { SchemaReads, SourceDowns, SqlList } from "../domain/migrations/reads.ts";
import type { Network } from "../domain/network.ts";
import type { Environment } from "../domain/ports.ts";
import type { HeldText, HeldTexts } from "../domain/secret-source.ts";
import type { Target } from "../domain/target.ts";
import { proofsOf } from "./migration-proofs.ts";

interface SchemaOptions extends Pick<Environment, "stop"> {
  readonly network: Network;
  readonly held: HeldTexts;
  readonly target: Target;
  readonly dial: Dial | undefined;
  /** Path of Vulcan's migrations.go, or of the folder of its package. */
  readonly file: string | undefined;
  /** The commit that its image was built from, as the operator says. */
  readonly commit: string | undefined;
}

/**
 * The schema as a runbook reads it: from the sources of `migrationsFrom` that are set up, but never from a container,
 * because that starts a process. A connection lives for one read: a runbook outlasts any idle connection.
 */
export function schemaOf({ target, dial, network, held, stop, file, commit }: SchemaOptions): SchemaReads {
  assertCommit(commit, file);
  const url = held.databaseUrl;
  const reading = async <T>(read: (database: Database) => Promise<T>): Promise<T> => {
    const { openDatabase } = await import("./late-database.ts");
    const database = openDatabase(url ?? NOT_SET_UP, dial, target.migrationLock);
    return read(database).finally(() => database.close());
  };
  return {
    async migrations() {
      const { askInOrder, migrationSources } = await import("./migration-sources.ts");
      const access = { target, openShell: neverOpened, dial, network, held };
      const { list, database } = migrationSources({ from: silentOrder(target) }, access, { stop });
      const { applied, answeredBy } = await askInOrder(list).finally(() => database?.close());
      return { applied, answeredBy };
    },
    ...(file !== undefined && {
      downs: () => downsOf(file),
      proofs: proofsOf({
        file,
        commit: commit?.toLowerCase(),
        stop,
        target: target.name,
        reading: url === undefined ? undefined : reading,
      }),
    }),
    ...(url !== undefined && {
      sql: {
        setBy: url.by,
        address: async () => (await import("../database/connection-url.ts")).addressOf(await url.read()),
        listed: () => reading(sqlList),
        lockHolders: () => reading((database) => database.lockHolders()).then(withoutOperators),
        measureDataLoss: (objects) => reading((database) => database.measureDataLoss(objects)),
        maxConnections: () => reading((database) => database.maxConnections()),
        largestTable: () => reading((database) => database.largestTable()),
        presentObjects: (objects) => reading((database) => database.presentObjects(objects)),
      },
    }),
  };
}

const NOT_SET_UP: HeldText = { by: "", known: "", read: async () => "" };

/** Throws OpsError (exit 6) before anything is read. */
function assertCommit(commit: string | undefined, file: string | undefined): void {
  if (commit === undefined) return;
  const next = ["the same command with --migrations-file PATH --commit 3f2a91c"];
  if (!/^[0-9a-f]{7,40}$/i.test(commit))
    throw usageError(
      "commit-malformed",
      `--commit takes 7 to 40 digits of a commit, not ${JSON.stringify(commit)}`,
      next,
    );
  if (file === undefined)
    throw usageError(
      "commit-alone",
      "--commit is about the source of the migrations: give --migrations-file, too",
      next,
    );
}

export async function sqlList(database: Database): Promise<SqlList> {
  const applied = await database.migrations();
  return { applied, server: await database.server() };
}

/** Sessions that only hold the operators' lock migrate nothing. That lock itself excludes other operators. */
function withoutOperators(sessions: readonly LockedSession[]): readonly LockedSession[] {
  return sessions.filter(({ application }) => application !== "vulcan-ops");
}

async function downsOf(path: string): Promise<SourceDowns> {
  const [{ readSource }, { readDownEffects }] = await Promise.all([
    import("../vulcan/source/source-folder.ts"),
    import("../vulcan/source/parse-migrations-go.ts"),
  ]);
  const { migrations, unread } = readSource(path);
  return {
    effects: new Map(migrations.map((one) => [one.version, readDownEffects(one)])),
    descriptions: new Map(migrations.map(({ version, description }) => [version, description])),
    unread,
  };
}

const SILENT: readonly MigrationSource[] = ["api", "sql"];

const neverOpened = (): never => {
  throw new TypeError("a container is never among the silent sources");
};

function silentOrder({ migrationsFrom }: Target): string {
  const configured = (migrationsFrom ?? "").split(",") as MigrationSource[];
  const order = configured.filter((source) => SILENT.includes(source));
  return (order.length === 0 ? SILENT : order).join(",");
}
