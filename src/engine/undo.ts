import { NO_RECORD, undoable } from "../domain/execution.ts";
import type { FieldValue } from "../domain/field.ts";
import type { JsonObject } from "../domain/json.ts";
import type { Binding, Step } from "../domain/runbook.ts";
import { untilShown } from "./eventual-consistency.ts";
import { DONE, endingWell, type StepEnd, settled } from "./outcome.ts";
import { probeOf, resolve } from "./resume.ts";
import { emit, type Run } from "./run.ts";
import { doStep } from "./step.ts";

export interface UndoEnd {
  readonly end: StepEnd;
  /** The step at which it ended. */
  readonly step: string;
  readonly undone: readonly string[];
  /** Steps that cannot be taken back, with the reason. */
  readonly irreversible: readonly string[];
  /** What was left where it is, since it does nothing by itself. */
  readonly stays: readonly string[];
}

/**
 * Walks the written steps backwards, each undo planned, asked, journalled and verified like a step. Stops at the first
 * that does not come to a good end; what cannot be undone is named and passed over. What a restoring step put back
 * stays there.
 */
export async function undoAll<World>(run: Run<World>): Promise<UndoEnd> {
  await untilShown(run);
  const undone: string[] = [];
  const irreversible: string[] = [];
  const stays: string[] = [];
  for (const id of undoable(run.execution)) {
    const step = stepOf(run, id);
    const undo = run.execution.steps[id]?.confirmed?.undo;
    if (step === undefined || undo === undefined) continue;
    const effect = await endingWell(run.engine.stop, async () =>
      (await tookEffect(run, step)) ? DONE : NEVER_HAPPENED,
    );
    if (effect === NEVER_HAPPENED) continue;
    if (effect.kind !== "done") return { end: settled(effect, true), step: id, undone, irreversible, stays };
    if (undo.kind !== "operation") {
      (undo.kind === "stays" ? stays : irreversible).push(`${step.title}: ${undo.reason}`);
      continue;
    }
    const end = await endingWell(run.engine.stop, () => undoStep(run, undoing(step, undo.with)));
    const isUnderWay = run.execution.steps[id]?.undoing !== undefined;
    if (end.kind !== "done") return { end: settled(end, isUnderWay), step: id, undone, irreversible, stays };
    undone.push(id);
  }
  return { end: DONE, step: "", undone, irreversible, stays };
}

const NEVER_HAPPENED: StepEnd = { kind: "done", text: "it never took effect" };

/** The same step with the inputs that take it back; an undo always asks. */
export function undoing(step: Step, values: JsonObject): Step {
  return { ...step, confirm: step.confirm === "typed" ? "typed" : "prompt", with: literals(values) };
}

async function undoStep<World>(run: Run<World>, step: Step): Promise<StepEnd> {
  const begun = run.execution.steps[step.id]?.undoing;
  if (begun !== undefined) {
    const end = await resolve(run, step, "undo", begun);
    if (end.kind !== "anew") return end;
  }
  return doStep(run, step, "undo");
}

/** An interrupted step is resolved first: what never happened needs no undo. */
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

function literals(values: JsonObject): Record<string, Binding> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { kind: "value", value: value as FieldValue }]),
  );
}
