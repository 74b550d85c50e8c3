import { TARGET_SETTINGS } from "../config/schema.ts";
import type { ServingShell } from "../domain/container-shell.ts";
import type { Database, Dial } from "../domain/database/database.ts";
import { serverNotes } from "../domain/database/server.ts";
import { OpsError, usageError } from "../domain/error.ts";
import { EXIT, type ExitCode, stopCode } from "../domain/exit-codes.ts";
import type {
  AppliedMigration,
  MigrationAnswer,
  MigrationSource,
  SourceOutcome,
} from "../domain/migrations/applied.ts";
import type { Network } from "../domain/network.ts";
import type { Environment } from "../domain/ports.ts";
import type { HeldText, HeldTexts } from "../domain/secret-source.ts";
import type { Target } from "../domain/target.ts";
import { createAdminApi } from "../vulcan/admin-api.ts";
import { openDatabase } from "./late-database.ts";
import { wayOut } from "./way-out.ts";

/** Where a target's migrations can be read. */
export interface Sources {
  /** In the order in which we read them. */
  readonly list: readonly Source[];
  /** Set if SQL is among the sources and set up. It also tells who holds the locks. */
  readonly database?: Database;
}

/** What the sources need from a target's connection. Only `container` needs a shell. */
export interface SourceAccess {
  readonly target: Target;
  /** Absent if this machine's own network reaches the database. */
  readonly dial: Dial | undefined;
  openShell(): Promise<ServingShell>;
  readonly network: Network;
  readonly held: HeldTexts;
}

interface Source {
  readonly name: MigrationSource;
  readonly place?: string;
  /** What is not set, so that we cannot read this source. */
  readonly lacks?: string;
  ask(): Promise<MigrationAnswer>;
}

export interface SourceOptions {
  /** Sources in order, with commas: `api,sql,container`; else the target's setting. */
  readonly from?: string | undefined;
  readonly withoutAws?: boolean;
}

type SourceProcess = Pick<Environment, "stop">;

const SETTING = TARGET_SETTINGS.migrationsFrom;

/** `--from`, else the setting. We enter a container only if one of them names it, because that starts a process. */
function orderOf({ from }: SourceOptions, { target }: SourceAccess): readonly MigrationSource[] {
  if (from === undefined || SETTING.pattern.test(from))
    return (from ?? target.migrationsFrom ?? SETTING.default).split(",") as MigrationSource[];
  throw usageError(
    "from-invalid",
    `--from ${JSON.stringify(from)} is no order of sources: api, sql and container, with commas, each at most once`,
    ["vulcan-ops migrate status --from api,sql,container"],
  );
}

/** Exit 6 if none of them can be read. */
export function migrationSources(options: SourceOptions, access: SourceAccess, process: SourceProcess): Sources {
  const { target, dial, network, held } = access;
  const { adminUrl } = target;
  const names = orderOf(options, access);
  const url = unlessInAws(held.databaseUrl, options);
  const database =
    names.includes("sql") && url !== undefined ? openDatabase(url, dial, target.migrationLock) : undefined;
  const token = unlessInAws(held.adminToken, options);
  const api = createAdminApi(adminUrl, token, wayOut(network));
  const all: Readonly<Record<MigrationSource, Source>> = {
    api: {
      name: "api",
      ...(adminUrl && { place: adminUrl }),
      ...missing([
        ...(adminUrl === undefined ? [`adminUrl of target ${target.name}`] : []),
        ...(token === undefined ? ["VULCAN_ADMIN_TOKEN"] : []),
      ]),
      ...outOfReach(held.adminToken, options),
      ask: () => api.migrations().then(listed),
    },
    sql: {
      name: "sql",
      ...(database === undefined ? missing(["VULCAN_DATABASE_URL"]) : { place: database.place }),
      ...outOfReach(held.databaseUrl, options),
      ask: () => (database === undefined ? Promise.resolve({ applied: [] }) : askSql(database)),
    },
    container: {
      name: "container",
      ...(options.withoutAws === true && { lacks: "AWS is not to be asked (--without-aws)" }),
      ask: () => askContainer(access, process),
    },
  };
  const list = names.map((name) => all[name]);
  if (list.every(({ lacks }) => lacks !== undefined)) throw notSetUp(list);
  return { list, ...(database === undefined ? {} : { database }) };
}

/** `--without-aws` asks for no secret, either. */
const unlessInAws = (held: HeldText | undefined, { withoutAws }: SourceOptions): HeldText | undefined =>
  withoutAws === true && held?.known === undefined ? undefined : held;

function outOfReach(held: HeldText | undefined, options: SourceOptions): { readonly lacks?: string } {
  if (held === undefined || unlessInAws(held, options) !== undefined) return {};
  return { lacks: `${held.by} names a secret, and AWS is not to be asked (--without-aws)` };
}

