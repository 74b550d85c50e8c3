import { type Run, tell } from "./engine.ts";

/** AWS names no limit for its eventual consistency; within this it has been seen to show what it has accepted. */
const SHOWN_AFTER_MS = 5000;

/**
 * Waits until AWS must show what was sent last, where nobody has seen it yet. By what was there before, a request that took
 * effect would be sent once more, and a step that puts something back would find nothing to put back.
 */
export async function untilShown<World>(run: Run<World>): Promise<void> {
  const { execution, engine } = run;
  for (const [step, { state, confirmed, sent }] of Object.entries(execution.steps)) {
    // Confirmed and not known to be sent: the process may have died between the two.
    const at = (sent ?? confirmed)?.at;
    if (state !== "interrupted" || at === undefined) continue;
    const left = Date.parse(at) + SHOWN_AFTER_MS - engine.clock.now();
    if (left <= 0) continue;
    tell(run, { step, phase: "do", text: "waiting a moment, so that AWS shows what was sent last" });
    await engine.clock.sleep(left);
  }
}
