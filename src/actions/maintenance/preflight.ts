import { queriedDatabaseFindings } from "../../checks/database/queried-database.ts";
import { judgeTargetGroups } from "../../checks/deployment/target-groups.ts";
import { familyOf, revisionOf, type Service } from "../../domain/aws/ecs.ts";
import { readOnce } from "../../domain/aws/read-once.ts";
import { releaseOf } from "../../domain/aws/release-of.ts";
import { blockingProtection } from "../../domain/aws/task-protection.ts";
import { block, ok, worstFirst } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import { imageVersion, releaseChange, releaseName } from "../../domain/release.ts";
import type { ActionReadContext } from "../../domain/services.ts";
import { clockFindings } from "../clock-findings.ts";
import { type LaterRead, passwordFindings } from "../database/password-end.ts";
import { planOneOff } from "../ecs/one-off-request.ts";
import { scheduledFindings } from "../scaling/scheduled-findings.ts";
import { readLabels } from "../vulcan/image-migrations.ts";
import { databaseFindings } from "./database-findings.ts";
import { imageFindings } from "./images.ts";
import { backupFindings, inProgressFindings } from "./in-progress-findings.ts";
import { type MaintenanceInputs, revisionToDeploy } from "./inputs.ts";
import { connectionFindings, loadFindings } from "./load-findings.ts";
import { timeFindings } from "./migration-duration.ts";
import { type PreflightReads, readPreflight } from "./preflight-reads.ts";
import { type Window, watchFindings, windowFindings, windowOf } from "./window.ts";
import type { PendingMigrations } from "./window-facts.ts";

export interface Preflight {
  readonly service: Service;
  /** The registered revision to deploy, or the one to copy. */
  readonly bring: string;
  readonly window: Window;
  /** `1.42.1 (:42) → 2.0.0 (:43)` */
  readonly change: string;
  readonly migrations: PendingMigrations;
  /** Seconds that the migrations are announced to take, and of the watch afterwards. */
  readonly expect: number | undefined;
  readonly watch: number;
  /** Epoch ms of the clock. */
  readonly now: number;
  readonly findings: readonly Finding[];
}

/** In a window, scaling takes minutes, and then the migration itself. */
const PROOF: LaterRead = { what: "the check of the migrations", seconds: 15 * 60 };

/** Everything that prevents a window, or that the operator should know before it. Reads only. */
export async function preflight(given: MaintenanceInputs, outer: ActionReadContext): Promise<Preflight> {
  const context = { ...outer, services: { ...outer.services, aws: readOnce(outer.services.aws) } };
  const { services, target, clock } = context;
  const service = await services.aws.ecs.service(target.cluster, target.service);
  const bring = await revisionToDeploy(given, service, context);
  const window = windowOf(given, clock.now());
  const reads = await readPreflight(service, bring, given.image, context);
  const findings = worstFirst([
    ...windowFindings(window, given.watch, reads.now),
    ...watchFindings(given.watch),
    ...clockFindings(services, () => "the window begins and ends by this clock"),
    ...passwordFindings(services, PROOF, reads.now),
    ...readFindings(given, reads, bring),
    ...(await copyFindings(given, service, bring, context)),
    ...databaseFindings(reads, window),
    ...blockingProtection(reads.guarded, target.cluster),
    ...(reads.targetGroups instanceof Error ? [] : judgeTargetGroups(service, reads.targetGroups)),
    ...scheduledFindings(reads.scheduled, spanOf(window, reads.now), target),
  ]);
  const [change, labels] = await Promise.all([
    releasesOf(given, service, bring, context),
    readLabels(services.aws.ecs, [bring], { named: target.container, balancers: service.balancers }),
  ]);
  const { expect, watch, image } = given;
  const migrations = { told: reads.told, newest: labels.get(bring), image };
  return { service, bring, window, change, migrations, expect, watch, now: reads.now, findings };
}

async function releasesOf(
  { image }: MaintenanceInputs,
  service: Service,
  bring: string,
  { services, target }: ActionReadContext,
): Promise<string> {
  const { ecs } = services.aws;
  const [now, next] = await Promise.all(
    [service.taskDefinition, bring].map((name) => ecs.taskDefinition(name).catch(() => undefined)),
  );
  const family = familyOf(service.taskDefinition);
  const from = releaseOf(service.taskDefinition, now, service, target.container);
  if (image === undefined) return releaseChange(from, releaseOf(bring, next, service, target.container), family);
  // The copy has no number yet.
  return `${releaseName(from, family)} → ${imageVersion(image) ?? image} (a copy of :${revisionOf(bring)})`;
}

/** Scaling is suspended from now until the window's end at the latest. */
const spanOf = ({ closes }: Window, now: number) => ({ from: now, until: Date.parse(closes) });

/** A copy is not registered yet when the window is planned. So check its original for the one-off task. */
async function copyFindings(
  { via, image }: MaintenanceInputs,
  service: Service,
  bring: string,
  { services, target }: ActionReadContext,
) {
  if (via !== "task" || image === undefined) return [];
  const definition = await services.aws.ecs.taskDefinition(bring);
  const { cluster, container: named } = target;
  return definition === undefined
    ? []
    : planOneOff({ cluster, service, named, definition, words: [], instead: "start" }).findings;
}

function readFindings(
  { via, expect, image }: MaintenanceInputs,
  reads: PreflightReads,
  bring: string,
): readonly Finding[] {
  return [
    ...revisionFindings(reads.service, bring, image),
    ...queriedDatabaseFindings(reads.asked),
    ...inProgressFindings(reads),
    ...imageFindings(reads.images),
    ...backupFindings(reads),
    ...loadFindings(reads),
    ...connectionFindings(reads),
    ...(via === "start" ? timeFindings(reads, expect) : []),
  ];
}

function revisionFindings({ taskDefinition, desired }: Service, bring: string, image?: string): readonly Finding[] {
  if (desired === 0) return [block("scaled-to-zero", "the service is scaled to 0")];
  if (image !== undefined)
    return [ok("brought", `${taskDefinition} runs; a copy of ${bring} with ${image} is deployed`)];
  if (bring !== taskDefinition) return [ok("brought", `${taskDefinition} runs; ${bring} is deployed`)];
  return [block("already-runs", `${bring} already runs: nothing to migrate`, ["vulcan-ops migrate status"])];
}
