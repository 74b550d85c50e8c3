import { alerts, connections } from "../../checks/alarms/documented-alarms.ts";
import { backups } from "../../checks/database/backups.ts";
import { goodRevision, mutes, size } from "../../checks/deployment/after-maintenance.ts";
import { capacity } from "../../checks/deployment/capacity.ts";
import { breaker } from "../../checks/deployment/circuit-breaker.ts";
import { drain } from "../../checks/deployment/deregistration-delay.ts";
import { healthCheck } from "../../checks/deployment/health-check.ts";
import { service } from "../../checks/deployment/service.ts";
import type { DoctorCheck } from "../../checks/doctor-subject.ts";
import { exec } from "../../checks/exec/readiness.ts";
import type { DoctorFinding } from "../../domain/diagnosis.ts";
import type { Case, Inspection } from "../../domain/inspection.ts";
import type { Environment } from "../../domain/ports.ts";
import { checkTarget } from "../doctor/run-doctor.ts";
import type { OpenTarget } from "../open-target.ts";
import { inspectionFinding } from "./inspection-finding.ts";
import type { InspectionRule } from "./rules.ts";

/** What the runbooks rely on, each with the rule that a drift breaks. */
const DRIFT: readonly (readonly [DoctorCheck, InspectionRule])[] = [
  [service, "VOPS201"],
  [capacity, "VOPS202"],
  [breaker, "VOPS203"],
  [healthCheck, "VOPS204"],
  [drain, "VOPS205"],
  [exec, "VOPS206"],
  [backups, "VOPS207"],
  [alerts, "VOPS208"],
  [connections, "VOPS209"],
  [goodRevision, "VOPS210"],
  [size, "VOPS211"],
  [mutes, "VOPS212"],
];

/** Reports each drift from what the runbooks rely on as a warning. Rejects if the caller cannot be confirmed. */
export async function findDrift(
  open: OpenTarget,
  environment: Pick<Environment, "env">,
): Promise<NonNullable<Inspection["target"]>> {
  await open.caller();
  const checks = DRIFT.map(([check]) => check);
  const { findings } = await checkTarget(checks, open, environment);
  return { name: open.target.name, cases: DRIFT.map(([check, rule]) => caseOf(check, rule, findings)) };
}

function caseOf({ id, question: title }: DoctorCheck, rule: InspectionRule, findings: readonly DoctorFinding[]): Case {
  const own = findings.filter(({ check }) => check === id);
  const drifted = own.filter(({ level }) => level === "warn" || level === "fail");
  const remarks = drifted.map(({ evidence, fixes }) =>
    inspectionFinding(rule, "warning", `${title}: ${evidence}`, fixes?.[0]),
  );
  const open = own.find(({ level }) => level === "untried");
  const isUnseen = remarks.length === 0 && open !== undefined;
  return { depth: "read", name: title, remarks, ...(isUnseen ? { skipped: open.evidence } : {}) };
}
