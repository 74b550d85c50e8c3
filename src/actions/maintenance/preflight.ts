import { queriedDatabaseFindings } from "../../checks/database/queried-database.ts";
import { judgeTargetGroups } from "../../checks/deployment/target-groups.ts";
import type { Service } from "../../domain/aws/ecs.ts";
import { blockingProtection } from "../../domain/aws/task-protection.ts";
import { block, ok, worstFirst } from "../../domain/finding.ts";
import type { TaskLimit } from "../../domain/lint.ts";
import type { Finding } from "../../domain/operation.ts";
import type { ActionReadContext } from "../../domain/services.ts";
import type { Known } from "../../domain/status/target-status.ts";
import { clockFindings } from "../clock-findings.ts";
import { type LaterRead, passwordFindings } from "../database/password-end.ts";
import { planOneOff } from "../ecs/one-off-request.ts";
import { scheduledFindings } from "../scaling/scheduled-findings.ts";
import { databaseFindings } from "./database-findings.ts";
import { imageFindings } from "./images.ts";
import { backupFindings, inProgressFindings } from "./in-progress-findings.ts";
import { type MaintenanceInputs, revisionToDeploy } from "./inputs.ts";
import { connectionFindings, loadFindings } from "./load-findings.ts";
import { firstLimit, timeFindings } from "./migration-duration.ts";
import { type PreflightReads, readPreflight } from "./preflight-reads.ts";
import { type Window, watchFindings, windowFindings, windowOf } from "./window.ts";

export interface Preflight {
  readonly service: Service;
  /** The registered revision to deploy, or the one to copy. */
  readonly bring: string;
  readonly window: Window;
  readonly told: PreflightReads["told"];
  /** Epoch ms of the clock. */
  readonly now: number;
  readonly findings: readonly Finding[];
  /** What a task that does not answer is stopped by. */
  readonly limit: Known<TaskLimit | null>;
}

/** In a window, scaling takes minutes, and then the migration itself. */
const PROOF: LaterRead = { what: "the check of the migrations", seconds: 15 * 60 };

/** Everything that prevents a window, or that the operator should know before it. Reads only. */
export async function preflight(given: MaintenanceInputs, context: ActionReadContext): Promise<Preflight> {
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
    ...reads.start,
    ...databaseFindings(reads, window),
    ...blockingProtection(reads.guarded, target.cluster),
    ...(reads.targetGroups instanceof Error ? [] : judgeTargetGroups(service, reads.targetGroups)),
    ...scheduledFindings(reads.scheduled, spanOf(window, reads.now), target),
  ]);
  return { service, bring, window, told: reads.told, now: reads.now, findings, limit: limitIn(given, reads) };
}

/** No health check stops a task of its own. */
const limitIn = ({ via }: MaintenanceInputs, reads: PreflightReads): Known<TaskLimit | null> =>
  via === "task" ? { known: true, value: null } : firstLimit(reads);

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
