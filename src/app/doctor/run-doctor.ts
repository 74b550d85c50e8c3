import type { DoctorCheck, DoctorSubject } from "../../checks/doctor-check.ts";
import { checks } from "../../checks/doctor-suite.ts";
import { isLoopback } from "../../domain/aws/endpoints.ts";
import type { RecordedRequest } from "../../domain/aws/recorded-request.ts";
import { type CheckFinding, type DoctorFinding, notTried } from "../../domain/diagnosis.ts";
import { OpsError } from "../../domain/error.ts";
import type { Environment } from "../../domain/ports.ts";
import { withTimeLimit } from "../../domain/time-limit.ts";
import { createClock } from "../../target/clock.ts";
import { statusReads } from "../../target/status-reads.ts";
import type { OpenTarget } from "../open-target.ts";
import { readUnfinished } from "../status/read-unfinished.ts";
import { readStateFolder } from "./state-folder.ts";

/** Runs every doctor check on the open target. */
export const runDoctor = (open: OpenTarget, environment: Pick<Environment, "env">): Promise<DoctorResult> =>
  runChecks(checks, open, environment);

export interface DoctorResult {
  readonly findings: readonly DoctorFinding[];
  /** No request to AWS succeeded. */
  readonly isBlind: boolean;
}

/** Runs checks on a target in parallel. A check that cannot read something does not affect the others. */
export async function runChecks(
  checks: readonly DoctorCheck[],
  open: OpenTarget,
  { env }: Pick<Environment, "env">,
): Promise<DoctorResult> {
  const requests: RecordedRequest[] = [];
  const { now } = createClock({});
  const statusReading = statusReads(open, { now, record: (request) => requests.push(request) });
  const { reads, setup, sharedHolder } = statusReading;
  const subject: DoctorSubject = {
    target: open.target,
    env,
    endpoints: open.endpoints,
    network: open.network,
    reads,
    setup,
    schema: open.services.schema,
    vulcan: open.services.vulcan,
    sharedHolder,
    // If our own record cannot be read, the checks still run.
    revisionMarks: () => open.services.failedRevisions().catch(() => []),
    unfinished: () => readUnfinished(open, statusReading),
    requests,
    now: open.clock.now(),
    stateFolder: () => readStateFolder(open.stateDir),
    node: process.version,
  };
  const found = (await Promise.all(checks.map((check) => findingsOf(check, subject)))).flat();
  const findings = found.map((one) => (one.fixes ? { ...one, fixes: one.fixes.map(open.asPasted) } : one));
  return {
    findings: withoutRepeats(forPlace(findings, open)),
    isBlind: requests.every(({ failure }) => failure !== undefined),
  };
}

/** What matters only to who asks AWS itself: where requests go, and how long this Node is supported. */
const OF_AWS: ReadonlySet<string> = new Set(["endpoint", "node"]);

/** On this machine, for a target that is not production, warnings about the way to AWS say nothing. */
function forPlace(
  findings: readonly DoctorFinding[],
  { target, endpoint }: Pick<OpenTarget, "target" | "endpoint">,
): readonly DoctorFinding[] {
  if (target.production || endpoint === undefined || !isLoopback(endpoint)) return findings;
  return findings.filter(({ check, level }) => level !== "warn" || !OF_AWS.has(check));
}

/** Several checks may fail for the same reason. The first gives the reason, the others refer to the first. */
function withoutRepeats(findings: readonly DoctorFinding[]): readonly DoctorFinding[] {
  return findings.map((finding, index) => {
    const first = findings.slice(0, index).find(({ evidence }) => evidence === finding.evidence);
    if (first === undefined || finding.level !== "untried") return finding;
    const { check, title, level } = finding;
    return { check, title, level, evidence: `not checked: see ${first.title}` };
  });
}

async function findingsOf(check: DoctorCheck, subject: DoctorSubject): Promise<DoctorFinding[]> {
  const { id, title } = check;
  const found = await withTimeLimit(LIMIT_MS, check.run(subject)).catch(lateFinding);
  return found.map((diagnosis) => ({ check: id, title, ...diagnosis }));
}

/** Longer than the time limits of the requests, so it is rarely reached. */
const LIMIT_MS = 20_000;

/** A check could not read what it needs. The permissions and service checks say why that matters. */
function lateFinding(error: Error): readonly CheckFinding[] {
  return [notTried(error.message, ...(error instanceof OpsError ? (error.detail.next ?? []) : []))];
}