const listed = (applied: readonly AppliedMigration[]): MigrationAnswer => ({ applied });

async function askSql(database: Database): Promise<MigrationAnswer> {
  const applied = await database.migrations();
  const notes = serverNotes(await database.server());
  return { applied, place: database.place, ...(notes.length > 0 && { notes }) };
}

/** From ExecuteCommand to the last line. The agent alone takes a second, and we do not wait for a silent command. */
const CONTAINER_MS = 30_000;

async function askContainer({ openShell }: SourceAccess, { stop }: SourceProcess): Promise<MigrationAnswer> {
  try {
    const { shell, task, taskDefinition, container } = await openShell();
    const { migrateStatusIn } = await import("../vulcan/migrate-status.ts");
    const signal = AbortSignal.any([stop, AbortSignal.timeout(CONTAINER_MS)]);
    return await migrateStatusIn(shell, `${container} of task ${task} (${taskDefinition})`, signal);
  } catch (error) {
    throw stop.aborted ? interrupted(stopCode(stop)) : error;
  }
}

function interrupted(exitCode: ExitCode): OpsError {
  const message = "interrupted while a container was asked for its migrations";
  return new OpsError({ code: INTERRUPTED, exitCode, fault: "operator", message });
}

const INTERRUPTED = "interrupted";

function missing(names: readonly string[]): { readonly lacks?: string } {
  if (names.length === 0) return {};
  return { lacks: `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} not set` };
}

function notSetUp(list: readonly Source[]): OpsError {
  const lines = list.map(({ name, lacks }) => `${LABELS[name]}: ${lacks}`);
  const next: Readonly<Record<MigrationSource, string>> = {
    api: "export VULCAN_ADMIN_TOKEN=…, and in ~/.config/vulcan-ops/vulcan-ops.yaml: adminUrl: https://….",
    sql: "export VULCAN_DATABASE_URL='postgres://USER:PASSWORD@HOST:5432/DATABASE?sslmode=verify-full'",
    container: "vulcan-ops migrate status --from container",
  };
  const message = ["no source of migrations is set up", ...lines].join("\n");
  return usageError(
    "migrations-unreadable",
    message,
    list.map(({ name }) => next[name]),
  );
}

const LABELS: Readonly<Record<MigrationSource, string>> = { api: "admin API", sql: "SQL", container: "container" };

export interface SourceAnswer extends Omit<MigrationAnswer, "place" | "notes"> {
  readonly answeredBy: MigrationSource;
  readonly outcomes: readonly SourceOutcome[];
}

/** The answer of the first source that answers. If none does, throws with the reason of each. */
export async function askInOrder(sources: readonly Source[]): Promise<SourceAnswer> {
  const outcomes: SourceOutcome[] = [];
  const failures: OpsError[] = [];
  let found: Omit<SourceAnswer, "outcomes"> | undefined;
  for (const { name: source, place, lacks, ask } of sources) {
    const where = { source, ...(place === undefined ? {} : { place }) };
    if (lacks !== undefined) outcomes.push({ ...where, outcome: "not set up", why: lacks });
    else if (found !== undefined) outcomes.push({ ...where, outcome: "not asked" });
    else {
      const answer = await ask().catch((error: unknown) => sourceError(error));
      if (answer instanceof OpsError) {
        failures.push(answer);
        outcomes.push({ ...where, outcome: "failed", why: answer.message });
      } else {
        const { place: actualPlace, notes, ...rest } = answer;
        found = { ...rest, answeredBy: source };
        const details = { ...(actualPlace === undefined ? {} : { place: actualPlace }), ...(notes && { notes }) };
        outcomes.push({ ...where, ...details, outcome: "answered" });
      }
    }
  }
  if (found === undefined) throw unanswered(outcomes, failures);
  return { ...found, outcomes };
}

/** Another account, or Ctrl-C: after these, no other source is read. */
const FINAL: ReadonlySet<string> = new Set(["account-mismatch", INTERRUPTED]);

function sourceError(error: unknown): OpsError {
  if (error instanceof OpsError && !FINAL.has(error.detail.code)) return error;
  throw error;
}

function unanswered(outcomes: readonly SourceOutcome[], failures: readonly OpsError[]): OpsError {
  const isRefused = failures.some(({ exitCode }) => exitCode === EXIT.credentials);
  const lines = outcomes.map(({ source, why }) => `${LABELS[source]}: ${why}`);
  const ways = failures.flatMap(({ detail }) => detail.next ?? []);
  return new OpsError({
    code: "migrations-unread",
    exitCode: isRefused ? EXIT.credentials : EXIT.failed,
    fault: isRefused ? "operator" : "remote",
    message: ["no source of migrations answered", ...lines].join("\n"),
    next: [...new Set([...ways, "the same command again, once one of them answers", "vulcan-ops doctor"])],
  });
}
