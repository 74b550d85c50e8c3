import type { Check, Patient } from "../../checks/doctor-check.ts";
import { checks } from "../../checks/doctor-suite.ts";
import type { RecordedRequest } from "../../domain/aws/recorded-request.ts";
import { type Diagnosis, type DoctorFinding, untried } from "../../domain/diagnosis.ts";
import { OpsError } from "../../domain/error.ts";
import type { Environment } from "../../domain/ports.ts";
import { within } from "../../domain/time-limit.ts";
import { createClock } from "../../target/clock.ts";
import { statusReads } from "../../target/status-reads.ts";
import type { OpenTarget } from "../open-target.ts";
import { readStateFolder } from "./state-folder.ts";

/** Every check of the doctor, on the open target. */
export const runDoctor = (open: OpenTarget, environment: Pick<Environment, "env">): Promise<Examined> =>
  examine(checks, open, environment);

export interface Examined {
  readonly findings: readonly DoctorFinding[];
  /** AWS has answered nothing. */
  readonly isBlind: boolean;
}

/** Runs checks on a target, all at once; what one of them cannot read hides no other. */
export async function examine(
  checks: readonly Check[],
  open: OpenTarget,
  { env }: Pick<Environment, "env">,
): Promise<Examined> {
  const requests: RecordedRequest[] = [];
  const { now } = createClock({});
  const { reads, setup, sharedHolder } = statusReads(open, { now, saw: (request) => requests.push(request) });
  const patient: Patient = {
    target: open.target,
    env,
    reads,
    setup,
    schema: open.services.schema,
    vulcan: open.services.vulcan,
    sharedHolder,
    // Our own record is worth a word, never a refusal.
    marks: () => open.services.marks().catch(() => []),
    requests,
    now: open.clock.now(),
    stateFolder: () => readStateFolder(open.stateDir),
    node: process.version,
  };
  const findings = (await Promise.all(checks.map((check) => findingsOf(check, patient)))).flat();
  return { findings: withoutRepeats(findings), isBlind: requests.every(({ failure }) => failure !== undefined) };
}

/** Several checks may fail to read the same thing: the first says why, the others name it. */
function withoutRepeats(findings: readonly DoctorFinding[]): readonly DoctorFinding[] {
  return findings.map((finding, index) => {
    const first = findings.slice(0, index).find(({ evidence }) => evidence === finding.evidence);
    if (first === undefined || finding.level !== "untried") return finding;
    const { check, title, level } = finding;
    return { check, title, level, evidence: `not checked, for the reason that stands at ${first.title}` };
  });
}

async function findingsOf(check: Check, patient: Patient): Promise<DoctorFinding[]> {
  const { id, title } = check;
  const found = await within(LIMIT_MS, check.examine(patient)).catch(unanswered);
  return found.map((diagnosis) => ({ check: id, title, ...diagnosis }));
}

/** Longer than the requests themselves may take; so this is rarely seen. */
const LIMIT_MS = 20_000;

/** What a check needs could not be read: the permissions and the service say why it matters. */
function unanswered(error: Error): readonly Diagnosis[] {
  return [untried(error.message, ...(error instanceof OpsError ? (error.detail.next ?? []) : []))];
}
