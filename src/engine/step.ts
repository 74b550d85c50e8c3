import type { Attempt, Failure, Report } from "../domain/action.ts";
import { isMeant } from "../domain/aws/named-revision.ts";
import { commandLine } from "../domain/command-line.ts";
import { lacksCredentials, OpsError } from "../domain/error.ts";
import { attemptKey } from "../domain/execution-event.ts";
import { EXIT, stopCode } from "../domain/exit-codes.ts";
import { warn } from "../domain/finding.ts";
import { identityText } from "../domain/identity.ts";
import type { Finding, Receipt } from "../domain/operation.ts";
import type { ConfirmedBy } from "../domain/plan.ts";
import { blocks, type Phase, type PlannedStep } from "../domain/plan.ts";
import type { Step } from "../domain/runbook.ts";
import { notSeenWithin } from "../domain/time.ts";
import { attemptOf, sentBefore } from "./attempt.ts";
import { isBusy, sendOrWait } from "./busy-resource.ts";
import { confirmStep, emitPlanned } from "./confirm.ts";
import { probeWhenConsistent } from "./eventual-consistency.ts";
import { tellBegin } from "./notices.ts";
import type { StepOutcome } from "./outcome.ts";
import { outcomeSoFar } from "./outcome-sentence.ts";
import { actionOf, planStep, valuesOf } from "./plan.ts";
import { assertLockHeld, emit, identityOf, type Run } from "./run.ts";
import { scopeOfStep } from "./scope.ts";
import { readUntilCredentials } from "./until-credentials.ts";
import { verify } from "./verify.ts";

/** For a step that sends a notice, once there is something to say: a plan that was shown before has none. */
function reportOf<World>(run: Run<World>): Report | undefined {
  if (run.execution.written.length === 0) return undefined;
  const outcome = outcomeSoFar(run);
  return { identity: identityText(identityOf(run)), ...(outcome !== undefined && { outcome }) };
}

/** One step's life: observe, plan, show, ask, observe again, journal, send once, verify, journal. */
export async function runStep<World>(run: Run<World>, step: Step, phase: Phase): Promise<StepOutcome> {
  const isRestoring = phase === "do" && run.runbook.finally.some(({ id }) => id === step.id);
  const report = reportOf(run);
  const plan = async () => {
    const scope = scopeOfStep(run.engine, run.runbook, run.execution, step);
    const planned = await planStep(run.engine, step, scope, { phase, isRestoring, ...(report && { report }) });
    return phase === "undo" ? { ...planned, findings: [...planned.findings, ...keptFindings(run, step.id)] } : planned;
  };
  const replan = () => readUntilCredentials(run, plan);
  const planned = planAsShown(run, step.id, phase) ?? (await replan());
  // The step is not part of the procedure, so its text does not belong in the ending.
  if (planned.readiness === "left-out") return { ...(await skip(run, planned, phase)), text: "" } as StepOutcome;
  await emitPlanned(run, planned, phase);
  const [blocked] = blocks(planned);
  if (blocked !== undefined) return stopBefore(run, step.id, phase, blocked);
  if (planned.operation !== null && phase === "do" && !isRestoring && !(await hasRoom(run)))
    return stopBefore(run, step.id, phase, diskFull(run));
  if (planned.operation !== null) return applyChange(run, step, phase, planned, replan);
  return planned.readiness === "ready"
    ? runWithoutRequest(run, step, phase, planned)
    : unchanged(run, step, phase, planned);
}

/** What the step has changed beside, and this undo leaves: an image goes back without its schema. */
function keptFindings<World>({ execution }: Run<World>, id: string): Finding[] {
  const undo = execution.steps[id]?.confirmed?.undo;
  if (undo?.kind !== "operation" || undo.keeps === undefined) return [];
  const { of, text, command } = undo.keeps;
  const how = command === undefined ? "" : `; to remove it: ${command}`;
  return [{ ...warn("undo-keeps", `${of} is not undone: ${text}${how}`), title: `${of} is not undone` }];
}

/** What is left on a full disk is for putting back what the run changed, and for END. An undo may use it as well. */
const hasRoom = async <World>({ engine }: Run<World>): Promise<boolean> => (await engine.journal.hasRoom?.()) ?? true;

function diskFull<World>({ execution }: Run<World>): Finding {
  const text = "the disk of the state folder is full";
  const next = ["make room, then:", commandLine`vulcan-ops resume ${execution.id}`];
  return { level: "block", code: "disk-full", text, next };
}

