import type { Attempt, Failure } from "../domain/action.ts";
import { OpsError } from "../domain/error.ts";
import { attemptKey } from "../domain/execution.ts";
import { EXIT } from "../domain/exit-codes.ts";
import type { Operation, Receipt } from "../domain/operation.ts";
import type { How } from "../domain/plan.ts";
import { blocks, type Phase, type PlannedStep } from "../domain/plan.ts";
import type { Step } from "../domain/runbook.ts";
import type { Scope } from "../runbook/reference.ts";
import { attemptOf, sentBefore } from "./attempt.ts";
import { agree, emitPlanned } from "./confirm.ts";
import { probed } from "./eventual-consistency.ts";
import { type StepEnd, stopCode } from "./outcome.ts";
import { actionOf, planStep, valuesOf } from "./plan.ts";
import { assertHeld, emit, type Run } from "./run.ts";
import { verify } from "./verify.ts";

/** One step's life: observe, plan, show, ask, observe again, journal, send once, verify, journal. */
export async function doStep<World>(run: Run<World>, step: Step, phase: Phase): Promise<StepEnd> {
  const isRestoring = phase === "do" && run.runbook.finally.some(({ id }) => id === step.id);
  const replan = () => planStep(run.engine, step, scopeFor(run, step), { phase, isRestoring });
  const planned = shownBefore(run, step.id, phase) ?? (await replan());
  // Not part of the procedure: what it says is no news of how that ended.
  if (planned.readiness === "left-out") return { ...(await skip(run, planned, phase)), text: "" } as StepEnd;
  await emitPlanned(run, planned, phase);
  const [blocked] = blocks(planned);
  if (blocked !== undefined) return stopBefore(run, step.id, phase, blocked);
  if (planned.operation !== null) return change(run, step, phase, planned, replan);
  return planned.readiness === "ready" ? look(run, step, phase, planned) : unchanged(run, step, phase, planned);
}

/** What the operator saw in the plan is what is asked about, as long as nothing has been sent since. */
function shownBefore<World>(run: Run<World>, id: string, phase: Phase): PlannedStep | undefined {
  const shown = phase === "do" && run.execution.written.length === 0 ? run.shown.get(id) : undefined;
  if (shown === undefined || shown.readiness === "deferred") return undefined;
  return Object.values(shown.inputs).some((input) => input.origin === "predicted") ? undefined : shown;
}

/**
 * For a restoring step what never ran gives nothing and will give nothing: an input that may be left out is left out.
 * One that needs such a value stays unplanned, for there is nothing to put back.
 */
function scopeFor<World>(run: Run<World>, step: Step): Scope {
  const scope = scopeOf(run);
  if (!run.runbook.finally.some(({ id }) => id === step.id)) return scope;
  const { inputs } = actionOf(run.engine, step);
  const missing = Object.entries(step.with).flatMap(([name, binding]) =>
    binding.kind === "output" && scope.steps[binding.step] === undefined ? [{ name, from: binding.step }] : [],
  );
  if (missing.some(({ name }) => inputs[name]?.required !== false)) return scope;
  const never = missing.map(({ from }) => [from, { outputs: {}, origin: "read" }] as const);
  return { ...scope, steps: { ...scope.steps, ...Object.fromEntries(never) } };
}

function scopeOf<World>(run: Run<World>): Scope {
  const steps = Object.entries(run.execution.steps).map(
    ([id, { outputs }]) => [id, { outputs, origin: "read" }] as [string, Scope["steps"][string]],
  );
  return { inputs: run.inputs, target: run.engine.target, steps: Object.fromEntries(steps) };
}

async function stopBefore<World>(
  run: Run<World>,
  step: string,
  phase: Phase,
  finding: PlannedStep["findings"][number],
): Promise<StepEnd> {
  const { code: reason, text } = finding;
  await emit(run, { type: "step.failed", step, phase, effect: "none", reason, text, evidence: [], next: [] });
  return { kind: "blocked", finding };
}

/** There is nothing to change: that ends the step, unless it was sent before and nobody has seen its end. */
async function unchanged<World>(run: Run<World>, step: Step, phase: Phase, planned: PlannedStep): Promise<StepEnd> {
  const before = planned.readiness === "unchanged" ? sentBefore(run.execution.steps[step.id], phase) : undefined;
  if (before === undefined) return skip(run, planned, phase);
  const claim = claimOf(run, step, phase, planned, attemptOf(before));
  return verify(run, { ...claim, inputs: before.confirmed.inputs });
}

async function skip<World>(run: Run<World>, planned: PlannedStep, phase: Phase): Promise<StepEnd> {
  const { id: step, summary: reason, outputs } = planned;
  await emit(run, { type: "step.skipped", step, phase, reason, outputs });
  return { kind: "done", text: reason };
}

/** A step that sends nothing: it looks something up, or waits. An undo that sends nothing needs no answer. */
async function look<World>(run: Run<World>, step: Step, phase: Phase, planned: PlannedStep): Promise<StepEnd> {
  if (phase === "do" && planned.confirm !== "none") {
    const agreement = await agree(run, planned, phase, async () => planned);
    if (agreement.kind === "declined") return decline(run, step.id, phase);
  }
  const attempt = { outputs: planned.outputs };
  if (planned.waitsFor === undefined) {
    await emit(run, { type: "step.verified", step: step.id, phase, text: planned.summary, outputs: planned.outputs });
    return { kind: "done", text: planned.summary };
  }
  return verify(run, claimOf(run, step, phase, planned, attempt));
}

