import { notChecked } from "../domain/finding.ts";
import type { Finding } from "../domain/operation.ts";
import type { World } from "../domain/services.ts";
import { within } from "../domain/time-limit.ts";
import type { RevertCheck } from "./check.ts";
import type { Subject } from "./rollback-subject.ts";
import { CHECKS } from "./rollback-suite.ts";

/** What one check has found, by its name. */
export interface Looked {
  readonly name: string;
  readonly findings: readonly Finding[];
}

/** The prompt has to be there within 3 s, whatever does not answer; starting and finding the revision take up to half of it. */
export const LIMIT_MS = 1500;

/** Looks at everything that could make a move to a revision fail or hurt; all at once, and none can hold up the others. */
export function lookAtAll(subject: Subject, world: World): Promise<readonly Looked[]> {
  return Promise.all(
    Object.entries(CHECKS).map(async ([name, check]) => ({ name, findings: await lookInTime(check, subject, world) })),
  );
}

/** Late, refused or broken is a finding: a check that cannot see must not stop a rescue. */
function lookInTime(check: RevertCheck, subject: Subject, world: World): Promise<readonly Finding[]> {
  return within(LIMIT_MS, check.look(subject, world)).catch((failure: Error) => [
    notChecked(check.asks, failure.message),
  ]);
}
