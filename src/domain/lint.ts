import { EXIT, type ExitCode } from "./exit-codes.ts";
import { type InspectionFinding, worstSeverity } from "./inspection.ts";

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
  /** About the list as a whole. */
  readonly findings: readonly InspectionFinding[];
  readonly migrations: readonly LintedMigration[];
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
