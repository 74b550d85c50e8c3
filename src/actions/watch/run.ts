import type { WatchReport } from "../../domain/watch/report.ts";
import { MINUTE, minuteOf } from "../../domain/watch/series.ts";
import { prepare } from "./prepare.ts";
import { WatchSight } from "./sampler.ts";
import type { Watching } from "./watch-options.ts";

/** Past the full minute, lest a timer that is early finds the minute not yet over. */
const PAST_MS = 1000;

/**
 * Watches a service until there is a verdict, and tells after each minute how it stands. The signal ends it early, with a
 * verdict: INCONCLUSIVE, unless a limit was broken by then.
 */
export async function watchService(watching: Watching, tell: (report: WatchReport) => void): Promise<WatchReport> {
  const { clock, signal } = watching;
  const notes = new Set<string>();
  const prepared = await prepare(watching, (text) => void notes.add(text));
  const sight = new WatchSight(watching, prepared);
  for (;;) {
    const report = sight.report([...notes], signal.aborted ? "the operator" : undefined);
    tell(report);
    if (report.verdict !== undefined) return report;
    await pause(clock.now(), watching);
    if (!signal.aborted) await sight.look();
  }
}

/** Until the next full minute; a signal wakes it. */
async function pause(now: number, { clock, signal }: Watching): Promise<void> {
  try {
    await clock.sleep(minuteOf(now) + MINUTE + PAST_MS - now, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
