import { notChecked } from "../domain/finding.ts";
import type { Finding } from "../domain/operation.ts";
import { withTimeLimit } from "../domain/time-limit.ts";

/** A check is a question about a subject: it reads what it needs, and answers with findings. Lists of checks are data. */
export interface Check<Subject> {
  /** Stable: journals name late checks by it, and the doctor's JSON the findings. */
  readonly id: string;
  /** Completes the sentence "not checked: …"; the doctor shows it before the findings. */
  readonly question: string;
  /** The answer is as good after the change was sent, so a late check finishes during the wait. */
  readonly validAfterSend?: true;
  run(subject: Subject): Promise<readonly Finding[]>;
}

export interface CheckResult<Subject> {
  readonly check: Check<Subject>;
  /** What it has found, or why it could not: it was late, refused or broken. */
  readonly answer: readonly Finding[] | Error;
}

/** The prompt has to appear within 3 s, whatever does not answer. What precedes the checks takes up to half. */
export const PREFLIGHT_LIMIT_MS = 1500;

/** Makes all checks at once. None delays another, and none that fails stops a rescue. */
export function runChecks<Subject>(
  checks: readonly Check<Subject>[],
  subject: Subject,
  limitMs = PREFLIGHT_LIMIT_MS,
): Promise<readonly CheckResult<Subject>[]> {
  return Promise.all(
    checks.map(async (check) => ({
      check,
      answer: await withTimeLimit(limitMs, check.run(subject)).catch((failure: Error) => failure),
    })),
  );
}

export function findingsOf<Subject>({ check, answer }: CheckResult<Subject>): readonly Finding[] {
  return answer instanceof Error ? [notChecked(check.question, answer.message)] : answer;
}
