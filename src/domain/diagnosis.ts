/**
 * What a check found. `fail`: one of the documented rollbacks could not be carried out. `untried`: nothing can be said,
 * because trying would change something, or because the read that it needs did not come through.
 */
export type Level = "ok" | "warn" | "fail" | "untried";

export interface Diagnosis {
  readonly level: Level;
  /** What was seen. */
  readonly evidence: string;
  /** What puts it right, where it is not right: commands, or lines of a configuration. */
  readonly fixes?: readonly string[];
}

/** A diagnosis with the check that made it. */
export interface DoctorFinding extends Diagnosis {
  readonly check: string;
  readonly title: string;
}

export const ok = (evidence: string): Diagnosis => ({ level: "ok", evidence });

export const warn = (evidence: string, ...fixes: readonly string[]): Diagnosis => ({ level: "warn", evidence, fixes });

export const fail = (evidence: string, ...fixes: readonly string[]): Diagnosis => ({ level: "fail", evidence, fixes });

export const untried = (evidence: string, ...fixes: readonly string[]): Diagnosis => ({
  level: "untried",
  evidence,
  ...(fixes.length === 0 ? {} : { fixes }),
});

/** How many findings are of each level. */
export function countLevels(findings: readonly Diagnosis[]): Readonly<Record<Level, number>> {
  const counts = { ok: 0, warn: 0, fail: 0, untried: 0 };
  for (const { level } of findings) counts[level]++;
  return counts;
}
