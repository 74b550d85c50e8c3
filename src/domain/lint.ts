import { EXIT, type ExitCode } from "./exit-codes.ts";
import { type InspectionFinding, worstSeverity } from "./inspection.ts";
import { roughDuration } from "./rough-duration.ts";
import type { Known } from "./status/target-status.ts";

/** What was found of one migration by running it. */
export interface LintedMigration {
  readonly version: number;
  /** Safe to show. */
  readonly description: string;
  readonly file: string;
  readonly line: number;
  /** How long its Up took here (s). It says nothing of a database with more rows. */
  readonly seconds: number;
  /** Everything in it could be read and run. */
  readonly complete: boolean;
  /** The most severe first. */
  readonly findings: readonly InspectionFinding[];
  /** Findings that a comment in the SQL allows, with its reason. */
  readonly waived: readonly WaivedFinding[];
  /** How long its Up may take on the target; absent where it works on no large table of it, or without a target. */
  readonly predicted?: Known<Prediction>;
}

/** A range of times, and what it rests on. No promise. */
export interface Prediction {
  /** s: half of the time measured here, for the target's rows. */
  readonly least: number;
  /** s: five times that time, and more where rows are wider there. */
  readonly most: number;
  /** The tables whose rows it works on, and their rows on the target. */
  readonly tables: readonly { readonly table: string; readonly rows: number }[];
  /** Measured here, over all of its statements. */
  readonly microsecondsPerRow: number;
}

export interface WaivedFinding extends InspectionFinding {
  readonly reason: string;
}

/** The result of `lint`. */
export interface LintReport {
  readonly schemaVersion: 1;
  /** The PostgreSQL that it was run on: `18.4`. */
  readonly server: string;
  /** What the operator named. */
  readonly source: string;
  /** Present where a target was named. */
  readonly live?: LintedTarget;
  /** About the list as a whole. */
  readonly findings: readonly InspectionFinding[];
  readonly migrations: readonly LintedMigration[];
}

/** What was read of a target, and how it was used. */
export interface LintedTarget {
  readonly target: string;
  /** `user@host:port/database` */
  readonly place: string;
  /** The PostgreSQL that serves there: `16.4`. */
  readonly server: string;
  /** The newest applied migration; 0 for none. */
  readonly newest: number;
  /** When a task that does not answer is stopped, its migrations with it; null where nothing stops it. */
  readonly limit: Known<TaskLimit | null>;
  readonly queries: Known<JudgedQueries>;
}

export interface TaskLimit {
  readonly seconds: number;
  /** Which check stops it, and how that is counted. */
  readonly text: string;
}

/** The queries that the running images have sent. */
export interface JudgedQueries {
  /** Prepared before and after each migration. */
  readonly judged: number;
  /** They cannot be prepared here even before. */
  readonly unjudged: number;
}

/** A rule of `lint`, as far as reports show it. */
export interface LintRule {
  /** As a waiver names it: `drop-column`. */
  readonly name: string;
  readonly severity: InspectionFinding["severity"];
  readonly title: string;
  readonly why: string;
  readonly fix: string;
}

/** `3 min to 14 min` */
export const rangeText = ({ least, most }: Pick<Prediction, "least" | "most">): string =>
  [least, most].map((seconds) => (seconds < 1 ? "under 1 s" : roughDuration(Math.round(seconds)))).join(" to ");

/** Every finding, the most severe first; within a severity in the order of the migrations. */
export function lintFindings({ findings, migrations }: LintReport): readonly InspectionFinding[] {
  const all = [...findings, ...migrations.flatMap((one) => one.findings)];
  return (["error", "warning", "note"] as const).flatMap((severity) => all.filter((one) => one.severity === severity));
}

/** 11 for an error; 12 where something could not be read or run; `isStrict`: a warning counts as an error. */
export function lintExitCode(report: LintReport, isStrict: boolean): ExitCode {
  const worst = worstSeverity(lintFindings(report));
  if (worst === "error") return EXIT.guarded;
  const isUnread = report.findings.some(({ rule }) => rule === "VOPS301");
  if (isUnread || report.migrations.some(({ complete }) => !complete)) return EXIT.unjudged;
  return worst === "warning" && isStrict ? EXIT.guarded : EXIT.done;
}
