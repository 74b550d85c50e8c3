import type { ProofReport, ProvenMigration } from "../domain/migrations/proof.ts";
import { sanitise } from "../domain/sanitise.ts";
import type { Major } from "../postgres/majors.ts";
import { loadGrammar } from "../vulcan/sql/grammar.ts";
import { createBaseSchema } from "./base-schema.ts";
import { LinesReader } from "./database-lines.ts";
import { assertAnyFrom } from "./lint.ts";
import { MigrationSession } from "./migration-session.ts";
import { OldQueries } from "./old-queries.ts";
import { Prover } from "./prover.ts";
import { startProofServer } from "./server.ts";
import { type Migrations, readMigrationsAt } from "./sources.ts";

export interface ProofOptions {
  /** What holds the migrations: a file or a folder. */
  readonly path: string;
  readonly major: Major;
  /** Migrations before this version are run, and not proven. */
  readonly from: number;
  /** Migrations after this version are not run. */
  readonly to?: number | undefined;
  /** The schema before the first migration, as pg_dump wrote it. */
  readonly schema?: string | undefined;
  /** A file of the old image's queries. */
  readonly queries?: string | undefined;
  /** How long (ms) one run of a migration may take here. */
  readonly limitMs: number;
  readonly stop: AbortSignal;
}

/** Runs Up, Down and Up of every migration on a throw-away server, in their order. Throws OpsError (exit 6), UnfitMachine. */
export async function proveMigrations(options: ProofOptions): Promise<ProofReport> {
  const source = readMigrationsAt(options.path);
  assertAnyFrom(source.list, options.from, "migrate prove");
  return proveList(source, options);
}

/** The same, of migrations that were read already. */
export async function proveList({ list, unread }: Migrations, options: ProofOptions): Promise<ProofReport> {
  const grammar = await loadGrammar();
  const server = await startProofServer(options.major);
  try {
    if (options.schema !== undefined) await createBaseSchema(server, grammar, options.schema);
    const session = new MigrationSession(server, grammar, options.limitMs);
    const reader = await LinesReader.open(() => server.connect());
    const queries = await OldQueries.open(server, grammar, options.queries);
    const prover = new Prover(session, reader, queries);
    const migrations: ProvenMigration[] = [];
    for (const migration of list) {
      if (options.stop.aborted || migration.version > (options.to ?? Number.MAX_SAFE_INTEGER)) break;
      if (migration.version < options.from) await session.apply(migration);
      else migrations.push(await prover.prove(migration));
    }
    const unjudgedQueries = queries.unjudged;
    await Promise.all([session.end(), reader.end(), queries.end()]);
    return {
      schemaVersion: 1,
      server: server.version,
      source: sanitise(options.path),
      unread: unread.map(({ path, line, message }) =>
        sanitise(`${path}${line === undefined ? "" : `:${line}`}: ${message}`),
      ),
      unjudgedQueries,
      migrations,
    };
  } finally {
    await server.close();
  }
}
