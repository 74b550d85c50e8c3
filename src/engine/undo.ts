import { NO_RECORD, undoable } from "../domain/execution.ts";
import type { JsonObject } from "../domain/json.ts";
import type { Step } from "../domain/runbook.ts";
import { inTheWay, isNeedless } from "./between.ts";
import { untilShown } from "./eventual-consistency.ts";
import { DONE, endingWell, type StepEnd, settled } from "./outcome.ts";
import { isBoundTo } from "./put-back.ts";
import { probeOf, resolve } from "./resume.ts";
import { emit, type Run } from "./run.ts";
import { doStep } from "./step.ts";
import { undoing } from "./undoing.ts";

export interface UndoEnd extends Found {
  readonly end: StepEnd;
  /** The step at which it ended. */
  readonly step: string;
}

interface Found {
  readonly undone: readonly string[];
  /** Steps for which no undo was sent: what they changed was not there any more. */
  readonly needless: readonly string[];
  /** Steps that cannot be taken back, with the reason. */
  readonly irreversible: readonly string[];
  /** What was left where it is, since it does nothing by itself. */
  readonly stays: readonly string[];
}

/**
 * Walks the written steps backwards, each undo planned, asked, journalled and verified like a step. Stops at the first
 * that does not come to a good end; what cannot be undone is named and passed over. What a restoring step put back
 * stays there, unless it is in the way of an undo before it.
 */
export async function undoAll<World>(run: Run<World>): Promise<UndoEnd> {
  await untilShown(run);
  const found = { undone: [], needless: [], irreversible: [], stays: [] } as Record<keyof Found, string[]>;
  for (const id of undoable(run.execution)) {
    const step = stepOf(run, id) ?? (await inTheWay(run, id));
    const undo = run.execution.steps[id]?.confirmed?.undo;
    if (step === undefined || undo === undefined) continue;
    const effect = await endingWell(run.engine.stop, async () =>
      (await tookEffect(run, step)) ? DONE : NEVER_HAPPENED,
    );
    if (effect === NEVER_HAPPENED) continue;
    if (effect.kind !== "done") return { end: settled(effect, true), step: id, ...found };
    if (undo.kind !== "operation") {
      (undo.kind === "stays" ? found.stays : found.irreversible).push(`${step.title}: ${undo.reason}`);
      continue;
    }
    const end = await endingWell(run.engine.stop, () => takeBack(run, step, undo.with));
    const isUnderWay = run.execution.steps[id]?.undoing !== undefined;
    if (end.kind !== "done") return { end: settled(end, isUnderWay), step: id, ...found };
    // Only a request takes back: a world that is as wanted without one is no deed of this undo.
    (run.execution.steps[id]?.undoSent === undefined ? found.needless : found.undone).push(id);
  }
  return { end: DONE, step: "", ...found };
}

const NEVER_HAPPENED: StepEnd = { kind: "done", text: "it never took effect" };

/** Waits first for what the runbook waits for before it puts the same thing back. */
async function takeBack<World>(run: Run<World>, step: Step, values: JsonObject): Promise<StepEnd> {
  if (await isNeedless(run, step.id)) return leave(run, step.id);
  for (const wait of waitsBefore(run, step.id)) {
    const end = await doStep(run, wait, "do");
    if (end.kind !== "done") return end;
  }
  return undoStep(run, undoing(step, values));
}

async function leave<World>(run: Run<World>, step: string): Promise<StepEnd> {
  const reason = "nothing that it would be taken back for is left to be undone";
  await emit(run, { type: "step.skipped", step, phase: "undo", reason, outputs: {} });
  return { kind: "done", text: reason };
}

/** Restoring steps that only wait, by what this step found before it: a wait for calm before scaling is released. */
function waitsBefore<World>({ runbook, engine }: Run<World>, id: string): readonly Step[] {
  return runbook.finally.filter((step) => isBoundTo(step, id) && engine.registry[step.action]?.risk === "read");
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
