import type { JournalEvent } from "./execution-event.ts";

/** How long each step's wait took, in seconds, by `action step`. A wait begins once its request is sent, or planned. */
export function measuredWaits(events: readonly JournalEvent[]): ReadonlyMap<string, number> {
  const begun = new Map<string, { readonly action: string; readonly at: number }>();
  const took = new Map<string, number>();
  for (const event of events) {
    // What a process began, the next one does not measure: the time between them is no wait.
    if (event.type === "execution.resumed") begun.clear();
    if (!("phase" in event) || event.phase !== "do") continue;
    const at = Date.parse(event.at);
    const action = event.type === "step.planned" ? event.action : begun.get(event.step)?.action;
    if (action === undefined) continue;
    if (event.type === "step.planned" || event.type === "step.sent") begun.set(event.step, { action, at });
    if (event.type !== "step.verified") continue;
    const seconds = (at - (begun.get(event.step)?.at ?? at)) / 1000;
    if (seconds > 0) took.set(waitKey(action, event.step), seconds);
  }
  return took;
}

export const waitKey = (action: string, step: string): string => `${action} ${step}`;

/** The middle one of several executions: one slow day says little. */
export function usualWaits(executions: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const keys = new Set(executions.flatMap((waits) => [...waits.keys()]));
  return new Map(
    [...keys].map((key) => {
      const all = executions.flatMap((waits) => waits.get(key) ?? []).sort((a, b) => a - b);
      return [key, all[Math.floor((all.length - 1) / 2)] ?? 0];
    }),
  );
}
