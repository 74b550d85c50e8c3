import { undoable } from "../domain/execution.ts";
import type { JsonObject } from "../domain/json.ts";
import type { UndoGap } from "../domain/operation.ts";
import type { Step } from "../domain/runbook.ts";
import { NO_RECORD } from "../domain/step-record.ts";
import { isNeedless, restoringStepThatBlocks } from "./between.ts";
import { waitUntilConsistent } from "./eventual-consistency.ts";
import { catchOperatorErrors, NOTHING_LEFT_TO_DO, type StepOutcome, unknownIfConfirmed } from "./outcome.ts";
import { isBoundTo } from "./put-back.ts";
import { probeOf, resolveInterrupted } from "./resume.ts";
import { emit, type Run } from "./run.ts";
import { runStep } from "./step.ts";
import { undoStepOf } from "./undoing.ts";
import { untilCredentials } from "./until-credentials.ts";

export interface UndoOutcome extends UndoneSteps {
  readonly end: StepOutcome;
  /** The step at which it ended. */
  readonly step: string;
}

interface UndoneSteps {
  readonly undone: readonly string[];
  /** Why no undo was sent for a step: none was needed. */
  readonly needless: readonly string[];
  /** Steps that cannot be undone, with the reason. */
  readonly irreversible: readonly string[];
  /** What stays, since it does nothing by itself. */
  readonly stays: readonly string[];
  /** What the undone steps had changed beside, and no undo takes back. */
  readonly kept: readonly UndoGap[];
}

/**
 * Undoes the written steps, last first. Each undo is planned, asked, journalled and verified like a step. Stops at the
 * first that does not end well; names and skips what cannot be undone. What a restoring step put back stays, unless it
 * blocks the undo of an earlier step.
 */
export async function undoAll<World>(run: Run<World>): Promise<UndoOutcome> {
  await waitUntilConsistent(run);
  const texts = { undone: [], needless: [], irreversible: [], stays: [] } as Record<
    Exclude<keyof UndoneSteps, "kept">,
    string[]
  >;
  const results = { ...texts, kept: [] as UndoGap[] };
  for (const id of undoable(run.execution)) {
    const step = stepOf(run, id) ?? (await restoringStepThatBlocks(run, id));
    const undo = run.execution.steps[id]?.confirmed?.undo;
    if (step === undefined || undo === undefined) continue;
    const attempt = (work: () => Promise<StepOutcome>) =>
      untilCredentials(run, () => catchOperatorErrors(run.engine.stop, work));
    const effect = await attempt(async () => ((await tookEffect(run, step)) ? NOTHING_LEFT_TO_DO : NEVER_HAPPENED));
    if (effect === NEVER_HAPPENED) continue;
    if (effect.kind !== "done") return { end: unknownIfConfirmed(effect, true), step: id, ...results };
    if (undo.kind !== "operation") {
      const how = undo.kind === "stays" && undo.command !== undefined ? `: ${undo.command}` : "";
      (undo.kind === "stays" ? results.stays : results.irreversible).push(`${step.title}: ${undo.reason}${how}`);
      continue;
    }
    const end = await attempt(() => waitThenUndo(run, step, undo.with));
    const isUnderWay = run.execution.steps[id]?.undoing !== undefined;
    if (end.kind !== "done") return { end: unknownIfConfirmed(end, isUnderWay), step: id, ...results };
    // Only a sent request undoes. If the state was as wanted without one, this undo did nothing.
    if (run.execution.steps[id]?.undoSent === undefined) results.needless.push(end.text);
    else results.undone.push(id);
    if (undo.keeps !== undefined) results.kept.push(undo.keeps);
  }
  return { end: NOTHING_LEFT_TO_DO, step: "", ...results };
}

const NEVER_HAPPENED: StepOutcome = { kind: "done", text: "it never took effect" };

/** First waits for what the runbook waits for before it puts the same thing back. */
async function waitThenUndo<World>(run: Run<World>, step: Step, values: JsonObject): Promise<StepOutcome> {
  if (await isNeedless(run, step.id)) return skipNeedless(run, step.id);
  for (const wait of waitsBefore(run, step.id)) {
    const end = await runStep(run, wait, "do");
    if (end.kind !== "done") return end;
  }
  return undoStep(run, undoStepOf(step, values));
}

async function skipNeedless<World>(run: Run<World>, step: string): Promise<StepOutcome> {
  const reason = "no step between it and its restoring step is left to undo";
  await emit(run, { type: "step.skipped", step, phase: "undo", reason, outputs: {} });
  return { kind: "done", text: reason };
}

/** Restoring steps that only wait and use what this step found, e.g. a wait for calm before scaling is released. */
function waitsBefore<World>({ runbook, engine }: Run<World>, id: string): readonly Step[] {
  return runbook.finally.filter((step) => isBoundTo(step, id) && engine.registry[step.action]?.risk === "read");
}

async function undoStep<World>(run: Run<World>, step: Step): Promise<StepOutcome> {
  const begun = run.execution.steps[step.id]?.undoing;
  if (begun !== undefined) {
    const end = await resolveInterrupted(run, step, "undo", begun);
    if (end.kind !== "anew") return end;
  }
  return runStep(run, step, "undo");
}

/** An interrupted step is resolved first: a request that never took effect needs no undo. */
async function tookEffect<World>(run: Run<World>, step: Step): Promise<boolean> {
  const record = run.execution.steps[step.id] ?? NO_RECORD;
  if (record.state !== "interrupted" || record.confirmed === undefined || record.sent !== undefined) return true;
  const probe = await probeOf(run, step, { confirmed: record.confirmed });
  if (probe.kind !== "notDone") return true;
  const reason = `it never took effect: ${probe.evidence}`;
  await emit(run, { type: "step.skipped", step: step.id, phase: "undo", reason, outputs: {} });
  return false;
}

function stepOf<World>({ runbook }: Run<World>, id: string): Step | undefined {
  return runbook.steps.find((step) => step.id === id);
}