/** The question uses the plan that the operator saw, as long as nothing has been sent since. */
function planAsShown<World>(run: Run<World>, id: string, phase: Phase): PlannedStep | undefined {
  const shown = phase === "do" && run.execution.written.length === 0 ? run.shown.get(id) : undefined;
  if (shown === undefined || shown.readiness === "deferred") return undefined;
  return Object.values(shown.inputs).some((input) => input.origin === "predicted") ? undefined : shown;
}

async function stopBefore<World>(
  run: Run<World>,
  step: string,
  phase: Phase,
  finding: PlannedStep["findings"][number],
): Promise<StepOutcome> {
  const { code: reason, text } = finding;
  await emit(run, { type: "step.failed", step, phase, effect: "none", reason, text, evidence: [], next: [] });
  return { kind: "blocked", finding };
}

/** Nothing to change ends the step, unless an earlier attempt was sent and its end was not seen. */
async function unchanged<World>(run: Run<World>, step: Step, phase: Phase, planned: PlannedStep): Promise<StepOutcome> {
  const before = planned.readiness === "unchanged" ? sentBefore(run.execution.steps[step.id], phase) : undefined;
  if (before === undefined) return skip(run, planned, phase);
  const claim = verificationOf(run, step, phase, planned, attemptOf(before));
  return verify(run, { ...claim, inputs: before.confirmed.inputs });
}

async function skip<World>(run: Run<World>, planned: PlannedStep, phase: Phase): Promise<StepOutcome> {
  const { id: step, summary: reason, outputs } = planned;
  await emit(run, { type: "step.skipped", step, phase, reason, outputs });
  return { kind: "done", text: reason };
}

/** A step that sends nothing: it reads something, or waits. An undo that sends nothing needs no answer. */
async function runWithoutRequest<World>(
  run: Run<World>,
  step: Step,
  phase: Phase,
  planned: PlannedStep,
): Promise<StepOutcome> {
  const agreement =
    phase === "do" && planned.confirm !== "none"
      ? await confirmStep(run, planned, phase, async () => planned)
      : undefined;
  if (agreement?.kind === "declined") return decline(run, step.id, phase, agreement.isSilent);
  const asked = agreement?.kind === "settled" ? { how: agreement.how } : {};
  const { outputs, summary: text } = planned;
  if (planned.waitsFor === undefined) {
    await emit(run, { type: "step.verified", step: step.id, phase, text, outputs, ...asked });
    return { kind: "done", text };
  }
  return verify(run, { ...verificationOf(run, step, phase, planned, { outputs }), ...asked });
}

async function decline<World>(run: Run<World>, step: string, phase: Phase, isSilent: boolean): Promise<StepOutcome> {
  await emit(run, { type: "step.declined", step, phase, ...(isSilent && { how: "silence" }) });
  return { kind: "declined", isSilent };
}

async function applyChange<World>(
  run: Run<World>,
  step: Step,
  phase: Phase,
  planned: PlannedStep,
  replan: () => Promise<PlannedStep>,
): Promise<StepOutcome> {
  const unexpected = unexpectedCurrent(run, planned);
  if (unexpected !== undefined) return stopBefore(run, step.id, phase, unexpected);
  const agreement = await confirmStep(run, planned, phase, replan);
  if (agreement.kind === "declined") return decline(run, step.id, phase, agreement.isSilent);
  if (agreement.kind === "blocked") return stopBefore(run, step.id, phase, agreement.finding);
  if (agreement.kind === "settled") return verifyAlreadySo(run, step, phase, agreement.step);
  if (run.engine.stop.aborted) return { kind: "interrupted", exitCode: stopCode(run.engine.stop) };
  await assertLockHeld(run);
  return sendAndVerify(run, step, phase, agreement.step, agreement.how, replan);
}

function verifyAlreadySo<World>(run: Run<World>, step: Step, phase: Phase, planned: PlannedStep): Promise<StepOutcome> {
  return planned.waitsFor === undefined
    ? unchanged(run, step, phase, planned)
    : verify(run, verificationOf(run, step, phase, planned, { outputs: planned.outputs }));
}

/** `--expect-current` is about the state before this command's first write. The stale-plan check applies after it. */
function unexpectedCurrent<World>(run: Run<World>, { current, currentName }: PlannedStep) {
  const { expected } = run;
  if (expected === undefined || current === undefined) return undefined;
  delete run.expected;
  if (isMeant(expected, current, currentName)) return undefined;
  const text = `--expect-current says ${expected}, but ${current} is current`;
  return { level: "block", code: "current-differs", text } as const;
}

