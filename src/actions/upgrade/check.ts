import { findingsOf, runChecks } from "../../checks/check.ts";
import { queriedDatabaseFindings } from "../../checks/database/queried-database.ts";
import { judgeTargetGroups } from "../../checks/deployment/target-groups.ts";
import { subjectOf } from "../../checks/subject.ts";
import { UPGRADE_CHECKS } from "../../checks/upgrade-suite.ts";
import { defineAction, type StepPlan } from "../../domain/action.ts";
import { familyOf, revisionOf, type Service, type TaskDefinition } from "../../domain/aws/ecs.ts";
import { knownDefinition } from "../../domain/aws/known-definition.ts";
import { releaseOf } from "../../domain/aws/release-of.ts";
import { block, ok, summariseFindings, worstFirst } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { PlanFact } from "../../domain/plan.ts";
import { imageVersion, releaseChange, releaseName } from "../../domain/release.ts";
import type { ActionReadContext, ActionServices } from "../../domain/services.ts";
import { wayBackText } from "../../domain/upgrade/way-back.ts";
import { type LaterRead, passwordFindings } from "../database/password-end.ts";
import { databaseFindings } from "../maintenance/database-findings.ts";
import { digestsOf, imageFindings } from "../maintenance/images.ts";
import { backupFindings, inProgressFindings } from "../maintenance/in-progress-findings.ts";
import { connectionFindings } from "../maintenance/load-findings.ts";
import { firstLimit, timeFindings } from "../maintenance/migration-duration.ts";
import { type PreflightReads, readPreflight } from "../maintenance/preflight-reads.ts";
import { readingOnce } from "../maintenance/reading-once.ts";
import { watchFindings } from "../maintenance/window.ts";
import { imageToBring } from "../vulcan/image-migrations.ts";
import { readProof } from "../vulcan/proof/read-proof.ts";
import { releaseToType, revisionToBring, type UpgradeInputs, upgradeInputFields } from "./inputs.ts";
import { holeFindings, pendingFindings, readPendingKnown, skippedText, versionsToApply } from "./pending.ts";

interface Observation {
  readonly bring: string;
  readonly release: string;
  readonly service: Service;
  /** `1.42.1 (:42) → 2.0.0 (:43)` */
  readonly change: string;
  readonly wayBack: string;
  /** What each migration does, by its run. */
  readonly migrations: readonly PlanFact[];
  readonly digests: string;
  /** RFC 3339: when the checks were made, for the comparison of the watch. */
  readonly began: string;
  readonly findings: readonly Finding[];
}

/** Reads come later by so many seconds: a rollout and its drain. */
const PROOF: LaterRead = { what: "the check of the migrations", seconds: 10 * 60 };

/** Checks everything that could make an upgrade fail or do harm, and tells beforehand how to return. Reads only. */
export const checkUpgrade = defineAction<ActionServices, typeof upgradeInputFields, Observation>({
  name: "upgrade.check",
  summary: "Run pre-flight checks of an upgrade: image, room, connections, migrations, alarms, way back.",
  risk: "read",
  inputs: upgradeInputFields,
  outputs: {
    taskDefinition: { type: "taskDefinition", description: "registered revision to deploy or copy" },
    release: { type: "string", description: "what the operator types: version, tag or revision" },
    began: { type: "time", description: "when the checks were made" },
    digests: { type: "string", required: false, description: "digests of the images, where all are known" },
  },
  observe: async (given, context) => ({ kind: "observed", value: await observe(given, readingOnce(context)) }),
  plan: (_given, observation) => planCheck(observation),
});

