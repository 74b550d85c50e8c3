import type { Finding } from "../src/domain/diagnosis.ts";
import type { Case, Inspection } from "../src/domain/inspection.ts";
import type { Context } from "./context.ts";
import { examine } from "./doctor.ts";
import { alarms, connections } from "./doctor-checks/alarms.ts";
import { backups } from "./doctor-checks/backups.ts";
import { breaker } from "./doctor-checks/breaker.ts";
import { capacity } from "./doctor-checks/capacity.ts";
import type { Check } from "./doctor-checks/check.ts";
import { drain } from "./doctor-checks/drain.ts";
import { exec } from "./doctor-checks/exec.ts";
import { healthCheck } from "./doctor-checks/health-check.ts";
import { goodRevision, mutes, size } from "./doctor-checks/leftovers.ts";
import { service } from "./doctor-checks/service.ts";
import type { Given } from "./given.ts";
import type { InspectionRule } from "./inspect-rules.ts";
import { remark } from "./inspect-target.ts";
import type { Site } from "./site.ts";

/** What the runbooks rely on, each with the rule that it breaks where it has drifted. */
const DRIFT: readonly (readonly [Check, InspectionRule])[] = [
  [service, "VOPS201"],
  [capacity, "VOPS202"],
  [breaker, "VOPS203"],
  [healthCheck, "VOPS204"],
  [drain, "VOPS205"],
  [exec, "VOPS206"],
  [backups, "VOPS207"],
  [alarms, "VOPS208"],
  [connections, "VOPS209"],
  [goodRevision, "VOPS210"],
  [size, "VOPS211"],
  [mutes, "VOPS212"],
];

/** The target itself: whatever has drifted from what the runbooks rely on is a warning. Rejects where nothing is told. */
export async function lookForDrift(
  site: Site,
  given: Given,
  context: Context,
): Promise<NonNullable<Inspection["target"]>> {
  await site.caller();
  const checks = DRIFT.map(([check]) => check);
  const { findings } = await examine(checks, site, given, context);
  return { name: site.target.name, cases: DRIFT.map(([check, rule]) => caseOf(check, rule, findings)) };
}

function caseOf({ id, title }: Check, rule: InspectionRule, findings: readonly Finding[]): Case {
  const own = findings.filter(({ check }) => check === id);
  const drifted = own.filter(({ level }) => level === "warn" || level === "fail");
  const remarks = drifted.map(({ evidence, fixes }) => remark(rule, "warning", `${title}: ${evidence}`, fixes?.[0]));
  const open = own.find(({ level }) => level === "untried");
  const isUnseen = remarks.length === 0 && open !== undefined;
  return { depth: "read", name: title, remarks, ...(isUnseen ? { skipped: open.evidence } : {}) };
}
