import { watchService } from "../../actions/watch/run.ts";
import type { Environment } from "../../domain/ports.ts";
import type { WatchReport } from "../../domain/watch/report.ts";
import { stayLean } from "../limit-heap-growth.ts";
import type { OpenTarget } from "../open-target.ts";

/**
 * Compares the documented metrics with the time before, for whole minutes; `tell` is called at each look. Undefined where
 * the operator stopped it before anything was seen.
 */
export async function watchTarget(
  { target, clock, services: world, caller }: OpenTarget,
  minutes: number,
  { stop: signal }: Pick<Environment, "stop">,
  tell: (report: WatchReport) => void,
): Promise<WatchReport | undefined> {
  await caller();
  stayLean();
  return watchService({ world, target, clock, signal, minutes }, tell).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    return undefined;
  });
}
