import { commandLine } from "../domain/command-line.ts";
import { withState } from "../domain/ending-state.ts";
import { undoable } from "../domain/execution.ts";
import { EXIT, isHandingOver, stopCode } from "../domain/exit-codes.ts";
import type { Step } from "../domain/runbook.ts";
import { NO_RECORD } from "../domain/step-record.ts";
import { askAfterFailure } from "./after-failure.ts";
import { checkAfterUndo } from "./after-undo.ts";
import { withAftermath } from "./aftermath.ts";
import { stepByHand, withByHand } from "./by-hand.ts";
import { close } from "./close.ts";
import { type Done, doneWith } from "./done-sentence.ts";
import { waitUntilConsistent } from "./eventual-consistency.ts";
import { withoutIdleUndo } from "./idle-undo.ts";
import { unlessIncomplete } from "./incomplete-undo.ts";
import {
  catchOperatorErrors,
  type ExecutionOutcome,
  executionOutcome,
  NOTHING_LEFT_TO_DO,
  recordedOutcome,
  type StepOutcome,
  unknownIfConfirmed,
  withSentence,
} from "./outcome.ts";
import { outcomeSentence, outcomeState, stepName, undoneText } from "./outcome-sentence.ts";
import { isOldFind, restoredBy } from "./put-back.ts";
import { resolveInterrupted } from "./resume.ts";
import type { Run } from "./run.ts";
import { runStep } from "./step.ts";
import { type UndoOutcome, undoAll } from "./undo.ts";
import { putBackByHand, undoByHand } from "./undo-by-hand.ts";
import { untilCredentials } from "./until-credentials.ts";
import { passUnproven } from "./verify.ts";

/** How far the steps came, and what the operator or the runbook chose to do after a failure. */
interface Reached {
  readonly end: StepOutcome;
  readonly step: string;
  readonly undo: boolean;
  /** The step failed, and the runbook continues. */
  readonly continued?: boolean;
}

/**
 * Runs the steps that have no end yet, then the restoring steps, and journals the ending. A resumed execution works
 * like a new one: an interrupted step is resolved by reading, finished steps do not run again.
 */
export async function execute<World>(run: Run<World>): Promise<ExecutionOutcome> {
  const reached = await runSteps(run);
  // Decided before an undo: restoring steps also run after it, and say themselves where nothing is left to restore.
  const isTouched = hasWritten(run);
  const outcome = suggestAfterwards(run, outcomeAt(run, reached.end, reached.step, isTouched));
  const ending = withByHand(outcome, reached.end, stepByHand(run, reached.step));
  const chosen = reached.undo ? await undoAndReport(run, ending) : ending;
  const restored = isTouched ? await restore(run, chosen) : chosen;
  const end = reached.undo ? await checkAfterUndo(run, restored) : restored;
  return close(run, isTouched && !reached.undo ? withAftermath(run, end) : end);
}

const outcomeAt = <World>(run: Run<World>, end: StepOutcome, step: string, wrote: boolean): ExecutionOutcome =>
  withoutIdleUndo(
    run.execution,
    executionOutcome(end, step === "" ? "" : stepName(run.runbook, step), wrote, run.execution.id),
  );

/** After a success, suggest an action's own follow-up commands before an undo. */
function suggestAfterwards<World>(
  { runbook, execution, engine }: Run<World>,
  ending: ExecutionOutcome,
): ExecutionOutcome {
  const sent = runbook.steps.filter(({ id }) => execution.written.includes(id));
  const worth = sent.flatMap(({ action }) => engine.registry[action]?.afterwards ?? []);
  if (ending.status !== "done" || worth.length === 0) return ending;
  return { ...ending, next: [...new Set(worth), commandLine`vulcan-ops show ${execution.id}`] };
}

/**
 * Undoes what the execution did, runs the restoring steps, and journals the ending. An undo changes size and scaling as
 * the run does: the restoring steps put them back after it, however it ends.
 */
export async function undo<World>(run: Run<World>): Promise<ExecutionOutcome> {
  const ending = await undoAndReport(run);
  const restored = run.execution.written.length > 0 ? await restore(run, ending) : ending;
  return close(run, unlessIncomplete(run, await checkAfterUndo(run, restored)));
}

/**
 * Runs the restoring steps if they may run now. Where another execution has taken the target over, nothing more may be
 * sent: they do not even begin to wait.
 */
async function restore<World>(run: Run<World>, ending: ExecutionOutcome): Promise<ExecutionOutcome> {
  if (mustWaitToRestore(run) || isHandingOver(run.engine.stop)) return ending;
  if (ending.exitCode !== EXIT.locked) return runFinally(run, ending);
  const line = putBackByHand(run.execution, run.runbook, run.engine);
  return line === undefined ? ending : { ...ending, next: [...new Set([...ending.next, line])] };
}

async function undoAndReport<World>(run: Run<World>, because?: ExecutionOutcome): Promise<ExecutionOutcome> {
  const reached = await undoAll(run);
  const line = undoByHand(run.execution, run.runbook, run.engine);
  return withByHand(undoOutcome(run, reached, because), reached.end, line);
}

