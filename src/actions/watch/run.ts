import type { WatchReport } from "../../domain/watch/report.ts";
import { MINUTE, minuteOf } from "../../domain/watch/series.ts";
import { prepare } from "./prepare.ts";
import { WatchSampler } from "./sampler.ts";
import type { WatchOptions } from "./watch-options.ts";

/** Sleep past the full minute: a timer that is early would find the minute not yet over. */
const PAST_MS = 1000;

/**
 * Watches a service until there is a verdict, and reports the state after each minute. The signal ends it early, with a
 * verdict: INCONCLUSIVE, unless a limit was broken by then.
 */
export async function watchService(watching: WatchOptions, tell: (report: WatchReport) => void): Promise<WatchReport> {
  const { clock, signal } = watching;
  const notes = new Set<string>();
  const prepared = await prepare(watching, (text) => {
    if (!notes.has(text)) watching.say?.(text);
    notes.add(text);
  });
  const sampler = new WatchSampler(watching, prepared);
  for (;;) {
    const report = sampler.report([...notes], signal.aborted ? "the operator" : undefined);
    tell(report);
    if (report.verdict !== undefined || report.replacedBy !== undefined) return report;
    await pause(clock.now(), watching);
    if (!signal.aborted) await sampler.sample();
  }
}

/** Sleeps until the next full minute; a signal wakes it. */
async function pause(now: number, { clock, signal }: WatchOptions): Promise<void> {
  try {
    await clock.sleep(minuteOf(now) + MINUTE + PAST_MS - now, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
