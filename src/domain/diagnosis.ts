import { isNotChecked } from "./finding.ts";
import type { Finding } from "./operation.ts";

/**
 * What the doctor found. `fail`: one of the documented rollbacks could not be carried out. `untried`: nothing is known,
 * because trying would change something, or because the read that it needs failed.
 */
export type Level = "ok" | "warn" | "fail" | "untried";

/** A finding as the doctor shows it, with the check that made it. */
export interface DoctorFinding {
  readonly check: string;
  readonly title: string;
  readonly level: Level;
  /** What was seen. */
  readonly evidence: string;
  /** How to fix it: commands, or lines of a configuration. */
  readonly fixes?: readonly string[];
  /** Statements of an IAM policy that allow what is missing, as JSON. */
  readonly policy?: readonly string[];
}

export const levelOf = (finding: Finding): Level =>
  isNotChecked(finding) ? "untried" : finding.level === "block" ? "fail" : finding.level;

/** How many findings are of each level. */
export function countLevels(findings: readonly DoctorFinding[]): Readonly<Record<Level, number>> {
  const counts = { ok: 0, warn: 0, fail: 0, untried: 0 };
  for (const { level } of findings) counts[level]++;
  return counts;
}
