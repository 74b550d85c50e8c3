import { askedFindings } from "../../checks/database/asked-database.ts";
import type { Service } from "../../domain/aws/ecs.ts";
import { barredBy } from "../../domain/aws/task-protection.ts";
import { block, notChecked, ok, worstFirst } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Look } from "../../domain/services.ts";
import { type LaterRead, ofThePassword } from "../database/password-end.ts";
import { planOneOff } from "../ecs/one-off-request.ts";
import { databaseFindings } from "./database-findings.ts";
import { imageFindings } from "./images.ts";
import { backupFindings, flightFindings } from "./in-progress-findings.ts";
import { broughtBy, type Wish } from "./inputs.ts";
import { connectionFindings, loadFindings } from "./load-findings.ts";
import { timeFindings } from "./migration-duration.ts";
import { type Scene, sceneOf } from "./preflight-reads.ts";
import { type Window, watchFindings, windowFindings, windowOf } from "./window.ts";

export interface Preflight {
  readonly service: Service;
  /** The registered revision that is brought, or of which a copy is. */
  readonly bring: string;
  readonly window: Window;
  readonly findings: readonly Finding[];
}

/** A window takes minutes to scale, and then the migration itself. */
const PROOF: LaterRead = { what: "the proof of what was migrated", seconds: 15 * 60 };

/** Everything that stands in the way of a window, or is to be known before it. Reads only. */
export async function preflight(wish: Wish, looking: Look): Promise<Preflight> {
  const { world, target, clock } = looking;
  const service = await world.aws.ecs.service(target.cluster, target.service);
  const bring = await broughtBy(wish, service, looking);
  const window = windowOf(wish, clock.now());
  const scene = await sceneOf(service, bring, wish.image, looking);
  const findings = worstFirst([
    ...windowFindings(window, wish.watch, scene.now),
    ...watchFindings(wish.watch),
    ...ofThePassword(world, PROOF, scene.now),
    ...sceneFindings(wish, scene, bring),
    ...(await copyFindings(wish, service, bring, looking)),
    ...databaseFindings(scene, window),
    ...protectedFindings(scene, target.cluster),
  ]);
  return { service, bring, window, findings };
}

/** A copy is not registered yet when the window is planned: what its one-off task would meet stands in the original. */
async function copyFindings({ via, image }: Wish, service: Service, bring: string, { world, target }: Look) {
  if (via !== "task" || image === undefined) return [];
  const definition = await world.aws.ecs.taskDefinition(bring);
  const { cluster, container: named } = target;
  return definition === undefined
    ? []
    : planOneOff({ cluster, service, named, definition, words: [], instead: "start" }).findings;
}

function sceneFindings({ via, expect, image }: Wish, scene: Scene, bring: string): readonly Finding[] {
  return [
    ...broughtFindings(scene.service, bring, image),
    ...askedFindings(scene.asked),
    ...flightFindings(scene),
    ...imageFindings(scene.images),
    ...backupFindings(scene),
    ...loadFindings(scene),
    ...connectionFindings(scene),
    ...(via === "start" ? timeFindings(scene, expect) : []),
  ];
}

function protectedFindings({ guarded }: Scene, cluster: string): readonly Finding[] {
  if (!(guarded instanceof Error)) return barredBy(guarded, cluster);
  return [notChecked("whether tasks are protected against scaling in", guarded.message)];
}

function broughtFindings({ taskDefinition, desired }: Service, bring: string, image?: string): readonly Finding[] {
  if (desired === 0) return [block("scaled-to-zero", "the service runs no task at all")];
  if (image !== undefined)
    return [ok("brought", `${taskDefinition} runs, a copy of ${bring} with ${image} is brought`)];
  if (bring !== taskDefinition) return [ok("brought", `${taskDefinition} runs, ${bring} is brought`)];
  return [block("already-runs", `${bring} runs already: nothing would be migrated`, ["vulcan-ops migrate status"])];
}