async function decline<World>(run: Run<World>, step: string, phase: Phase): Promise<StepEnd> {
  await emit(run, { type: "step.declined", step, phase });
  return { kind: "declined" };
}

async function change<World>(
  run: Run<World>,
  step: Step,
  phase: Phase,
  planned: PlannedStep,
  replan: () => Promise<PlannedStep>,
): Promise<StepEnd> {
  const unexpected = expectation(run, planned);
  if (unexpected !== undefined) return stopBefore(run, step.id, phase, unexpected);
  const agreement = await agree(run, planned, phase, replan);
  if (agreement.kind === "declined") return decline(run, step.id, phase);
  if (agreement.kind === "blocked") return stopBefore(run, step.id, phase, agreement.finding);
  if (agreement.kind === "settled") return settle(run, step, phase, agreement.step);
  if (run.engine.stop.aborted) return { kind: "interrupted", exitCode: stopCode(run.engine.stop) };
  await assertHeld(run);
  return perform(run, step, phase, agreement.step, agreement.how);
}

function settle<World>(run: Run<World>, step: Step, phase: Phase, planned: PlannedStep): Promise<StepEnd> {
  return planned.waitsFor === undefined
    ? unchanged(run, step, phase, planned)
    : verify(run, claimOf(run, step, phase, planned, { outputs: planned.outputs }));
}

/** `--expect-current` speaks of the world before the first write of this command; a stale plan is told from then on. */
function expectation<World>(run: Run<World>, { current }: PlannedStep) {
  const { expected } = run;
  if (expected === undefined || current === undefined) return undefined;
  delete run.expected;
  if (current === expected) return undefined;
  const text = `--expect-current says ${expected}, but ${current} is current`;
  return { level: "block", code: "current-differs", text } as const;
}

/** From here on the step may have happened: the confirmation is on the disk before the request leaves. */
async function perform<World>(
  run: Run<World>,
  step: Step,
  phase: Phase,
  planned: PlannedStep,
  how: How,
): Promise<StepEnd> {
  const { operation, undo, basis = {}, outputs } = planned;
  if (operation === null || undo === null) throw new TypeError(`step ${step.id} proposes an Operation without an undo`);
  const inputs = valuesOf(planned.inputs);
  await emit(run, { type: "step.confirmed", step: step.id, phase, how, inputs, operation, undo, basis, outputs });
  const confirmedAt = run.execution.lastAt;
  const key = attemptKey({ execution: run.execution.id, at: confirmedAt });
  const attempt: Attempt = { confirmedAt, key, operation, basis, outputs };
  const sent = await send(run, step, phase, planned, attempt);
  if (sent.kind !== "sent") return sent;
  return verify(run, claimOf(run, step, phase, planned, { ...attempt, receipt: sent.receipt }));
}

type Sent = StepEnd | { readonly kind: "sent"; readonly receipt: Receipt };

/** Sends once. Where no answer tells what happened, the world is read back; nothing is ever sent again blindly. */
async function send<World>(
  run: Run<World>,
  step: Step,
  phase: Phase,
  planned: PlannedStep,
  attempt: Attempt,
): Promise<Sent> {
  const answer = await answerOf(run.engine.gateway.send(attempt.operation as Operation, attempt.key as string));
  if (answer instanceof OpsError) {
    if (answer.detail.effect === "none") return refused(run, step.id, phase, answer);
    return readBack(run, step, phase, planned, attempt, answer);
  }
  await emit(run, { type: "step.sent", step: step.id, phase, receipt: answer });
  return { kind: "sent", receipt: answer };
}

function answerOf(sending: Promise<Receipt>): Promise<Receipt | OpsError> {
  return sending.catch((error: unknown) => {
    if (error instanceof OpsError) return error;
    throw error;
  });
}

async function readBack<World>(
  run: Run<World>,
  step: Step,
  phase: Phase,
  planned: PlannedStep,
  attempt: Attempt,
  error: OpsError,
): Promise<Sent> {
  const probe = await probed(run, step, valuesOf(planned.inputs), attempt);
  if (probe?.kind === "notDone") return refused(run, step.id, phase, error);
  if (probe === undefined || probe.kind === "unknown") {
    const evidence = [error.message, ...(probe === undefined ? [] : [probe.evidence])];
    const text = `it is not known whether step ${step.id} took effect`;
    return { kind: "open", failure: { reason: "no-answer", text, evidence, next: [] } };
  }
  const receipt = { answer: { readBack: probe.evidence } };
  await emit(run, { type: "step.sent", step: step.id, phase, receipt, adopted: true });
  return { kind: "sent", receipt };
}

/** The request had no effect: there is nothing to undo, and the same step may be tried again. */
async function refused<World>(run: Run<World>, step: string, phase: Phase, error: OpsError): Promise<StepEnd> {
  const failure: Failure = {
    reason: error.detail.code,
    text: error.message,
    evidence: [],
    next: error.detail.next ?? [],
  };
  await emit(run, { type: "step.failed", step, phase, effect: "none", ...failure });
  const exitCode = error.exitCode === EXIT.credentials ? EXIT.credentials : EXIT.failed;
  return { kind: "failed", failure, effect: "none", exitCode };
}

function claimOf<World>(run: Run<World>, step: Step, phase: Phase, planned: PlannedStep, attempt: Attempt) {
  return {
    id: step.id,
    phase,
    action: actionOf(run.engine, step),
    inputs: valuesOf(planned.inputs),
    attempt,
    timeoutSeconds: step.timeoutSeconds,
  };
}
