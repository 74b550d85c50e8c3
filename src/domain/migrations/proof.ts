import type { LineDifference } from "../database/line-difference.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { LintReport, TaskLimit } from "../lint.ts";
import type { Known } from "../status/target-status.ts";

/** What Up, Down and Up again on a throw-away server have shown. */
export type ProofVerdict = "PROVEN" | "NOT INVERSE" | "DOWN FAILS" | "CANNOT READ";

/** What a Down takes away for good. */
export interface DownLoss {
  readonly kind: "table" | "column" | "materialized view" | "rows";
  /** `jobs`, `jobs.priority`; of rows their table. */
  readonly name: string;
}

/** The work of an Up on one table that was there before it. */
export interface TableWork {
  readonly table: string;
  /** The strongest lock, as PostgreSQL names it: `AccessExclusive`. */
  readonly lock?: string;
  readonly isRewritten: boolean;
  /** Rows that were read or changed here, of those that the table had here. */
  readonly scanned: number;
  readonly changed: number;
  readonly rows: number;
}

/** A query that could be prepared before the Up and cannot after it. */
export interface BrokenQuery {
  /** Its place in the file of queries, from 1; of a live database its queryid. */
  readonly id: string;
  readonly calls: number;
  /** The server's error, without the query's text. */
  readonly why: string;
}

export interface ProvenMigration {
  readonly version: number;
  /** Safe to show. */
  readonly description: string;
  readonly file: string;
  readonly line: number;
  readonly verdict: ProofVerdict;
  /** Why it is not PROVEN; empty where it is. */
  readonly why: string;
  /** Differences, errors and what could not be read; safe to show. */
  readonly evidence: readonly string[];
  /** True, and not against the proof. */
  readonly remarks: readonly string[];
  /** How long the Up took here (s). It says nothing of a database with more rows. */
  readonly seconds: number;
  /** What the Up changes in the structure; absent where it did not run to its end. */
  readonly changes?: LineDifference;
  readonly work: readonly TableWork[];
  readonly destroys: readonly DownLoss[];
  readonly brokenQueries: readonly BrokenQuery[];
}

/** The result of `migrate prove`. */
export interface ProofReport {
  readonly schemaVersion: 1;
  /** The PostgreSQL that it was run on: `18.4`. */
  readonly server: string;
  /** What the operator named. */
  readonly source: string;
  /** The target in whose schema it was run, and its newest migration. */
  readonly target?: string;
  readonly applied?: number;
  /** Migrations in the source whose version could not be read, each with its place and the reason. */
  readonly unread: readonly string[];
  /** Queries that could not be prepared before any Up: they are not judged. */
  readonly unjudgedQueries: number;
  readonly migrations: readonly ProvenMigration[];
}

/** 11 where a Down is not the way back, or an old query breaks; 12 where something could not be read or run. */
export function proofExitCode({ migrations, unread }: ProofReport): ExitCode {
  const isStop = ({ verdict, brokenQueries }: ProvenMigration): boolean =>
    verdict === "NOT INVERSE" || verdict === "DOWN FAILS" || brokenQueries.length > 0;
  if (migrations.some(isStop)) return EXIT.guarded;
  return unread.length > 0 || migrations.some(({ verdict }) => verdict === "CANNOT READ") ? EXIT.unjudged : EXIT.done;
}

/** `jobs.priority, table notes, rows of users` */
export const lossText = (destroys: readonly DownLoss[]): string =>
  destroys
    .map(({ kind, name }) => (kind === "column" ? name : kind === "rows" ? `rows of ${name}` : `${kind} ${name}`))
    .join(", ");

/** Which migrations of the source are asked for: pending ones, or applied ones that are to be rolled back. */
export type ProofQuestion =
  | { readonly direction: "up"; readonly versions: readonly number[]; readonly limit: Known<TaskLimit | null> }
  | { readonly direction: "down"; readonly versions: readonly number[] };

export type ProofAnswer =
  | {
      readonly kind: "run";
      readonly proof: ProofReport;
      /** Of pending ones: what they lock, rewrite and break, and how long they may take. */
      readonly lint?: LintReport;
      /** `in the database's own schema, on PostgreSQL 16.14` */
      readonly how: string;
    }
  | { readonly kind: "unproven"; readonly why: string };

/** Runs of the migrations in the operator's source, on a throw-away server of this machine. */
export interface MigrationProofs {
  /** The newest version in the source. */
  newest(): Promise<number>;
  /** The commit that the operator says the image was built from. */
  readonly commit?: string;
  /** Why the source is not that of the commit; undefined where it is. */
  otherThan(commit: string): Promise<string | undefined>;
  /** Each question is answered once, while source and schema are the same. Never rejects. */
  prove(question: ProofQuestion): Promise<ProofAnswer>;
}
