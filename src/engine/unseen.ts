import { type Run, tell } from "./engine.ts";

/** AWS names no limit for its eventual consistency. This is what an operator in a hurry can be asked to wait. */
const SHOWN_AFTER_MS = 5000;

/**
 * Waits until AWS must show what was sent last, where nobody has seen it yet. By what was there before, a request that took
 * effect would be sent once more, and a step that puts something back would find nothing to put back.
 */
export async function untilShown<World>(run: Run<World>): Promise<void> {
  const { execution, engine } = run;
  for (const [step, record] of Object.entries(execution.steps)) {
    const phase = record.undoing === undefined ? "do" : "undo";
    const open = record.undoing ?? (record.state === "interrupted" ? record : undefined);
    // Confirmed and not known to be sent: the process may have died between the two.
    const at = (open?.sent ?? open?.confirmed)?.at;
    const left = at === undefined ? 0 : Date.parse(at) + SHOWN_AFTER_MS - engine.clock.now();
    if (left <= 0) continue;
    tell(run, { step, phase, text: "waiting a moment, so that AWS shows what was sent last" });
    await engine.clock.sleep(left);
  }
}
