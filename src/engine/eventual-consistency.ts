import type { Attempt, Probe } from "../domain/action.ts";
import type { AnyValues } from "../domain/field.ts";
import type { Step } from "../domain/runbook.ts";
import { consistentBy } from "../domain/time.ts";
import { actionOf } from "./plan.ts";
import { type Run, reportProgress } from "./run.ts";

/** AWS names no limit for its eventual consistency. This is how long an operator in a hurry can be asked to wait. */
const SHOWN_AFTER_MS = 5000;

const shownAfter = <World>({ engine }: Run<World>, step: Step | undefined): number =>
  (step && engine.registry[step.action]?.shownAfterMs) ?? SHOWN_AFTER_MS;

const WAITING = "waiting a moment, so that AWS shows what was sent last";

/**
 * What a read shows about a request without an answer; undefined where the action cannot tell. "No effect" counts only
 * once AWS must show what it has accepted. Before that, the request could be sent twice, or never be undone.
 */
export async function probeWhenConsistent<World>(
  run: Run<World>,
  step: Step,
  inputs: AnyValues,
  attempt: Attempt,
): Promise<Probe | undefined> {
  const { clock } = run.engine;
  const probe = async () => actionOf(run.engine, step).probe?.(inputs as never, attempt, run.engine);
  const first = await probe();
  const left = consistentBy(attempt, shownAfter(run, step), clock.now()) - clock.now();
  if (first?.kind !== "notDone" || left <= 0) return first;
  reportProgress(run, { step: step.id, phase: run.execution.mode, text: WAITING });
  await clock.sleep(left);
  return probe();
}

/**
 * Waits until AWS must show what was sent and not yet seen. Otherwise a restoring step would be planned from the state
 * before the request, and would find nothing to put back.
 */
export async function waitUntilConsistent<World>(run: Run<World>): Promise<void> {
  const { execution, engine, runbook } = run;
  const all = [...runbook.steps, ...runbook.finally];
  for (const [step, record] of Object.entries(execution.steps)) {
    const phase = record.undoing === undefined ? "do" : "undo";
    const open = record.undoing ?? (record.state === "interrupted" ? record : undefined);
    const { movedAt = "" } = execution;
    if (open?.confirmed === undefined) continue;
    const { at } = open.sent ?? open.confirmed;
    const sent = { confirmedAt: at, ...(at < movedAt && { sentBefore: movedAt }) };
    const after = shownAfter(
      run,
      all.find(({ id }) => id === step),
    );
    const left = consistentBy(sent, after, engine.clock.now()) - engine.clock.now();
    if (left <= 0) continue;
    reportProgress(run, { step, phase, text: WAITING });
    await engine.clock.sleep(left);
  }
}
