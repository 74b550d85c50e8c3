import type { Service } from "../../domain/aws/ecs.ts";
import { block, ok, worstFirst } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { Look } from "../../domain/services.ts";
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

/** Everything that stands in the way of a window, or is to be known before it. Reads only. */
export async function preflight(wish: Wish, looking: Look): Promise<Preflight> {
  const { world, target, clock } = looking;
  const service = await world.aws.ecs.service(target.cluster, target.service);
  const bring = await broughtBy(wish, service, looking);
  const window = windowOf(wish, clock.now());
  const scene = await sceneOf(service, bring, looking);
  const findings = worstFirst([
    ...windowFindings(window, wish.watch, scene.now),
    ...watchFindings(wish.watch),
    ...sceneFindings(wish, scene, bring),
  ]);
  return { service, bring, window, findings };
}

function sceneFindings({ via, expect, image }: Wish, scene: Scene, bring: string): readonly Finding[] {
  return [
    ...broughtFindings(scene.service, bring, image),
    ...flightFindings(scene),
    ...backupFindings(scene),
    ...loadFindings(scene),
    ...connectionFindings(scene),
    ...(via === "start" ? timeFindings(scene, expect) : []),
  ];
}

function broughtFindings({ taskDefinition, desired }: Service, bring: string, image?: string): readonly Finding[] {
  if (desired === 0) return [block("scaled-to-zero", "the service runs no task at all")];
  if (image !== undefined)
    return [ok("brought", `${taskDefinition} runs, a copy of ${bring} with ${image} is brought`)];
  if (bring !== taskDefinition) return [ok("brought", `${taskDefinition} runs, ${bring} is brought`)];
  return [block("already-runs", `${bring} runs already: nothing would be migrated`, ["vulcan-ops migrate status"])];
}