/** Only puts back what an earlier process could not. The other steps must not run after something was put back. */
export async function putBack<World>(run: Run<World>): Promise<ExecutionOutcome> {
  const { id } = run.execution;
  const text = "its other steps are not done";
  const next = [commandLine`vulcan-ops undo ${id}`, commandLine`vulcan-ops show ${id}`];
  const ended = { status: "failed", exitCode: EXIT.failed, reason: "already-restored", text, next } as const;
  const reached = await runFinally(run, withSentence(ended, ""));
  const isBack = reached.reason === ended.reason;
  if (!isBack) return close(run, reached);
  return close(run, withSentence({ ...reached, text: `what it changed for the run was put back; ${text}` }, ""));
}

async function runFinally<World>(run: Run<World>, ending: ExecutionOutcome): Promise<ExecutionOutcome> {
  if (run.runbook.finally.length > 0) await waitUntilConsistent(run);
  const { end, step } = await runRestoring(run);
  if (end.kind === "done") return { ...ending, next: ending.next.filter((line) => !isResumeBarred(run, line)) };
  const line = putBackByHand(run.execution, run.runbook, run.engine) ?? stepByHand(run, step);
  const worse = withByHand(outcomeAt(run, end, step, true), end, line);
  // What the steps did stands first: it is true, whatever was not put back after them.
  if (ending.status === "done") {
    const state = withState(ending.state, "cleanup failed");
    return { ...worse, outcome: joined(ending.outcome, worse.outcome), state };
  }
  // The same may have refused both: it is said once.
  const [text, outcome] = [joined(ending.text, worse.text), joined(ending.outcome, worse.outcome)];
  return { ...worse, text, outcome, state: ending.state, next: [...new Set([...ending.next, ...worse.next])] };
}

const joined = (...texts: readonly string[]): string => [...new Set(texts)].join("; ");

/** The steps must not run after something was put back, so do not suggest `resume`. An undo can still be resumed. */
function isResumeBarred<World>({ runbook, execution }: Run<World>, line: string): boolean {
  return (
    line.startsWith("vulcan-ops resume") && execution.mode === "do" && restoredBy(execution, runbook) !== undefined
  );
}

const REACHED_ALL: Reached = { end: NOTHING_LEFT_TO_DO, step: "", undo: false };

async function runSteps<World>(run: Run<World>): Promise<Reached> {
  const passed: string[] = [];
  const unproven: Done[] = [];
  let last = REACHED_ALL;
  for (const step of run.runbook.steps) {
    const reached = await runUntilAnswered(run, step);
    if (reached.end.kind !== "done") return reached;
    if (reached.end.unproven !== undefined) unproven.push(reached.end);
    else if (reached.continued === true) passed.push(reached.end.text);
    else if (reached.end.text !== "") last = reached;
  }
  const state = outcomeState(run);
  const text = outcomeSentence(run) ?? (last.end.kind === "done" ? last.end.text : "");
  return { ...last, end: doneWith({ text, state, unproven, passed }) };
}

/** Runs one step until it ends well, or until its failure has been answered. */
async function runUntilAnswered<World>(run: Run<World>, step: Step): Promise<Reached> {
  for (;;) {
    if (run.engine.stop.aborted) return { end: interruptedOutcome(run), step: step.id, undo: false };
    const end = await attemptStep(run, step);
    if (end.kind !== "failed" && end.kind !== "open") return { end, step: step.id, undo: false };
    if (end.kind === "failed" && end.unproven?.onward === "again") return continueWithoutProof(step, end, true);
    // A flag that had to answer is missing or differs: the step was never begun, so nothing is decided about it.
    if (end.kind === "failed" && ["answer-missing", "confirm-differs"].includes(end.failure.reason))
      return { end, step: step.id, undo: false };
    let answer = "";
    const asked = await catchOperatorErrors(run.engine.stop, async () => {
      answer = await askAfterFailure(run, step, end);
      return end;
    });
    // Do not continue after an open outcome: the next step would build on an unknown state.
    if (answer === "continue" && end.kind === "failed")
      return end.unproven === undefined ? continueAfterFailure(step, end) : continueWithoutProof(step, end, true);
    if (answer === "without" && end.kind === "failed") {
      await passUnproven(run, { id: step.id, phase: "do" }, end.failure, end.unproven?.outputs ?? {});
      return continueWithoutProof(step, end, false);
    }
    if (answer !== "again") return { end: asked, step: step.id, undo: answer === "undo" };
  }
}

/** The runbook says that this step's failure does not end the execution. The ending still reports it. */
function continueAfterFailure(step: Step, { failure }: StepOutcome & { kind: "failed" }): Reached {
  return {
    end: { kind: "done", text: `step ${step.id} failed, and the runbook continued: ${failure.text}` },
    step: step.id,
    undo: false,
    continued: true,
  };
}

/** The failed proof does not stop the next steps, but the execution does not end well. */
function continueWithoutProof(step: Step, { failure }: StepOutcome & { kind: "failed" }, isAgain: boolean): Reached {
  return { end: { kind: "done", text: failure.text, unproven: failure, isAgain }, step: step.id, undo: false };
}

