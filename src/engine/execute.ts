import { commandLine } from "../domain/command-line.ts";
import { NO_RECORD, undoable } from "../domain/execution.ts";
import { EXIT } from "../domain/exit-codes.ts";
import type { Step } from "../domain/runbook.ts";
import { aftermath } from "./aftermath.ts";
import { untilShown } from "./eventual-consistency.ts";
import { DONE, type Ending, endingOf, endingWell, type StepEnd, settled, stopCode } from "./outcome.ts";
import { notBack, restoredBy } from "./put-back.ts";
import { resolve } from "./resume.ts";
import { emit, type Run } from "./run.ts";
import { doStep } from "./step.ts";
import { type UndoEnd, undoAll } from "./undo.ts";
import { passUnproven } from "./verify.ts";

/** How far the steps came, and what the operator or the runbook chose to do about a failure. */
interface Reached {
  readonly end: StepEnd;
  readonly step: string;
  readonly undo: boolean;
  /** It failed, and the runbook goes on all the same. */
  readonly passed?: boolean;
}

/**
 * Runs the steps that have no end yet, then the restoring ones, and journals how it ended. A fresh execution and a
 * resumed one are the same: an interrupted step is resolved by reading, finished ones are left alone.
 */
export async function execute<World>(run: Run<World>): Promise<Ending> {
  const reached = await runSteps(run);
  // Asked before an undo: a restoring step runs after that, too, and says so itself where nothing is left to restore.
  const isTouched = wrote(run);
  const ending = afterwards(run, endingOf(reached.end, reached.step, isTouched, run.execution.id));
  const chosen = reached.undo ? undoEnding(await undoAll(run), run.execution.id, ending) : ending;
  const end = isTouched && !isHeld(run) ? await restore(run, chosen) : chosen;
  return close(run, isTouched && !reached.undo ? { ...end, text: `${end.text}${aftermath(run, end)}` } : end);
}

/** What went well is looked at before it is undone, where an action says how. */
function afterwards<World>({ runbook, execution, engine }: Run<World>, ending: Ending): Ending {
  const sent = runbook.steps.filter(({ id }) => execution.written.includes(id));
  const worth = sent.flatMap(({ action }) => engine.registry[action]?.afterwards ?? []);
  if (ending.status !== "done" || worth.length === 0) return ending;
  return { ...ending, next: [...new Set(worth), commandLine`vulcan-ops show ${execution.id}`] };
}

/**
 * Takes back what the execution did, restores what is not as before, and journals how that ended. An undo changes size
 * and scaling as the run does: they come back after it, however it ends.
 */
export async function undo<World>(run: Run<World>): Promise<Ending> {
  const ending = undoEnding(await undoAll(run), run.execution.id);
  const isTouched = run.execution.written.length > 0;
  return close(run, isTouched && !isHeld(run) ? await restore(run, ending) : ending);
}

/** Only puts back what an earlier life could not: the rest of the procedure must not be done without it. */
export async function putBack<World>(run: Run<World>): Promise<Ending> {
  const { id } = run.execution;
  const text = "what it changed for the run was put back; its other steps are not done";
  const next = [commandLine`vulcan-ops undo ${id}`, commandLine`vulcan-ops show ${id}`];
  const ending = { status: "failed", exitCode: EXIT.failed, reason: "already-restored", text, next } as const;
  return close(run, await restore(run, ending));
}

async function restore<World>(run: Run<World>, ending: Ending): Promise<Ending> {
  if (run.runbook.finally.length > 0) await untilShown(run);
  const { end, step } = await runRestoring(run);
  if (end.kind === "done") return { ...ending, next: ending.next.filter((line) => !isBarred(run, line)) };
  const worse = endingOf(end, step, true, run.execution.id);
  if (ending.status === "done") return worse;
  return { ...worse, text: `${ending.text}; ${worse.text}`, next: [...new Set([...ending.next, ...worse.next])] };
}

/** What has been put back cannot be done without; an undo is resumed all the same. */
function isBarred<World>({ runbook, execution }: Run<World>, line: string): boolean {
  return (
    line.startsWith("vulcan-ops resume") && execution.mode === "do" && restoredBy(execution, runbook) !== undefined
  );
}

