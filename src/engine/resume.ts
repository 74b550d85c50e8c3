import type { Attempt, Probe } from "../domain/action.ts";
import type { Phase } from "../domain/plan.ts";
import type { Step } from "../domain/runbook.ts";
import { attemptOf, type Interrupted } from "./attempt.ts";
import { probeWhenConsistent } from "./eventual-consistency.ts";
import type { StepOutcome } from "./outcome.ts";
import { actionOf } from "./plan.ts";
import { emit, type Run } from "./run.ts";
import { mostSilence, reminderOf } from "./silence.ts";
import { verify } from "./verify.ts";

/**
 * Resolves a confirmed step without an end, neither failed nor pending. Reads the present state and returns how the
 * step ended, or `anew` where the request never took effect: the step must then be planned and asked again.
 */
export async function resolveInterrupted<World>(
  run: Run<World>,
  step: Step,
  phase: Phase,
  interrupted: Interrupted,
): Promise<StepOutcome | { readonly kind: "anew" }> {
  const attempt = attemptOf(interrupted);
  if (interrupted.sent !== undefined) return proceed(run, step, phase, interrupted, attempt);
  const probe = await probeOf(run, step, interrupted);
  if (probe.kind === "notDone") return { kind: "anew" };
  if (probe.kind === "unknown") {
    const choice = await decide(run, step, probe);
    if (choice !== "done") return choice === "anew" ? { kind: "anew" } : leftOpen(step, probe);
  }
  const receipt = { answer: { readBack: probe.evidence } };
  await emit(run, { type: "step.sent", step: step.id, phase, receipt, adopted: true });
  return proceed(run, step, phase, interrupted, { ...attempt, receipt });
}

/** What a read shows about a request that was confirmed and has no answer on record. */
export async function probeOf<World>(run: Run<World>, step: Step, interrupted: Interrupted): Promise<Probe> {
  const { inputs } = interrupted.confirmed;
  const probe = await probeWhenConsistent(run, step, inputs, attemptOf(interrupted, run.execution.movedAt));
  return probe ?? { kind: "unknown", evidence: `${step.action} cannot tell by reading` };
}

function proceed<World>(
  run: Run<World>,
  step: Step,
  phase: Phase,
  { confirmed }: Interrupted,
  attempt: Attempt,
): Promise<StepOutcome> {
  const action = actionOf(run.engine, step);
  const { id, timeoutSeconds } = step;
  return verify(run, { id, phase, action, inputs: confirmed.inputs, attempt, timeoutSeconds });
}

/** The evidence is not conclusive: the operator decides. Without an operator, the outcome stays unknown. */
async function decide<World>(run: Run<World>, step: Step, probe: Probe): Promise<string> {
  const answer = await run.engine.io.ask(
    {
      kind: "choice",
      id: "interrupted-step",
      message: `Did step ${step.id} take effect?`,
      detail: [probe.evidence],
      choices: [
        { value: "stop", label: "I do not know: stop here" },
        { value: "done", label: "Yes: verify it and continue" },
        { value: "anew", label: "No: plan it and ask again" },
      ],
      fallback: "stop",
      ...mostSilence(run),
    },
    reminderOf(run, step.id),
  );
  return answer.value;
}

function leftOpen(step: Step, { evidence }: Probe): StepOutcome {
  const text = `it is not known whether step ${step.id} took effect: ${evidence}`;
  return { kind: "open", failure: { reason: "outcome-unknown", text, evidence: [evidence], next: [] } };
}
