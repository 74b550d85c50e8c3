import type { ActionVerifyContext } from "../../domain/services.ts";
import type { HealthRead } from "../../domain/upgrade/target-gap.ts";
import { budgetOf } from "../ecs/rollout/reader.ts";

/** Two reads of one target group are then at most 5 s apart. Several groups share the calls. */
const EVERY_MS = 4500;
/** At the start of a wait, also in the middle of a minute. */
const CALLS_AT_START = 2;
const CALLS_A_MINUTE = Math.ceil(60_000 / EVERY_MS) + CALLS_AT_START;

/**
 * Waits, and reads beside it how many targets are healthy. The wait leaves the calls for it, so that both together stay
 * below its limit a minute.
 */
export async function measuringTargets<Result>(
  context: ActionVerifyContext,
  wait: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly reads: readonly HealthRead[] }> {
  const reads: HealthRead[] = [];
  const over = new AbortController();
  const signal = AbortSignal.any([context.signal, over.signal]);
  const release = budgetOf(context.services).hold(CALLS_A_MINUTE);
  // Evidence beside the wait: without it the outcome says that no gap was measured.
  const reading = readHealthyTargets({ ...context, signal }, (read) => reads.push(read)).catch(() => undefined);
  try {
    return { result: await wait(), reads };
  } finally {
    over.abort();
    await reading;
    release();
  }
}

/** Until the signal ends it. A read that fails is left out: the distance of two reads then says so. */
async function readHealthyTargets(
  { services, target, clock, signal }: ActionVerifyContext,
  found: (read: HealthRead) => void,
): Promise<void> {
  const { targetGroups } = await services.aws.ecs.service(target.cluster, target.service);
  while (!signal.aborted && targetGroups.length > 0) {
    const groups = await Promise.all(targetGroups.map((group) => services.aws.targetHealth(group))).catch(() => []);
    const counts = groups.map((targets) => targets.filter(({ state }) => state === "healthy").length);
    if (counts.length > 0) found({ at: clock.now(), healthy: Math.min(...counts) });
    await clock.sleep(EVERY_MS * targetGroups.length, signal);
  }
}