async function close<World>(run: Run<World>, ending: Ending): Promise<Ending> {
  const told = naming(notBack(run.execution, run.runbook), ending, run.execution.id);
  await emit(run, { type: "execution.ended", ...told });
  return told;
}

/** What is not back is named with the command that brings it back, whatever else the ending has to tell. */
function naming(left: readonly Step[], ending: Ending, id: string): Ending {
  if (left.length === 0) return ending;
  const names = left.map((step) => `${step.title} (step ${step.id})`).join(", ");
  const next = [...new Set([...ending.next, commandLine`vulcan-ops resume ${id}`])];
  return { ...ending, text: `${ending.text}; not put back: ${names}`, next };
}

const REACHED_ALL: Reached = { end: DONE, step: "", undo: false };

async function runSteps<World>(run: Run<World>): Promise<Reached> {
  const passed: string[] = [];
  const unproven: Done[] = [];
  let last = REACHED_ALL;
  for (const step of run.runbook.steps) {
    const reached = await persist(run, step);
    if (reached.end.kind !== "done") return reached;
    if (reached.end.unproven !== undefined) unproven.push(reached.end);
    else if (reached.passed === true) passed.push(reached.end.text);
    else if (reached.end.text !== "") last = reached;
  }
  const text = last.end.kind === "done" ? last.end.text : "";
  const all = [...unproven.map((end) => end.text), text, ...passed].filter((part) => part !== "");
  return { ...last, end: { ...worstOf(unproven), kind: "done", text: all.join("; ") } };
}

type Done = StepEnd & { readonly kind: "done" };

/** What `resume` can still prove comes first. */
function worstOf(unproven: readonly Done[]): Partial<Done> {
  return unproven.find(({ isAgain }) => isAgain) ?? unproven[0] ?? {};
}

/** One step until it ends well, or its failure has been answered. */
async function persist<World>(run: Run<World>, step: Step): Promise<Reached> {
  for (;;) {
    if (run.engine.stop.aborted) return { end: stopped(run), step: step.id, undo: false };
    const end = await once(run, step);
    if (end.kind !== "failed" && end.kind !== "open") return { end, step: step.id, undo: false };
    if (end.kind === "failed" && end.unproven?.onward === "again") return withoutProof(step, end, true);
    let answer = "";
    const asked = await endingWell(run.engine.stop, async () => {
      answer = await answerTo(run, step, end);
      return end;
    });
    // What is still open cannot be passed over: the next step would build on a world that nobody knows.
    if (answer === "continue" && end.kind === "failed")
      return end.unproven === undefined ? goingOn(step, end) : withoutProof(step, end, true);
    if (answer === "without" && end.kind === "failed") {
      await passUnproven(run, { id: step.id, phase: "do" }, end.failure, end.unproven?.outputs ?? {});
      return withoutProof(step, end, false);
    }
    if (answer !== "again") return { end: asked, step: step.id, undo: answer === "undo" };
  }
}

/** The runbook says that this step's failure does not end the execution; its ending tells of it all the same. */
function goingOn(step: Step, { failure }: StepEnd & { kind: "failed" }): Reached {
  return {
    end: { kind: "done", text: `went on after step ${step.id} failed: ${failure.text}` },
    step: step.id,
    undo: false,
    passed: true,
  };
}

/** The proof that failed does not keep the next steps from being done; it keeps the execution from ending well. */
function withoutProof(step: Step, { failure }: StepEnd & { kind: "failed" }, isAgain: boolean): Reached {
  return { end: { kind: "done", text: failure.text, unproven: failure, isAgain }, step: step.id, undo: false };
}

function stopped<World>(run: Run<World>): StepEnd {
  return { kind: "interrupted", exitCode: stopCode(run.engine.stop) };
}

async function once<World>(run: Run<World>, step: Step): Promise<StepEnd> {
  const end = await endingWell(run.engine.stop, () => goThrough(run, step));
  return settled(end, run.execution.steps[step.id]?.state === "interrupted");
}

async function goThrough<World>(run: Run<World>, step: Step): Promise<StepEnd> {
  const record = run.execution.steps[step.id] ?? NO_RECORD;
  if ((record.state === "done" || record.state === "skipped") && !isDueAgain(run, step)) return DONE;
  if (record.state === "interrupted" && record.confirmed !== undefined) {
    const end = await resolve(run, step, "do", {
      confirmed: record.confirmed,
      ...(record.sent && { sent: record.sent }),
    });
    if (end.kind !== "anew") return end;
  }
  return doStep(run, step, "do");
}