/** From here on the step may take effect: the confirmation is on disk before the request is sent. */
async function sendAndVerify<World>(
  run: Run<World>,
  step: Step,
  phase: Phase,
  planned: PlannedStep,
  how: ConfirmedBy,
  replan: () => Promise<PlannedStep>,
): Promise<StepOutcome> {
  const { operation, undo, basis = {}, outputs } = planned;
  if (operation === null || undo === null) throw new TypeError(`step ${step.id} proposes an Operation without an undo`);
  const inputs = valuesOf(planned.inputs);
  await emit(run, { type: "step.confirmed", step: step.id, phase, how, inputs, operation, undo, basis, outputs });
  tellBegin(run, { operation });
  const confirmedAt = run.execution.lastAt;
  const key = attemptKey({ execution: run.execution.id, at: confirmedAt });
  const attempt: Attempt = { confirmedAt, key, operation, basis, outputs };
  const sent = await send(run, step, phase, planned, attempt, replan);
  if (sent.kind !== "sent") return sent;
  return verify(run, verificationOf(run, step, phase, planned, { ...attempt, receipt: sent.receipt }));
}

type Sent = StepOutcome | { readonly kind: "sent"; readonly receipt: Receipt };

/** Sends once. Where no answer says what happened, it reads the state back; nothing is ever sent again blindly. */
async function send<World>(
  run: Run<World>,
  step: Step,
  phase: Phase,
  planned: PlannedStep,
  attempt: Attempt,
  replan: () => Promise<PlannedStep>,
): Promise<Sent> {
  const answer = await sendOrWait(run, step, phase, planned, attempt, replan);
  if (answer instanceof OpsError) {
    if (answer.detail.effect === "none") {
      const end = await refused(run, step.id, phase, answer);
      const isWaitedFor = isBusy(run, step, answer) || lacksCredentials(answer.detail.code);
      const isStoppedWaiting = isWaitedFor && run.engine.stop.aborted;
      return isStoppedWaiting ? { kind: "interrupted", exitCode: stopCode(run.engine.stop) } : end;
    }
    return readBack(run, step, phase, planned, attempt, answer);
  }
  await emit(run, { type: "step.sent", step: step.id, phase, receipt: answer });
  return { kind: "sent", receipt: answer };
}

async function readBack<World>(
  run: Run<World>,
  step: Step,
  phase: Phase,
  planned: PlannedStep,
  attempt: Attempt,
  error: OpsError,
): Promise<Sent> {
  const probe = await probeWhenConsistent(run, step, valuesOf(planned.inputs), attempt);
  if (probe?.kind === "notDone")
    return refused(run, step.id, phase, notSeen(error, run.engine.clock.now(), attempt), [probe.evidence]);
  if (probe === undefined || probe.kind === "unknown") {
    const evidence = [error.message, ...(probe === undefined ? [] : [probe.evidence])];
    const text = `it is not known whether step ${step.id} took effect`;
    return { kind: "open", failure: { reason: "no-answer", text, evidence, next: [] } };
  }
  const receipt = { answer: { readBack: probe.evidence } };
  await emit(run, { type: "step.sent", step: step.id, phase, receipt, adopted: true });
  return { kind: "sent", receipt };
}

/** No answer came, and no effect either: that is what is known. AWS may still apply the request later. */
function notSeen({ message, exitCode, detail }: OpsError, now: number, { confirmedAt = "" }: Attempt): OpsError {
  return new OpsError({ ...detail, exitCode, message: `${message}; ${notSeenWithin(Date.parse(confirmedAt), now)}` });
}

/** The request had no effect: there is nothing to undo, and the same step may be tried again. */
async function refused<World>(
  run: Run<World>,
  step: string,
  phase: Phase,
  error: OpsError,
  evidence: readonly string[] = [],
): Promise<StepOutcome> {
  const failure: Failure = {
    reason: error.detail.code,
    text: error.message,
    evidence,
    next: error.detail.next ?? [],
  };
  await emit(run, { type: "step.failed", step, phase, effect: "none", ...failure });
  const exitCode = error.exitCode === EXIT.credentials ? EXIT.credentials : EXIT.failed;
  return { kind: "failed", failure, effect: "none", exitCode };
}

function verificationOf<World>(run: Run<World>, step: Step, phase: Phase, planned: PlannedStep, attempt: Attempt) {
  return {
    id: step.id,
    phase,
    action: actionOf(run.engine, step),
    inputs: valuesOf(planned.inputs),
    attempt,
    timeoutSeconds: step.timeoutSeconds,
  };
}
