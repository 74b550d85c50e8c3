import { commandLine } from "../domain/command-line.ts";
import { usageError } from "../domain/error.ts";
import type { InspectionFinding } from "../domain/inspection.ts";
import type { LintedMigration, LintReport } from "../domain/lint.ts";
import { sanitise } from "../domain/sanitise.ts";
import type { Major } from "../postgres/majors.ts";
import { loadGrammar, type SqlGrammar } from "../vulcan/sql/grammar.ts";
import { createBaseSchema } from "./base-schema.ts";
import { byName, placeOfUnread } from "./judged-body.ts";
import { Linter } from "./linter.ts";
import type { LiveTarget } from "./live.ts";
import { LiveJudge } from "./live-judge.ts";
import { createLiveSchema } from "./live-schema.ts";
import { aboutTarget } from "./live-unknown.ts";
import type { Migration } from "./migration.ts";
import { MigrationSession } from "./migration-session.ts";
import { type ProofServer, startProofServer } from "./server.ts";
import { readMigrationsAt } from "./sources.ts";

export interface LintOptions {
  /** What holds the migrations: a file or a folder. */
  readonly path: string;
  readonly major: Major;
  /** Migrations before this version are run, and not judged. Default: all are judged; with a target, the pending ones. */
  readonly from?: number | undefined;
  /** The schema before the first migration. Default: with a target, its own, in which what is applied is not run again. */
  readonly schema?: string | undefined;
  readonly live?: LiveTarget | undefined;
  /** How long (ms) one migration may take here. */
  readonly limitMs: number;
  readonly stop: AbortSignal;
}

/** Runs every migration on a throw-away server, in its order, and judges those from `from` on. */
export async function lintMigrations(options: LintOptions): Promise<LintReport> {
  const { live, path, schema } = options;
  const { list: all, unread } = readMigrationsAt(path);
  const from = firstJudged(options, all.at(-1)?.version ?? 0);
  const applied = live !== undefined && schema === undefined ? live.newest : -1;
  const list = all.filter(({ version }) => version > applied);
  const grammar = await loadGrammar();
  const server = await startProofServer(options.major);
  try {
    const notMade = await createBase(server, grammar, options);
    const session = new MigrationSession(server, grammar, options.limitMs, settingsOf(live));
    const judge = live && new LiveJudge(live, session, grammar);
    const circumstances = {
      isOlder: options.major.major < GRAMMAR_MAJOR,
      isSchemaKnown: schema !== undefined || (live !== undefined && notMade.length === 0),
    };
    const linter = new Linter(session, grammar, circumstances, judge);
    const migrations: LintedMigration[] = [];
    for (const migration of list.filter(({ version }) => version < from)) {
      if (!options.stop.aborted) await linter.apply(migration);
    }
    await judge?.start();
    for (const migration of list.filter(({ version }) => version >= from)) {
      if (!options.stop.aborted) migrations.push(await linter.judge(migration));
    }
    await session.end();
    const target = judge && { live: judge.described() };
    const findings = [
      ...unread.map((one) => byName("cannot-read", one.message, placeOfUnread(one))),
      ...holes(all, from),
      ...(live === undefined ? [] : aboutTarget(live, options.major, notMade)),
    ];
    return { schemaVersion: 1, server: server.version, source: sanitise(path), ...target, findings, migrations };
  } finally {
    await server.close();
  }
}

/** The major whose grammar libpg-query has. */
const GRAMMAR_MAJOR = 18;

/** Names are looked up as in the target's own sessions. */
export const settingsOf = (live: Pick<LiveTarget, "schema"> | undefined): readonly string[] =>
  live === undefined || live.schema.path.length === 0
    ? []
    : [`SET search_path = ${live.schema.path.map((name) => `"${name.replaceAll('"', '""')}"`).join(", ")}`];

interface Base {
  readonly schema?: string | undefined;
  readonly live?: Pick<LiveTarget, "schema"> | undefined;
}

/** Makes what is there before the first migration. Answers what of a target's schema cannot be made here. */
export async function createBase(server: ProofServer, grammar: SqlGrammar, { schema, live }: Base) {
  if (schema !== undefined) await createBaseSchema(server, grammar, schema);
  return schema === undefined && live !== undefined ? createLiveSchema(server, live.schema) : [];
}

/** Throws OpsError (exit 6) where `from` names no migration that can be judged. */
function firstJudged({ from, live, schema }: LintOptions, newest: number): number {
  if (from === undefined) return live === undefined ? 1 : live.newest + 1;
  if (live !== undefined && schema === undefined && from <= live.newest) throw isApplied(from, live);
  if (newest < from) throw nothingFrom(from, newest);
  return from;
}

const nothingFrom = (from: number, newest: number): Error =>
  usageError("from-unknown", `--from ${from}: the newest migration here is ${newest}`, [
    commandLine`vulcan-ops lint --from ${newest}`,
  ]);

const isApplied = (from: number, { target, newest }: LiveTarget): Error =>
  usageError(
    "from-applied",
    `--from ${from}: ${target} has migration ${newest} already, and its own schema is the one before the next`,
    [
      commandLine`vulcan-ops lint --target ${target}`,
      "the same command with --schema FILE, from before that migration",
    ],
  );

function holes(list: readonly Migration[], from: number): readonly InspectionFinding[] {
  return list.flatMap(({ version, path, line }, at) => {
    const before = list[at - 1]?.version;
    if (before === undefined || version === before + 1 || version < from || version > NUMBERED) return [];
    const missing = version === before + 2 ? `${before + 1}` : `${before + 1} to ${version - 1}`;
    return [byName("version-hole", `${missing} is missing before ${version}`, { file: sanitise(path), line })];
  });
}

/** Versions beyond are dates, which have holes. */
const NUMBERED = 99_999;
