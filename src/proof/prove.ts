import { commandLine } from "../domain/command-line.ts";
import type { SeenQueries } from "../domain/database/live.ts";
import { usageError } from "../domain/error.ts";
import type { ProofReport, ProvenMigration } from "../domain/migrations/proof.ts";
import { sanitise } from "../domain/sanitise.ts";
import type { Major } from "../postgres/majors.ts";
import { loadGrammar, type SqlGrammar } from "../vulcan/sql/grammar.ts";
import { applyUp } from "./apply-migration.ts";
import { LinesReader } from "./database-lines.ts";
import { createBase, settingsOf } from "./lint.ts";
import type { LiveTarget } from "./live.ts";
import type { Migration, UnreadPart } from "./migration.ts";
import { MigrationSession } from "./migration-session.ts";
import { OldQueries } from "./old-queries.ts";
import { Prover, type Sessions } from "./prover.ts";
import { queriesIn } from "./query-file.ts";
import { type ProofServer, startProofServer } from "./server.ts";
import { type Migrations, readMigrationsAt } from "./sources.ts";

export interface ProofOptions {
  /** What holds the migrations: a file or a folder. */
  readonly path: string;
  readonly major: Major;
  /** Migrations before this version are run, and not proven. Default: all are proven; with a target, the pending ones. */
  readonly from?: number | undefined;
  /** Migrations after this version are not run. */
  readonly to?: number | undefined;
  /** The schema before the first migration, as pg_dump wrote it. Default: with a target, its own. */
  readonly schema?: string | undefined;
  readonly live?: Pick<LiveTarget, "target" | "schema" | "newest"> | undefined;
  /** A file of the old image's queries, or those that a target has seen. */
  readonly queries?: string | SeenQueries | undefined;
  /** How long (ms) one run of a migration may take here. */
  readonly limitMs: number;
  readonly stop: AbortSignal;
}

/** Runs Up, Down and Up of every migration on a throw-away server, in their order. Throws OpsError (exit 6), UnfitMachine. */
export const proveMigrations = (options: ProofOptions): Promise<ProofReport> =>
  proveList(readMigrationsAt(options.path), options);

/** The same, of migrations that were read already. */
export async function proveList({ list, unread }: Migrations, options: ProofOptions): Promise<ProofReport> {
  const { live, schema, stop } = options;
  const applied = live === undefined || schema !== undefined ? 0 : live.newest;
  const from = options.from ?? applied + 1;
  if (options.from !== undefined) assertAnyFrom(list.at(-1)?.version ?? 0, from, applied);
  const wanted = list.filter(({ version }) => version > applied && version <= (options.to ?? Number.MAX_SAFE_INTEGER));
  return onServer(options, async (sessions, queries, anew) => {
    const apply = async ({ session }: Sessions, list: readonly Migration[]): Promise<void> => {
      for (const migration of list) if (!stop.aborted) await applyUp(session, migration);
    };
    await apply(
      sessions,
      wanted.filter(({ version }) => version < from),
    );
    await queries.begin(await sessions.session.open());
    const prover = new Prover(sessions, queries, async (last) => {
      const other = await anew();
      await apply(
        other,
        wanted.filter(({ version }) => version <= last.version),
      );
      return other;
    });
    const migrations: ProvenMigration[] = [];
    for (const migration of wanted.filter(({ version }) => version >= from))
      if (!stop.aborted) migrations.push(await prover.prove(migration));
    return { migrations, unread };
  });
}

/** Of versions that `live` has: the newest first, each from the structure that the Down before it has left. */
export async function proveApplied(
  { list, unread }: Migrations,
  versions: readonly number[],
  options: ProofOptions,
): Promise<ProofReport> {
  const wanted = list.filter(({ version }) => versions.includes(version)).toReversed();
  return onServer(options, async (sessions, queries, anew) => {
    await markApplied(sessions.session, wanted);
    const prover = new Prover(sessions, queries, anew);
    const migrations: ProvenMigration[] = [];
    for (const migration of wanted) if (!options.stop.aborted) migrations.push(await prover.proveApplied(migration));
    return { migrations, unread };
  });
}

/** A Down removes the ledger's row, which a structure alone has not. */
async function markApplied(session: MigrationSession, list: readonly Migration[]): Promise<void> {
  const client = await session.open();
  for (const { version, description } of list)
    await client.query("INSERT INTO migrations (version, description) VALUES ($1, $2) ON CONFLICT DO NOTHING", [
      version,
      description,
    ]);
}

interface Done {
  readonly migrations: readonly ProvenMigration[];
  readonly unread: readonly UnreadPart[];
}

/** Starts the server, makes what is there before the first migration, and ends it again whatever the work does. */
async function onServer(
  options: ProofOptions,
  work: (sessions: Sessions, queries: OldQueries, anew: () => Promise<Sessions>) => Promise<Done>,
): Promise<ProofReport> {
  const { schema, live, limitMs, path } = options;
  const grammar = await loadGrammar();
  const seen = queriesOf(options, grammar);
  const server: ProofServer = await startProofServer(options.major);
  try {
    const open = async (): Promise<Sessions> => {
      await createBase(server, grammar, { schema, live });
      const session = new MigrationSession(server, grammar, limitMs, settingsOf(live));
      return { session, reader: await LinesReader.open(() => server.connect()) };
    };
    let sessions = await open();
    const leave = () => Promise.all([sessions.session.end(), sessions.reader.end()]);
    const anew = async (): Promise<Sessions> => {
      await leave();
      await server.renew();
      sessions = await open();
      return sessions;
    };
    const queries = new OldQueries(grammar, seen);
    const { migrations, unread } = await work(sessions, queries, anew);
    await leave();
    return {
      schemaVersion: 1,
      server: server.version,
      source: sanitise(path),
      ...(live !== undefined && schema === undefined && { target: live.target, applied: live.newest }),
      unread: unread.map(unreadText),
      unjudgedQueries: queries.count().unjudged,
      migrations,
    };
  } finally {
    await server.close();
  }
}

const unreadText = ({ path, line, message }: UnreadPart): string =>
  sanitise(`${path}${line === undefined ? "" : `:${line}`}: ${message}`);

const NONE: SeenQueries = { queries: [], isCut: false, hidden: 0 };

const queriesOf = ({ queries = NONE }: ProofOptions, grammar: SqlGrammar): SeenQueries =>
  typeof queries === "string" ? queriesIn(queries, grammar) : queries;

function assertAnyFrom(newest: number, from: number, applied: number): void {
  if (from <= applied)
    throw usageError("from-applied", `--from ${from}: the target has migration ${applied} already`, [
      "the same command without --from",
      "the same command with --schema FILE, from before that migration",
    ]);
  if (newest >= from) return;
  throw usageError("from-unknown", `--from ${from}: the newest migration here is ${newest}`, [
    commandLine`vulcan-ops migrate prove --from ${newest}`,
  ]);
}
