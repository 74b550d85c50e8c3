import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Database } from "../domain/database/database.ts";
import type { SeenQueries } from "../domain/database/live.ts";
import { OpsError } from "../domain/error.ts";
import { installCommand } from "../domain/install-command.ts";
import type { MigrationProofs, ProofAnswer, ProofQuestion } from "../domain/migrations/proof.ts";
import type { Known } from "../domain/status/target-status.ts";
import type { LiveTarget } from "../proof/live.ts";
import type { Migrations } from "../proof/sources.ts";

interface ProofSetup {
  /** What holds the migrations. */
  readonly file: string;
  readonly commit: string | undefined;
  readonly stop: AbortSignal;
  /** Of the target. */
  readonly target: string;
  /** Undefined where SQL is not set up. */
  readonly reading: (<T>(read: (database: Database) => Promise<T>) => Promise<T>) | undefined;
}

/** How long (ms) one run of a migration may take here. A plan waits for it. */
const RUN_MS = 20_000;

/** Loads what runs migrations only when it is asked: a rollback never is. */
export function proofsOf(setup: ProofSetup): MigrationProofs {
  const answers = new Map<string, Promise<ProofAnswer>>();
  const sources = async (): Promise<Migrations> => (await import("../proof/sources.ts")).readMigrationsAt(setup.file);
  return {
    ...(setup.commit !== undefined && { commit: setup.commit }),
    newest: async () => (await sources()).list.at(-1)?.version ?? 0,
    async otherThan(commit) {
      const { differenceFromCommit } = await import("../vulcan/source/git-commit.ts");
      return differenceFromCommit(setup.file, commit);
    },
    async prove(question) {
      const read = await sources().catch(unproven);
      if ("kind" in read) return read;
      const key = createHash("sha256")
        .update(JSON.stringify([question, read]))
        .digest("hex");
      const known = answers.get(key);
      if (known !== undefined) return known;
      const answer = answerOf(setup, read, question).catch(unproven);
      answers.set(key, answer);
      return answer;
    },
  };
}

/** A package that is not installed, a server that does not start, a database that is not read. */
function unproven(error: Error): ProofAnswer {
  if (error instanceof OpsError) return { kind: "unproven", why: error.message };
  if (error.name === "UnfitMachine") return { kind: "unproven", why: unfitText(error) };
  throw error;
}

function unfitText({ message, install }: Error & { readonly install?: string }): string {
  if (install === undefined) return message;
  return `${message} Install it with: ${installCommand(install, fileURLToPath(import.meta.url), process.cwd())}`;
}

async function answerOf(setup: ProofSetup, read: Migrations, question: ProofQuestion): Promise<ProofAnswer> {
  const known = new Set(read.list.map(({ version }) => version));
  const absent = question.versions.filter((version) => !known.has(version));
  if (absent.length > 0) return { kind: "unproven", why: `the source has no migration ${absent.join(", ")}` };
  const live = await liveOf(setup, question);
  if (live === undefined && question.direction === "down") return { kind: "unproven", why: NO_SQL };
  const [{ proveApplied, proveList }, { majorLike, majorOf }, { lintMigrations }] = await Promise.all([
    import("../proof/prove.ts"),
    import("../proof/choose-major.ts"),
    import("../proof/lint.ts"),
  ]);
  const major = live === undefined ? majorOf(undefined) : majorLike(live.release.major);
  const options = { path: setup.file, major, limitMs: RUN_MS, stop: setup.stop, live, queries: queriesOf(live) };
  if (question.direction === "down") {
    const proof = await proveApplied(read, question.versions, options);
    return { kind: "run", proof, how: howOf(proof.server, live) };
  }
  const span = { from: Math.min(...question.versions), to: Math.max(...question.versions) };
  const [proof, lint] = await Promise.all([
    proveList(read, { ...options, ...span }),
    lintMigrations({ ...options, live, from: span.from }),
  ]);
  return { kind: "run", proof, lint, how: howOf(proof.server, live) };
}

const NO_SQL = "a Down is run in the database's own schema, and SQL is not set up (VULCAN_DATABASE_URL)";

function howOf(server: string, live: LiveTarget | undefined): string {
  if (live === undefined) return `from its first migration on, on PostgreSQL ${server}`;
  const other = server.split(".")[0] === String(live.release.major) ? "" : `, not tried on ${live.release.version}`;
  return `in the database's own schema, on PostgreSQL ${server}${other}`;
}

/** The database as it is now, without its rows. */
async function liveOf({ reading, target }: ProofSetup, question: ProofQuestion): Promise<LiveTarget | undefined> {
  return reading?.(async (database): Promise<LiveTarget> => {
    const [release, applied, schema] = await Promise.all([
      database.release(),
      database.migrations(),
      database.schema(),
    ]);
    const newest = Math.max(0, ...applied.map(({ version }) => version));
    const [sizes, seen] = await Promise.all([known(database.sizes()), known(database.seenQueries())]);
    const limit = question.direction === "up" ? question.limit : NO_LIMIT;
    return { target, place: database.place, release, newest, schema, sizes, limit, queries: seenOf(seen) };
  });
}

const seenOf = (seen: Known<SeenQueries | undefined>): Known<SeenQueries> =>
  seen.known && seen.value === undefined
    ? { known: false, why: "it has no pg_stat_statements" }
    : (seen as Known<SeenQueries>);

const queriesOf = (live: LiveTarget | undefined): SeenQueries | undefined =>
  live?.queries.known === true ? live.queries.value : undefined;

const NO_LIMIT = { known: false, why: "not asked" } as const;

const known = <T>(reading: Promise<T>) =>
  reading.then(
    (value) => ({ known: true as const, value }),
    (error: Error) => ({ known: false as const, why: error.message }),
  );
