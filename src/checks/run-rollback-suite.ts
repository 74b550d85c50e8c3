import { notChecked } from "../domain/finding.ts";
import type { Finding } from "../domain/operation.ts";
import type { ActionServices } from "../domain/services.ts";
import { withTimeLimit } from "../domain/time-limit.ts";
import type { RollbackCheck } from "./check.ts";
import type { RollbackSubject } from "./rollback-subject.ts";
import { CHECKS } from "./rollback-suite.ts";

/** What one check has found, by its name. */
export interface CheckResult {
  readonly name: string;
  readonly findings: readonly Finding[];
}

/** The prompt has to appear within 3 s, whatever does not answer. Starting and finding the revision take up to half. */
export const LIMIT_MS = 1500;

/** Checks all that could make a move to a revision fail or do harm. All checks run at once, and none delays another. */
export function runChecks(subject: RollbackSubject, services: ActionServices): Promise<readonly CheckResult[]> {
  return Promise.all(
    Object.entries(CHECKS).map(async ([name, check]) => ({
      name,
      findings: await runWithTimeLimit(check, subject, services),
    })),
  );
}

/** A check that is late, refused or broken becomes a finding: it must not stop a rescue. */
function runWithTimeLimit(
  check: RollbackCheck,
  subject: RollbackSubject,
  services: ActionServices,
): Promise<readonly Finding[]> {
  return withTimeLimit(LIMIT_MS, check.run(subject, services)).catch((failure: Error) => [
    notChecked(check.question, failure.message),
  ]);
}
