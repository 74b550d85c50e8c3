import { setTimeout as delay } from "node:timers/promises";
import { createClock } from "../src/app/clock.ts";
import { readStateFolder } from "../src/app/doctor/state-folder.ts";
import { looksAt } from "../src/app/status/read.ts";
import { openSite, type Site } from "../src/app/target/open.ts";
import { remembering } from "../src/aws/reads.ts";
import type { Check, Patient } from "../src/checks/doctor-check.ts";
import { checks } from "../src/checks/doctor-suite.ts";
import type { Command } from "../src/cli/command.ts";
import { OUTPUT_FLAGS, STATE_FLAGS, TARGET_FLAGS } from "../src/cli/flags.ts";
import type { Given } from "../src/cli/options.ts";
import { writeAnswer } from "../src/cli/output.ts";
import { type Context, stateDirOf } from "../src/cli/process-context.ts";
import type { RecordedRequest } from "../src/domain/aws/recorded-request.ts";
import { countLevels, type Diagnosis, type DoctorFinding, untried } from "../src/domain/diagnosis.ts";
import { OpsError } from "../src/domain/error.ts";
import { EXIT } from "../src/domain/exit-codes.ts";
import { renderDiagnoses } from "../src/ui/render/doctor.ts";
import { lookOf } from "../src/ui/text/style.ts";

export const doctor: Command = {
  usage: "doctor",
  describe: "Check what would stop you, each with its fix; reads only",
  flags: { ...TARGET_FLAGS, ...OUTPUT_FLAGS, ...STATE_FLAGS },
  examples: [["vulcan-ops doctor --output json", "exit 11 where a check fails, 0 where none does"]],
  async run(given, context) {
    const site = await openSite(given, context);
    const caller = site.caller().then(
      () => undefined,
      (error: OpsError) => error,
    );
    const { findings, isBlind } = await examine(checks, site, given, context);
    const stop = await caller;
    if (stop?.detail?.code === "account-mismatch") throw stop;
    const counts = countLevels(findings);
    const heading = `${site.target.name}  ${site.target.cluster} / ${site.target.service}`;
    const look = lookOf(context.stdout, context.env);
    const head = { schemaVersion: 1, target: site.target, counts };
    writeAnswer(given, context, {
      data: { ...head, findings },
      lines: [head, ...findings],
      text: () => `${renderDiagnoses(heading, findings, look)}\n`,
    });
    // Credentials that AWS takes for nothing are the one cause of all that fails then: said with their own exit code.
    if (stop?.exitCode === EXIT.credentials && isBlind) throw stop;
    return counts.fail > 0 ? EXIT.guarded : EXIT.done;
  },
};

export interface Examined {
  readonly findings: readonly DoctorFinding[];
  /** AWS has answered nothing. */
  readonly isBlind: boolean;
}

/** Runs checks on a target, all at once; what one of them cannot read hides no other. */
export async function examine(checks: readonly Check[], site: Site, given: Given, context: Context): Promise<Examined> {
  const requests: RecordedRequest[] = [];
  const { now } = createClock({});
  const { reads, setup, sharedHolder } = looksAt(site, { now, saw: (request) => requests.push(request) });
  const patient: Patient = {
    target: site.target,
    env: context.env,
    reads,
    setup: remembering(setup),
    sharedHolder,
    requests,
    now: site.clock.now(),
    stateFolder: () => readStateFolder(stateDirOf(given, context)),
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
  const found = await Promise.race([check.examine(patient), late()]).catch(unanswered);
  return found.map((diagnosis) => ({ check: id, title, ...diagnosis }));
}

/** Longer than the requests themselves may take; so this is rarely seen. */
const LIMIT_MS = 20_000;

async function late(): Promise<readonly Diagnosis[]> {
  await delay(LIMIT_MS, undefined, { ref: false });
  return [untried(`no answer within ${LIMIT_MS / 1000} s`)];
}

/** What a check needs could not be read: the permissions and the service say why it matters. */
function unanswered(error: Error): readonly Diagnosis[] {
  return [untried(error.message, ...(error instanceof OpsError ? (error.detail.next ?? []) : []))];
}
