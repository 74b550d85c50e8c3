import type { Finding } from "../domain/operation.ts";
import { findingsOf, runChecks } from "./check.ts";
import { subnets } from "./deployment/subnets.ts";
import { logGroups } from "./revision/log-groups.ts";
import { ports } from "./revision/ports.ts";
import { roleTrust } from "./revision/role-trust.ts";
import { secrets } from "./revision/secrets.ts";
import type { RollbackCheck, RollbackSubject } from "./rollback-subject.ts";

/** What a task of any revision needs, for any purpose. */
const START_CHECKS: readonly RollbackCheck[] = [secrets, logGroups, roleTrust, subnets, ports];

/**
 * What would keep tasks of this revision from starting: for plans whose steps start some. What is in order is not told.
 * `more`: what these plans need besides.
 */
export async function startFindings(
  subject: RollbackSubject,
  more: readonly RollbackCheck[] = [],
): Promise<readonly Finding[]> {
  const results = await runChecks([...START_CHECKS, ...more], subject);
  return results.flatMap(findingsOf).filter(({ level }) => level !== "ok");
}
