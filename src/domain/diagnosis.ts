/**
 * What a check found. `fail`: one of the documented rollbacks could not be carried out. `untried`: nothing is known,
 * because trying would change something, or because the read that it needs failed.
 */
export type Level = "ok" | "warn" | "fail" | "untried";

export interface CheckFinding {
  readonly level: Level;
  /** What was seen. */
  readonly evidence: string;
  /** How to fix it: commands, or lines of a configuration. */
  readonly fixes?: readonly string[];
  /** Statements of an IAM policy that allow what is missing, as JSON. */
  readonly policy?: readonly string[];
}

/** A finding with the check that made it. */
export interface DoctorFinding extends CheckFinding {
  readonly check: string;
  readonly title: string;
}

export const ok = (evidence: string): CheckFinding => ({ level: "ok", evidence });

export const warn = (evidence: string, ...fixes: readonly string[]): CheckFinding => ({
  level: "warn",
  evidence,
  fixes,
});

export const fail = (evidence: string, ...fixes: readonly string[]): CheckFinding => ({
  level: "fail",
  evidence,
  fixes,
});

export const notTried = (evidence: string, ...fixes: readonly string[]): CheckFinding => ({
  level: "untried",
  evidence,
  ...(fixes.length === 0 ? {} : { fixes }),
});

/** How many findings are of each level. */
export function countLevels(findings: readonly CheckFinding[]): Readonly<Record<Level, number>> {
  const counts = { ok: 0, warn: 0, fail: 0, untried: 0 };
  for (const { level } of findings) counts[level]++;
  return counts;
}