function interruptedOutcome<World>(run: Run<World>): StepOutcome {
  return { kind: "interrupted", exitCode: stopCode(run.engine.stop) };
}

async function attemptStep<World>(run: Run<World>, step: Step): Promise<StepOutcome> {
  const end = await untilCredentials(run, () => catchOperatorErrors(run.engine.stop, () => resumeOrRun(run, step)));
  return unknownIfConfirmed(end, run.execution.steps[step.id]?.state === "interrupted");
}

async function resumeOrRun<World>(run: Run<World>, step: Step): Promise<StepOutcome> {
  const record = run.execution.steps[step.id] ?? NO_RECORD;
  if ((record.state === "done" || record.state === "skipped") && !isDueAgain(run, step)) return recordedOutcome(record);
  if (record.state === "interrupted" && record.confirmed !== undefined) {
    const end = await resolveInterrupted(run, step, "do", {
      confirmed: record.confirmed,
      ...(record.sent && { sent: record.sent }),
    });
    if (end.kind !== "anew") return end;
  }
  return runStep(run, step, "do");
}

/** `because` is the failure that led to the undo; without one, the operator asked for it. */
function undoOutcome<World>(
  run: Run<World>,
  { end, step, irreversible, stays: idle, kept: gaps, ...found }: UndoOutcome,
  because?: ExecutionOutcome,
): ExecutionOutcome {
  const { id } = run.execution;
  // A no before this undo has sent anything is exit 3, whatever the execution had sent.
  if (end.kind !== "done") return outcomeAt(run, end, step, end.kind !== "declined" || isSending(found, because));
  const what = undoneText(run.execution, found);
  const kept = irreversible.length === 0 ? "" : `; cannot be undone: ${irreversible.join("; ")}`;
  const why = because === undefined ? "" : ` (because: ${because.text})`;
  const left = idle.length === 0 ? "" : `; left where it is: ${idle.join("; ")}`;
  const notUndone = gaps.map(({ of, text }) => `; not undone: ${of}, ${text}`).join("");
  const text = `${what}${kept}${notUndone}${left}${why}`;
  const next = [commandLine`vulcan-ops show ${id}`];
  const ended =
    irreversible.length > 0
      ? ({ status: "failed", exitCode: EXIT.failed, reason: "irreversible", text, next } as const)
      : ({ status: "undone", exitCode: because === undefined ? EXIT.done : EXIT.undone, text, next } as const);
  const ending = withSentence(ended, "");
  const stays = gaps.length === 0 ? "" : `${gaps.map(({ of }) => of).join(" and ")} stays`;
  return { ...ending, state: withState(ending.state, stays) };
}

const isSending = ({ undone }: Pick<UndoOutcome, "undone">, because: ExecutionOutcome | undefined): boolean =>
  because !== undefined || undone.length > 0;

const SEVERITY: Readonly<Record<StepOutcome["kind"], number>> = {
  done: 0,
  declined: 1,
  blocked: 1,
  failed: 1,
  interrupted: 2,
  open: 2,
  locked: 3,
};

/**
 * Restoring steps run whatever happened before, also after the first Ctrl-C. Only a second one, which ends the process,
 * leaves them to `resume`. A failed one does not stop the next one, unless another execution has taken the target over.
 * Of equal ends the first is reported: a later one may only follow from it.
 */
async function runRestoring<World>(run: Run<World>): Promise<Reached> {
  const unstoppable: Run<World> = { ...run, engine: { ...run.engine, stop: new AbortController().signal } };
  let worst = REACHED_ALL;
  for (const step of run.runbook.finally) {
    const end = await attemptStep(unstoppable, step);
    if (SEVERITY[end.kind] > SEVERITY[worst.end.kind]) worst = { end, step: step.id, undo: false };
    if (end.kind === "locked") break;
  }
  run.execution = unstoppable.execution;
  return worst;
}

/** A step that cannot be undone, such as an announcement, is not done twice. */
function isDueAgain<World>({ runbook, execution }: Run<World>, { id }: Step): boolean {
  const record = execution.steps[id] ?? NO_RECORD;
  const isRestoring = runbook.finally.some((step) => step.id === id);
  const isRepeatable = record.state === "skipped" || (record.confirmed?.undo.kind ?? "operation") === "operation";
  return isRestoring && isRepeatable && isOldFind(execution, runbook, id);
}

/** A change that must not be disturbed may still be in progress: `resume` puts things back later. */
function mustWaitToRestore<World>({ runbook, execution, engine }: Run<World>): boolean {
  const isOpen = ({ id, action }: Step) => {
    const { state, undoing, undoSent } = execution.steps[id] ?? NO_RECORD;
    const isGoingOn = state === "interrupted" && undoing === undefined && undoSent === undefined;
    return isGoingOn && engine.registry[action]?.mustNotBeDisturbed === true;
  };
  return runbook.steps.some(isOpen);
}

function hasWritten<World>({ execution }: Run<World>): boolean {
  return undoable(execution).length > 0;
}
