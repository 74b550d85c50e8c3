import type { ActionVerifyContext } from "../../domain/services.ts";
import type { HealthRead } from "../../domain/upgrade/target-gap.ts";

/** Two reads are then at most 5 s apart. */
const EVERY_MS = 4500;

/**
 * Reads beside a wait how many targets are healthy, until the signal ends it. A read that fails is left out: the
 * distance of two reads then says so. The load balancer's API has a quota of its own, apart from that of ECS. [D]
 */
export async function readHealthyTargets(
  { services, target, clock, signal }: ActionVerifyContext,
  found: (read: HealthRead) => void,
): Promise<void> {
  const { targetGroups } = await services.aws.ecs.service(target.cluster, target.service);
  while (!signal.aborted && targetGroups.length > 0) {
    const groups = await Promise.all(targetGroups.map((group) => services.aws.targetHealth(group))).catch(() => []);
    const counts = groups.map((targets) => targets.filter(({ state }) => state === "healthy").length);
    if (counts.length > 0) found({ at: clock.now(), healthy: Math.min(...counts) });
    await clock.sleep(EVERY_MS, signal);
  }
}
