import { capitalised } from "../domain/deed.ts";
import { undoable } from "../domain/execution.ts";
import type { Step } from "../domain/runbook.ts";
import { isUndoIdle } from "./idle-undo.ts";
import type { StepOutcome } from "./outcome.ts";
import { stepName } from "./outcome-sentence.ts";
import type { Run } from "./run.ts";
import { mostSilence, reminderOf } from "./silence.ts";

/** The runbook's `onFailure`; `ask` becomes abort where no operator can answer. */
export async function askAfterFailure<World>(
  run: Run<World>,
  step: Step,
  end: StepOutcome & { kind: "failed" | "open" },
): Promise<string> {
  if (step.onFailure !== "ask") return step.onFailure;
  const { failure } = end;
  const wrote = undoable(run.execution).length > 0;
  const answer = await run.engine.io.ask(
    {
      kind: "choice",
      id: "on-failure",
      message: `${capitalised(stepName(run.runbook, step.id))} failed. What next?`,
      detail: [failure.text, ...failure.evidence],
      choices: [
        { value: "abort", label: "Stop here, keep the current state" },
        { value: "again", label: end.kind === "open" ? "Keep waiting" : "Re-check and continue" },
        ...(end.kind === "failed" && end.unproven !== undefined
          ? [{ value: "without", label: "Continue without this proof" }]
          : []),
        ...(wrote && !isUndoIdle(run.execution) ? [{ value: "undo", label: "Undo what this execution did" }] : []),
      ],
      fallback: "abort",
      ...mostSilence(run),
    },
    reminderOf(run, step.id),
  );
  return answer.value;
}
