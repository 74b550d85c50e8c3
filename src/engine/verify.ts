import type { Action, Attempt, Failure, Unproven, Verdict } from "../domain/action.ts";
import { commandLine } from "../domain/command-line.ts";
import { OpsError } from "../domain/error.ts";
import type { StepVerified } from "../domain/execution-event.ts";
import { EXIT, type ExitCode, stopCode } from "../domain/exit-codes.ts";
import type { AnyValues } from "../domain/field.ts";
import type { ConfirmedBy, Phase } from "../domain/plan.ts";
import { attemptOf } from "./attempt.ts";
import type { StepOutcome } from "./outcome.ts";
import { emit, type Run, reportProgress } from "./run.ts";
import { checksUndo, sentUndos } from "./sent-undos.ts";
import { usualAfter, usualOf } from "./usual.ts";

/** What is being verified: the step, its inputs, and what was sent. */
export interface Verification<World> {
  readonly id: string;
  readonly phase: Phase;
  readonly action: Action<World>;
  readonly inputs: AnyValues;
  readonly attempt: Attempt;
  readonly timeoutSeconds: number;
  /** How the question of a step that sends nothing was answered. */
  readonly how?: ConfirmedBy;
}

/** Reads back until true, false or out of time, and journals the end. An interrupted wait has no end in the journal. */
export async function verify<World>(run: Run<World>, claim: Verification<World>): Promise<StepOutcome> {
  const verdict = await verdictOf(run, claim);
  const { id: step, phase } = claim;
  switch (verdict.kind) {
    case "interrupted":
      return verdict;
    case "open":
      return verdict;
    case "false":
      await emit(run, { type: "step.failed", step, phase, effect: "sent", ...verdict.failure });
      return { kind: "failed", failure: verdict.failure, effect: "sent", exitCode: verdict.exitCode ?? EXIT.failed };
    case "unproven":
      return unproven(run, claim, verdict);
    case "true":
      await emitVerified(run, claim, verdict, { ...claim.attempt.outputs, ...verdict.outputs });
      return { kind: "done", text: verdict.text };
  }
}

async function unproven<World>(run: Run<World>, claim: Verification<World>, verdict: Unproven): Promise<StepOutcome> {
  const { id: step, phase, attempt } = claim;
  const { failure, onward, outputs, exitCode: ownCode } = verdict;
  if (onward === "passed") return passUnproven(run, claim, failure, { ...attempt.outputs, ...outputs }, ownCode);
  await emit(run, { type: "step.failed", step, phase, effect: "sent", ...failure });
  const exitCode = onward === "stop" ? EXIT.guarded : EXIT.unknown;
  return { kind: "failed", failure, effect: "sent", exitCode, unproven: { onward, outputs: outputs ?? {} } };
}

/** The step counts as done, but the execution does not. */
export async function passUnproven<World>(
  run: Run<World>,
  { id, phase }: Pick<Verification<World>, "id" | "phase">,
  failure: Failure,
  outputs: AnyValues,
  exitCode?: ExitCode,
): Promise<StepOutcome> {
  const { reason, next, text } = failure;
  const code = exitCode === undefined ? {} : { exitCode };
  await emitVerified(run, { id, phase }, { text, unproven: { reason, next, ...code } }, outputs);
  return { kind: "done", text, unproven: failure, ...code };
}

type Verified = Pick<StepVerified, "text" | "proof" | "missed" | "series" | "unproven">;

async function emitVerified<World>(
  run: Run<World>,
  { id, phase, how }: Pick<Verification<World>, "id" | "phase" | "how">,
  { text, proof, missed, series = [], unproven: doubt }: Verified,
  outputs: AnyValues,
): Promise<void> {
  if (phase === "undo" && !checksUndo(run, id)) return emit(run, { type: "step.undone", step: id, phase, text });
  const more = {
    ...(proof !== undefined && { proof }),
    ...(missed !== undefined && { missed }),
    ...(doubt && { unproven: doubt }),
    ...(how && { how }),
    ...(series.length > 0 && { series }),
  };
  return emit(run, { type: "step.verified", step: id, phase, text, outputs, ...more });
}

function earlierAttempts<World>({ execution: { steps, written } }: Run<World>): readonly Attempt[] {
  return written.flatMap((id) => {
    const { confirmed, sent } = steps[id] ?? {};
    return confirmed === undefined ? [] : [attemptOf({ confirmed, ...(sent && { sent }) })];
  });
}

type Outcome = Verdict | Extract<StepOutcome, { kind: "interrupted" | "open" }>;

/** What was sent continues; only our watching ended (expired credentials, no network). */
function stoppedWatching({ message, detail }: OpsError): Failure {
  return {
    reason: detail.code,
    text: `AWS continues, unwatched: ${message}`,
    evidence: [],
    next: detail.next ?? [],
  };
}

/** The operator needs new credentials first; `resume` then continues. */
function exitCodeOf({ exitCode }: OpsError): { readonly exitCode?: ExitCode } {
  return exitCode === EXIT.credentials ? { exitCode } : {};
}

async function verdictOf<World>(run: Run<World>, claim: Verification<World>): Promise<Outcome> {
  const { engine } = run;
  const { action, attempt, id: step, phase } = claim;
  if (action.verify === undefined) return { kind: "true", text: "done" };
  try {
    engine.stop.throwIfAborted();
    const usual = usualOfStep(run, step);
    announceWait(run, claim, usual);
    return await action.verify(claim.inputs as never, attempt, {
      services: engine.services,
      target: engine.target,
      clock: engine.clock,
      deadline: engine.clock.now() + claim.timeoutSeconds * 1000,
      ...(usual !== undefined && { usualSeconds: usual }),
      signal: engine.stop,
      earlierAttempts: phase === "undo" && checksUndo(run, step) ? sentUndos(run) : earlierAttempts(run),
      progress: (text, data) => reportProgress(run, { step, phase, text, ...(data === undefined ? {} : { data }) }),
    });
  } catch (error) {
    if (engine.stop.aborted) return { kind: "interrupted", exitCode: stopCode(engine.stop) };
    if (error instanceof OpsError && run.execution.written.length > 0)
      return { kind: "open", failure: stoppedWatching(error), ...exitCodeOf(error) };
    throw error;
  }
}

function usualOfStep<World>(run: Run<World>, id: string): number | undefined {
  const step = [...run.runbook.steps, ...run.runbook.finally].find((one) => one.id === id);
  return step === undefined ? undefined : usualOf(run, step);
}

function announceWait<World>(
  run: Run<World>,
  { id, phase, timeoutSeconds: limit, action: { leaving, endsBy } }: Verification<World>,
  usual: number | undefined,
): void {
  // An undo goes through the steps backwards.
  const after = phase === "do" ? usualAfter(run, id) : undefined;
  const since = run.engine.clock.now();
  const known = { ...(usual && { usual }), ...(after !== undefined && { after }) };
  run.engine.io.waits?.({
    resume: run.engine.asPasted(commandLine`vulcan-ops resume ${run.execution.id}`),
    step: id,
    since,
    ...(endsBy === undefined && { limit }),
    ...(leaving !== undefined && { leaving }),
    ...known,
  });
}
