import { type CheckResult, runChecks } from "../../checks/check.ts";
import type { DoctorCheck, DoctorSubject } from "../../checks/doctor-subject.ts";
import { DOCTOR_CHECKS } from "../../checks/doctor-suite.ts";
import { isLoopback } from "../../domain/aws/endpoints.ts";
import type { RecordedRequest } from "../../domain/aws/recorded-request.ts";
import { type DoctorFinding, levelOf } from "../../domain/diagnosis.ts";
import { nextOf } from "../../domain/error.ts";
import { notTried } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Environment } from "../../domain/ports.ts";
import { createClock } from "../../target/clock.ts";
import { statusReads } from "../../target/status-reads.ts";
import type { OpenTarget } from "../open-target.ts";
import { readUnfinished } from "../status/read-unfinished.ts";
import { readStateFolder } from "./state-folder.ts";

/** Runs every doctor check on the open target. */
export const runDoctor = (open: OpenTarget, environment: Pick<Environment, "env">): Promise<DoctorResult> =>
  checkTarget(DOCTOR_CHECKS, open, environment);

export interface DoctorResult {
  readonly findings: readonly DoctorFinding[];
  /** No request to AWS succeeded. */
  readonly isBlind: boolean;
}

/** Runs checks on a target in parallel. A check that cannot read something does not affect the others. */
export async function checkTarget(
  checks: readonly DoctorCheck[],
  open: OpenTarget,
  { env }: Pick<Environment, "env">,
): Promise<DoctorResult> {
  const requests: RecordedRequest[] = [];
  const { now } = createClock({});
  const statusReading = statusReads(open, { now, record: (request) => requests.push(request) });
  const { reads, sharedHolder } = statusReading;
  const subject: DoctorSubject = {
    target: open.target,
    env,
    endpoints: open.endpoints,
    network: open.network,
    reads,
    schema: open.services.schema,
    vulcan: open.services.vulcan,
    held: open.held,
    sharedHolder,
    // If our own record cannot be read, the checks still run.
    revisionMarks: () => open.services.failedRevisions().catch(() => []),
    unfinished: () => readUnfinished(open, statusReading),
    requests,
    ...(open.journalTable && { journalTable: open.journalTable }),
    now: open.clock.now(),
    stateFolder: () => readStateFolder(open.stateDir),
    node: process.version,
  };
  const results = await runChecks(checks, subject, LIMIT_MS);
  const findings = results.flatMap((result) => findingsOf(result, open.asPasted));
  return {
    findings: withoutRepeats(findings),
    isBlind: requests.every(({ failure }) => failure !== undefined),
  };
}

/** What matters only to who asks AWS itself: where requests go, and how long this Node is supported. */
const OF_AWS: ReadonlySet<string> = new Set(["endpoint", "node"]);

/** On this machine, for a target that is not production, warnings about the way to AWS say nothing. */
export function forPlace(
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

/** Longer than the time limits of the requests, so it is rarely reached. */
const LIMIT_MS = 20_000;

function findingsOf({ check, answer }: CheckResult<DoctorSubject>, asPasted: OpenTarget["asPasted"]): DoctorFinding[] {
  const { id, question: title } = check;
  // The permissions and service checks say why it matters what could not be read.
  const found = answer instanceof Error ? [notTried(answer.message, nextOf(answer))] : answer;
  return found.map((one) => ({ check: id, title, ...shown(one, asPasted) }));
}

function shown(found: Finding, asPasted: OpenTarget["asPasted"]): Omit<DoctorFinding, "check" | "title"> {
  const level = levelOf(found);
  const fixes = (found.next ?? []).map(asPasted);
  const hasFixes = level === "warn" || level === "fail" || (level === "untried" && fixes.length > 0);
  const { text: evidence, policy } = found;
  return { level, evidence, ...(hasFixes && { fixes }), ...(policy && { policy }) };
}
