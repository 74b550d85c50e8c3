import { watchService } from "../../actions/watch/run.ts";
import type { Environment } from "../../domain/ports.ts";
import type { WatchReport } from "../../domain/watch/report.ts";
import { limitHeapGrowth } from "../limit-heap-growth.ts";
import type { OpenTarget } from "../open-target.ts";

/**
 * Compares the documented metrics with the time before, for whole minutes. Calls `tell` after each poll. Undefined if
 * the operator stopped it before the first poll.
 */
export async function watchTarget(
  { target, clock, services: world, caller }: OpenTarget,
  minutes: number,
  { stop: signal }: Pick<Environment, "stop">,
  tell: (report: WatchReport) => void,
): Promise<WatchReport | undefined> {
  await caller();
  limitHeapGrowth();
  return watchService({ services: world, target, clock, signal, minutes }, tell).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    return undefined;
  });
}
