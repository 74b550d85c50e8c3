import type { Execution } from "../domain/execution.ts";
import { EXIT } from "../domain/exit-codes.ts";
import type { Step } from "../domain/runbook.ts";
import { NO_RECORD } from "../domain/step-record.ts";
import { catchOperatorErrors, type ExecutionOutcome, executionOutcome, type StepOutcome } from "./outcome.ts";
import { stepName } from "./outcome-sentence.ts";
import { isLeftOut } from "./plan.ts";
import type { Run } from "./run.ts";
import { checksUndo } from "./sent-undos.ts";
import { runStep } from "./step.ts";
import { untilCredentials } from "./until-credentials.ts";

/**
 * Checks an undo as the runbook checks its change, in its steps that do so: whoever lost a task loses one once more. It
 * reads only, and after everything is put back. What it finds stands beside what was undone.
 */
export async function checkAfterUndo<World>(run: Run<World>, ending: ExecutionOutcome): Promise<ExecutionOutcome> {
  let said = ending;
  for (const step of stepsDue(run, ending)) {
    const end = await untilCredentials(run, () =>
      catchOperatorErrors(run.engine.stop, () => runStep(run, step, "undo")),
    );
    said = withCheck(run, step, said, end);
  }
  return said;
}

/** Also in the life that resumes an undo, where an earlier one was left in the check. */
function stepsDue<World>(run: Run<World>, { status, reason }: ExecutionOutcome): readonly Step[] {
  const isUndone = status === "undone" || reason === "irreversible";
  const last = lastUndo(run.execution);
  if (!isUndone || last === undefined) return [];
  const { inputs, steps } = { ...run.execution.started, ...run.execution };
  return run.runbook.steps.filter(
    (step) =>
      checksUndo(run, step.id) && !isLeftOut(step, inputs) && ((steps[step.id] ?? NO_RECORD).undoChecked ?? "") < last,
  );
}

/** RFC 3339: when the last undo was confirmed whose request was sent. */
function lastUndo({ steps, written }: Execution): string | undefined {
  return written
    .flatMap((id) => steps[id]?.undoSent?.confirmed.at ?? [])
    .sort()
    .at(-1);
}

/** The check's own exit code counts only where the undo itself ended well. */
function withCheck<World>(
  { runbook, execution }: Run<World>,
  step: Step,
  ending: ExecutionOutcome,
  end: StepOutcome,
): ExecutionOutcome {
  const [text, outcome] = [`${ending.text}; `, `${ending.outcome}; `];
  if (end.kind !== "done") {
    const worse = executionOutcome(end, stepName(runbook, step.id), true, execution.id);
    return { ...worse, text: text + worse.text, outcome: outcome + worse.outcome };
  }
  const said = { ...ending, text: text + end.text, outcome: outcome + end.text };
  if (end.unproven === undefined) return said;
  const { reason, next } = end.unproven;
  const state = `${ending.state}; ${end.text}`;
  const worse = ending.exitCode === EXIT.done ? { exitCode: end.exitCode ?? EXIT.failed, reason } : {};
  return { ...said, ...worse, state, next: [...new Set([...next, ...ending.next])] };
}
