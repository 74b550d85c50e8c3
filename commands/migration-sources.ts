import { createDatabase, type Database } from "../src/database/database.ts";
import { OpsError, usageError } from "../src/domain/error.ts";
import { EXIT } from "../src/domain/exit.ts";
import type { AppliedMigration, MigrationSource, SourceOutcome } from "../src/domain/migrations.ts";
import type { Target } from "../src/domain/target.ts";
import { createAdminApi } from "../src/vulcan/admin-api.ts";

/** Where a target's migrations can be read. */
export interface Sources {
  /** In the order in which they are asked. */
  readonly list: readonly Source[];
  /** Where SQL is among them and set up: it tells who holds the locks, too. */
  readonly database?: Database;
}

interface Source {
  readonly name: MigrationSource;
  readonly place?: string;
  /** What has to be set before it can be asked. */
  readonly lacks?: string;
  migrations(): Promise<readonly AppliedMigration[]>;
}

const DEFAULT_ORDER = "api,sql";

/** Exit 6 where none of them can be asked. */
export function sourcesOf(target: Target, env: NodeJS.ProcessEnv): Sources {
  const { adminUrl, migrationsFrom = DEFAULT_ORDER } = target;
  const names = migrationsFrom.split(",") as MigrationSource[];
  const url = env.VULCAN_DATABASE_URL || undefined;
  const database = names.includes("sql") && url !== undefined ? createDatabase(url) : undefined;
  const all: Readonly<Record<MigrationSource, Source>> = {
    api: {
      name: "api",
      ...(adminUrl && { place: adminUrl }),
      ...missing([
        ...(adminUrl === undefined ? [`adminUrl of target ${target.name}`] : []),
        ...(env.VULCAN_ADMIN_TOKEN ? [] : ["VULCAN_ADMIN_TOKEN"]),
      ]),
      ...createAdminApi(adminUrl, env.VULCAN_ADMIN_TOKEN),
    },
    sql: {
      name: "sql",
      ...(database === undefined ? missing(["VULCAN_DATABASE_URL"]) : { place: database.place }),
      migrations: () => (database === undefined ? Promise.resolve([]) : database.migrations()),
    },
  };
  const list = names.map((name) => all[name]);
  if (list.every(({ lacks }) => lacks !== undefined)) throw notSetUp(list);
  return { list, ...(database === undefined ? {} : { database }) };
}

function missing(names: readonly string[]): { readonly lacks?: string } {
  if (names.length === 0) return {};
  return { lacks: `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} not set` };
}

function notSetUp(list: readonly Source[]): OpsError {
  const lines = list.map(({ name, lacks }) => `${LABELS[name]}: ${lacks}`);
  const next: Readonly<Record<MigrationSource, string>> = {
    api: "export VULCAN_ADMIN_TOKEN=…, and in ~/.config/vulcan-ops/vulcan-ops.yaml: adminUrl: https://….",
    sql: "export VULCAN_DATABASE_URL='postgres://USER:PASSWORD@HOST:5432/DATABASE?sslmode=verify-full'",
  };
  const message = ["nobody can be asked for the migrations: no source is set up", ...lines].join("\n");
  return usageError(
    "migrations-unreadable",
    message,
    list.map(({ name }) => next[name]),
  );
}

export const LABELS: Readonly<Record<MigrationSource, string>> = { api: "admin API", sql: "SQL" };

export interface Asked {
  readonly applied: readonly AppliedMigration[];
  readonly answeredBy: MigrationSource;
  readonly outcomes: readonly SourceOutcome[];
}

/** The first that answers; throws where none does, with the reason of each. */
export async function askInOrder(sources: readonly Source[]): Promise<Asked> {
  const outcomes: SourceOutcome[] = [];
  const failures: OpsError[] = [];
  let found: Pick<Asked, "applied" | "answeredBy"> | undefined;
  for (const { name: source, place, lacks, migrations } of sources) {
    const where = { source, ...(place === undefined ? {} : { place }) };
    if (lacks !== undefined) outcomes.push({ ...where, outcome: "not set up", why: lacks });
    else if (found !== undefined) outcomes.push({ ...where, outcome: "not asked" });
    else {
      const answer = await migrations().catch((error: unknown) => known(error));
      if (answer instanceof OpsError) {
        failures.push(answer);
        outcomes.push({ ...where, outcome: "failed", why: answer.message });
      } else {
        found = { applied: answer, answeredBy: source };
        outcomes.push({ ...where, outcome: "answered" });
      }
    }
  }
  if (found === undefined) throw unanswered(outcomes, failures);
  return { ...found, outcomes };
}

function known(error: unknown): OpsError {
  if (error instanceof OpsError) return error;
  throw error;
}

function unanswered(outcomes: readonly SourceOutcome[], failures: readonly OpsError[]): OpsError {
  const isRefused = failures.some(({ exitCode }) => exitCode === EXIT.credentials);
  const lines = outcomes.map(({ source, why }) => `${LABELS[source]}: ${why}`);
  return new OpsError({
    code: "migrations-unread",
    exitCode: isRefused ? EXIT.credentials : EXIT.failed,
    fault: isRefused ? "operator" : "remote",
    message: ["nobody who was asked for the migrations answered", ...lines].join("\n"),
    unchanged: "They were reads: nothing changed.",
    next: ["the same command again, once one of them answers.", "vulcan-ops"],
  });
}
