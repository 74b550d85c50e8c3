import type { Attempt } from "../domain/action.ts";
import { OpsError } from "../domain/error.ts";
import { EXIT } from "../domain/exit-codes.ts";
import type { Operation, Receipt } from "../domain/operation.ts";
import { blocks, type Phase, type PlannedStep } from "../domain/plan.ts";
import type { Step } from "../domain/runbook.ts";
import { isSame } from "./confirm.ts";
import { actionOf, valuesOf } from "./plan.ts";
import { assertLockHeld, type Run, reportProgress } from "./run.ts";
import { waitForCredentials } from "./until-credentials.ts";

/** After so many waits, the refusal is final: something else keeps the resource busy. */
const MOST_WAITS = 3;

/**
 * Sends the request. If it is refused only because the resource is busy, which changed nothing, waits and sends the same
 * request again. The same after new credentials, where AWS took the old ones no more. Answers the receipt, or the error that stands.
 */
export async function sendOrWait<World>(
  run: Run<World>,
  step: Step,
  phase: Phase,
  planned: PlannedStep,
  { operation, key }: Attempt,
  replan: () => Promise<PlannedStep>,
): Promise<Receipt | OpsError> {
  const send = async () => {
    await run.engine.journal.assertOwn?.();
    return answerOf(run.engine.gateway.send(operation as Operation, key as string));
  };
  let answer = await send();
  for (let waits = 0; waits < MOST_WAITS && isBusy(run, step, answer); waits++) {
    reportProgress(run, { step: step.id, phase, text: "AWS refused it because the resource is busy; waiting" });
    if (!(await isFree(run, step, planned)) || !(await isStillAgreed(run, planned, replan))) break;
    answer = await send();
  }
  if (!(answer instanceof OpsError) || answer.detail.effect !== "none") return answer;
  const isBack = await waitForCredentials(run, answer.detail.code, answer.message);
  if (!isBack) return answer;
  return (await isStillAgreed(run, planned, replan)) ? send() : overtaken(answer);
}

function overtaken({ detail }: OpsError): OpsError {
  const message = `${detail.message}; since then, what was confirmed is no longer so`;
  return new OpsError({ ...detail, code: "plan-stale", exitCode: EXIT.failed, message });
}

/** The refusal changed nothing, and says that the resource is busy. */
export function isBusy<World>(run: Run<World>, step: Step, answer: Receipt | OpsError): boolean {
  if (!(answer instanceof OpsError) || answer.detail.effect !== "none") return false;
  return actionOf(run.engine, step).busy?.refusal.test(answer.message) === true;
}

function answerOf(sending: Promise<Receipt>): Promise<Receipt | OpsError> {
  return sending.catch((error: unknown) => {
    if (error instanceof OpsError) return error;
    throw error;
  });
}

/** False also if the operator stops the wait. */
async function isFree<World>(run: Run<World>, step: Step, planned: PlannedStep): Promise<boolean> {
  const { stop } = run.engine;
  const waiting = actionOf(run.engine, step).busy?.wait(valuesOf(planned.inputs) as never, run.engine, stop);
  const isFreeNow = await waiting?.catch((error: unknown) => {
    if (stop.aborted) return false;
    throw error;
  });
  return isFreeNow === true && !stop.aborted;
}

/** What was confirmed has to be still true, and the target still ours. */
async function isStillAgreed<World>(
  run: Run<World>,
  planned: PlannedStep,
  replan: () => Promise<PlannedStep>,
): Promise<boolean> {
  const now = await replan();
  if (blocks(now).length > 0 || !isSame(planned, now)) return false;
  return assertLockHeld(run).then(
    () => true,
    () => false,
  );
}