/** The runbook's `onFailure`; `ask` becomes abort where nobody is there to answer. */
async function answerTo<World>(
  run: Run<World>,
  step: Step,
  end: StepEnd & { kind: "failed" | "open" },
): Promise<string> {
  if (step.onFailure !== "ask") return step.onFailure;
  const { failure } = end;
  const answer = await run.engine.io.ask({
    kind: "choice",
    id: "on-failure",
    message: `Step ${step.id} did not come to a good end. What now?`,
    detail: [failure.text, ...failure.evidence],
    choices: [
      { value: "abort", label: "Leave it as it is and stop" },
      { value: "again", label: end.kind === "open" ? "Keep waiting" : "Look again and go on from here" },
      ...(end.kind === "failed" && end.unproven !== undefined
        ? [{ value: "without", label: "Go on without this proof" }]
        : []),
      ...(wrote(run) ? [{ value: "undo", label: "Undo what this execution did" }] : []),
    ],
    fallback: "abort",
  });
  return answer.value;
}

/** `because` is the failure that led to it; without one, the operator asked for the undo. */
function undoEnding({ end, step, irreversible, stays, ...found }: UndoEnd, id: string, because?: Ending): Ending {
  if (end.kind !== "done") return endingOf(end, step, true, id);
  const what = undoneText(found);
  const kept = irreversible.length === 0 ? "" : `; cannot be undone: ${irreversible.join("; ")}`;
  const why = because === undefined ? "" : ` (because: ${because.text})`;
  const left = stays.length === 0 ? "" : `; left where it is: ${stays.join("; ")}`;
  const text = `${what}${kept}${left}${why}`;
  const next = [commandLine`vulcan-ops show ${id}`];
  if (irreversible.length > 0) return { status: "failed", exitCode: EXIT.failed, reason: "irreversible", text, next };
  return { status: "undone", exitCode: because === undefined ? EXIT.done : EXIT.undone, text, next };
}

/** Where nothing was sent, nothing was undone, whatever the world looks like. */
function undoneText({ undone, needless }: Pick<UndoEnd, "undone" | "needless">): string {
  if (undone.length === 0) return "nothing had to be undone";
  const rest = needless.length === 0 ? "" : `; nothing had to be undone of ${needless.join(", ")}`;
  return `undone and verified: ${undone.join(", ")}${rest}`;
}

/**
 * Restoring steps run whatever happened before, also after the first Ctrl-C: only a second one, which ends the
 * process, leaves them to `resume`. One that fails does not keep the next from running.
 */
async function runRestoring<World>(run: Run<World>): Promise<Reached> {
  const unstoppable: Run<World> = { ...run, engine: { ...run.engine, stop: new AbortController().signal } };
  let worst = REACHED_ALL;
  for (const step of run.runbook.finally) {
    const end = await once(unstoppable, step);
    if (end.kind !== "done") worst = { end, step: step.id, undo: false };
  }
  run.execution = unstoppable.execution;
  return worst;
}

/**
 * What a restoring step found before an undo is old: the undo may have changed it again. What cannot be taken back, as an
 * announcement, is not done twice.
 */
function isDueAgain<World>({ runbook, execution }: Run<World>, { id }: Step): boolean {
  const isRestoring = runbook.finally.some((step) => step.id === id);
  const isUndoing = Object.values(execution.steps).some(({ undoing, undoSent }) => undoing ?? undoSent);
  const { state, confirmed } = execution.steps[id] ?? NO_RECORD;
  return isRestoring && isUndoing && (state === "skipped" || (confirmed?.undo.kind ?? "operation") === "operation");
}

/** Something that must not be disturbed may still be going on: putting things back is left to `resume`. */
function isHeld<World>({ runbook, execution, engine }: Run<World>): boolean {
  const isOpen = ({ id, action }: Step) => {
    const { state, undoing, undoSent } = execution.steps[id] ?? NO_RECORD;
    const isGoingOn = state === "interrupted" && undoing === undefined && undoSent === undefined;
    return isGoingOn && engine.registry[action]?.keepsHold === true;
  };
  return runbook.steps.some(isOpen);
}

function wrote<World>({ execution }: Run<World>): boolean {
  return undoable(execution).length > 0;
}
