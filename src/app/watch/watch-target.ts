import { watchService } from "../../actions/watch/run.ts";
import type { Environment } from "../../domain/ports.ts";
import type { WatchReport } from "../../domain/watch/report.ts";
import { limitHeapGrowth } from "../limit-heap-growth.ts";
import type { OpenTarget } from "../open-target.ts";

/**
 * Compares the documented metrics with the time before, for whole minutes. Calls `show` after each poll, and `say`
 * with what holds up the first one. Undefined if
 * the operator stopped it before the first poll.
 */
export async function watchTarget(
  { target, clock, services: world, caller }: OpenTarget,
  minutes: number,
  { stop: signal }: Pick<Environment, "stop">,
  { show, say }: { show(report: WatchReport): void; say(text: string): void },
): Promise<WatchReport | undefined> {
  await caller();
  limitHeapGrowth();
  return watchService({ services: world, target, clock, signal, minutes, say }, show).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    return undefined;
  });
}