async function observe(given: UpgradeInputs, context: ActionReadContext): Promise<Observation> {
  const { services, target, clock } = context;
  const service = await services.aws.ecs.service(target.cluster, target.service);
  const bring = await revisionToBring(given, service, context);
  const wanted = await knownDefinition(services.aws.ecs, bring);
  const [reads, results] = await Promise.all([
    readPreflight(service, bring, given.image, context),
    runChecks(UPGRADE_CHECKS, { ...subjectOf(context), service, wanted }),
  ]);
  const { told } = reads;
  const [names, pending] = await Promise.all([
    namesOf(given, service, wanted, context),
    readPendingKnown(given, bring, { service, told }, context),
  ]);
  const proof = await readProof(
    { direction: "up", versions: versionsToApply(pending), limit: firstLimit(reads) },
    () => imageToBring(bring, { service, image: given.image }, context),
    context,
  );
  const isDespite = given.despiteHole === true;
  const [release, skipped] = [releaseToType(given, revisionOf(bring)), skippedText(told, pending)];
  return {
    bring,
    service,
    change: names.change,
    release: isDespite && skipped !== undefined ? `${release} without ${skipped}` : release,
    digests: digestsOf(reads.images),
    wayBack: wayBackText(pending, names.from),
    migrations: proof.facts,
    began: new Date(clock.now()).toISOString(),
    findings: worstFirst([
      ...results.flatMap(findingsOf),
      ...readFindings(given, reads, bring),
      ...pendingFindings(pending, proof.text),
      ...proof.findings,
      ...holeFindings(told, pending, isDespite),
      ...passwordFindings(services, PROOF, reads.now),
    ]),
  };
}

function readFindings(given: UpgradeInputs, reads: PreflightReads, bring: string): readonly Finding[] {
  const { service, asked, images, targetGroups } = reads;
  return [
    ...revisionFindings(service, bring, given),
    ...queriedDatabaseFindings(asked),
    ...inProgressFindings(reads),
    ...reads.start,
    ...imageFindings(images),
    ...backupFindings(reads),
    ...connectionFindings(reads),
    ...timeFindings(reads, given.expect).map(inWindow),
    ...databaseFindings(reads),
    ...watchFindings(given.watch),
    ...(targetGroups instanceof Error ? [] : judgeTargetGroups(service, targetGroups)),
  ];
}

function revisionFindings({ taskDefinition, desired }: Service, bring: string, { image }: UpgradeInputs): Finding[] {
  if (desired === 0) return [block("scaled-to-zero", "the service is scaled to 0")];
  if (image !== undefined) return [ok("brought", `a copy of ${bring} with ${image} is deployed`)];
  if (bring !== taskDefinition) return [ok("brought", `${taskDefinition} runs; ${bring} is deployed`)];
  return [block("already-runs", `${bring} already runs: nothing to upgrade`, ["vulcan-ops"])];
}

/** A migration that a health check would stop needs a window, whose separate task no health check stops. */
const inWindow = (finding: Finding): Finding =>
  finding.code === "migration-too-long" ? { ...finding, next: ["vulcan-ops maintenance --via task"] } : finding;

async function namesOf(
  { image }: UpgradeInputs,
  service: Service,
  wanted: TaskDefinition,
  { services, target }: ActionReadContext,
): Promise<{ readonly from: string; readonly change: string }> {
  const now = await services.aws.ecs.taskDefinition(service.taskDefinition).catch(() => undefined);
  const family = familyOf(service.taskDefinition);
  const old = releaseOf(service.taskDefinition, now, service, target.container);
  const from = releaseName(old, family);
  if (image !== undefined) return { from, change: `${from} → ${imageVersion(image) ?? image}` };
  return { from, change: releaseChange(old, releaseOf(wanted.name, wanted, service, target.container), family) };
}

function planCheck(observation: Observation): StepPlan {
  const { bring, release, service, change, wayBack, migrations, began, digests, findings } = observation;
  return {
    summary: summariseFindings(change, findings),
    goal: `upgrade ${service.name} ${change}`,
    facts: [{ label: "Way back", text: wayBack }, ...migrations],
    changes: [],
    findings,
    outputs: { taskDefinition: bring, release, began, ...(digests !== "" && { digests }) },
  };
}
