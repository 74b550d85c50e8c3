import type { Action, Answers, Proposal, ReadContext, Report, StepPlan } from "../domain/action.ts";
import { guardError, OpsError, usageError } from "../domain/error.ts";
import type { AnyValues, FieldValue } from "../domain/field.ts";
import { titled } from "../domain/finding-titles.ts";
import { RISKS, type Risk } from "../domain/operation.ts";
import {
  blocks,
  type Phase,
  type Plan,
  type PlannedStep,
  type PlannedValue,
  type QuestionKind,
} from "../domain/plan.ts";
import { type Confirm, classOf, confirmOf, type Document, type Runbook, type Step } from "../domain/runbook.ts";
import type { Caller } from "../domain/target.ts";
import { bind, type Scope } from "../runbook/reference.ts";
import { partOf } from "./part-of.ts";
import { frozen, type Planner } from "./run.ts";

type Bound = Readonly<Record<string, PlannedValue>>;

/** Observes and plans every step. Predicted outputs of earlier steps feed later ones. Reads only. */
export async function planRunbook<World>(
  planner: Planner<World>,
  document: Document,
  inputs: AnyValues,
  caller: Promise<Caller>,
): Promise<Plan> {
  const runbook = partOf(planner, document.runbook);
  const planned = planAll(frozen(planner), runbook, inputs);
  // Who asks is judged before what was answered: another account's "not found" says nothing of this target.
  planned.catch(() => undefined);
  const by = await caller;
  const steps = await planned;
  return {
    schemaVersion: 1,
    runbook: { id: runbook.id, title: runbook.title, source: document.source, sha256: document.sha256 },
    target: planner.target,
    caller: by,
    at: new Date(planner.clock.now()).toISOString(),
    inputs,
    steps: steps.slice(0, runbook.steps.length),
    finally: steps.slice(runbook.steps.length),
  };
}

async function planAll<World>(planner: Planner<World>, runbook: Runbook, inputs: AnyValues): Promise<PlannedStep[]> {
  const { steps, finally: restoring } = runbook;
  const outputs: Record<string, Scope["steps"][string]> = {};
  const planned: PlannedStep[] = [];
  readAhead(planner, runbook, inputs);
  let pendingStep: string | undefined;
  for (const step of [...steps, ...restoring]) {
    const scope = { inputs, target: planner.target, steps: outputs };
    const next = await planStep(planner, step, scope, { pendingStep, isRestoring: restoring.includes(step) });
    planned.push(next);
    outputs[step.id] = { outputs: next.outputs, origin: originOf(next) };
    if (mayWrite(next)) pendingStep = step.id;
  }
  return planned;
}

/**
 * Begins what the steps will read whatever earlier ones give. Steps are observed one after another, and on a slow network
 * each read that only then begins costs a round trip. `planner` makes each read once.
 */
function readAhead<World>(planner: Planner<World>, { steps, finally: restoring }: Runbook, inputs: AnyValues): void {
  const scope = { inputs, target: planner.target, steps: {} };
  const own = [...steps, ...restoring].filter((step) => !isLeftOut(step, inputs));
  const reads = own.flatMap((step) => actionOf(planner, step).early?.(valuesOf(bind(step, scope)) as never) ?? []);
  planner.beginReads?.(planner.services, reads);
}

/** It has a request to send, or may have one once it is planned. */
export function mayWrite({ operation, readiness }: PlannedStep): boolean {
  return operation !== null || readiness === "deferred";
}

/** The origin of a planned step's outputs, as later steps see them. */
export function originOf(step: PlannedStep): "read" | "predicted" | "pending" {
  if (step.readiness === "deferred" || blocks(step).length > 0) return "pending";
  return step.operation === null ? "read" : "predicted";
}

/** How to plan a step, and its position in its runbook. */
interface Planning {
  readonly phase?: Phase;
  /** The nearest earlier step that has not been sent. */
  readonly pendingStep?: string | undefined;
  /** It puts things back, however the run ends. */
  readonly isRestoring?: boolean;
  readonly answers?: Answers;
  /** What its execution has done so far. */
  readonly report?: Report;
}

/** Binds, observes and plans one step. */
export async function planStep<World>(
  planner: Planner<World>,
  step: Step,
  scope: Scope,
  planning: Planning = {},
): Promise<PlannedStep> {
  const planned = await planAlone(planner, step, scope, planning);
  const confirm = confirmationOf(step, planned, planning);
  if (confirm === "none") return { ...planned, confirm };
  // An undo changes what stands, whatever the step is about.
  const about = planning.phase === "undo" ? "go" : classOf(step, planned.risk, planning.isRestoring === true);
  return { ...planned, confirm, class: about };
}

/**
 * A step that sends nothing asks where the runbook says so, but never in an undo: the runbook's question is about
 * doing. A restoring step does not wait for an answer.
 */
function confirmationOf(step: Step, planned: PlannedStep, { isRestoring, phase }: Planning): QuestionKind {
  const { readiness, operation, risk } = planned;
  if (readiness === "unchanged" || readiness === "left-out") return "none";
  const confirm = confirmOf(step.confirm, step.risk ?? "read");
  const sends = operation !== null || (readiness === "deferred" && risk !== "read");
  if (phase === "undo" && !sends) return "none";
  if (isRestoring === true) return sends || confirm !== "none" ? "countdown" : "none";
  return sends ? (planned.confirm as Confirm) : confirm;
}

async function planAlone<World>(
  planner: Planner<World>,
  step: Step,
  scope: Scope,
  { phase = "do", pendingStep, answers = {}, report }: Planning,
): Promise<PlannedStep> {
  const action = actionOf(planner, step);
  const inputs = bind(step, scope);
  const usual = action.usualSeconds?.(valuesOf(inputs) as never, planner.clock.now());
  const frame = { ...describe(step, action), inputs, ...(usual === undefined ? {} : { usualSeconds: usual }) };
  if (isLeftOut(step, scope.inputs)) return { ...frame, readiness: "left-out", summary: leftOut(step, scope.inputs) };
  const { services, target, clock } = planner;
  const context: ReadContext<World> = {
    services,
    target,
    clock,
    ...(planner.isSnapshot && { isSnapshot: true }),
    ...(phase === "undo" && { isUndo: true }),
    ...(pendingStep !== undefined && { pendingStep }),
    ...(report && { report }),
  };
  const pending = Object.values(frame.inputs).find((value) => value.origin === "pending");
  if (pending !== undefined) return deferred(frame, pending.step ?? "", action, context);
  assertComplete(step, action, frame.inputs);
  const values = valuesOf(frame.inputs);
  const observed = await action.observe(values as never, context).catch((failure: unknown) => {
    throw asPastedHere(failure, planner);
  });
  if (observed.kind === "deferred") return deferred(frame, observed.until, action, context);
  return complete(planner, frame, action.plan(values as never, observed.value, answers), action);
}

/** A line of a failure has to be pasted as those of findings are: with the region and profile of this run. */
function asPastedHere<World>(failure: unknown, { asPasted }: Planner<World>): unknown {
  if (!(failure instanceof OpsError) || failure.detail.next === undefined) return failure;
  return new OpsError({ ...failure.detail, next: failure.detail.next.map(asPasted) });
}

/** The checker ensures that every input is bound. An earlier step may still not have given its value. */
function assertComplete<World>(step: Step, { inputs }: Action<World>, bound: Bound): void {
  const missing = Object.keys(inputs).find(
    (name) => inputs[name]?.required !== false && bound[name]?.value === undefined,
  );
  if (missing === undefined) return;
  throw guardError("input-missing", `step ${step.id} needs ${missing}, which no earlier step has given`);
}

export function actionOf<World>(planner: Planner<World>, step: Step): Action<World> {
  const action = planner.registry[step.action];
  if (action === undefined) throw usageError("action-unknown", `this version has no action ${step.action}`);
  return action;
}

/** The values of inputs that are known. */
export function valuesOf(inputs: Bound): AnyValues {
  const known = Object.entries(inputs).filter(([, { value }]) => value !== undefined);
  return Object.fromEntries(known.map(([name, { value }]) => [name, value as FieldValue]));
}

/** What the step's question will name, as far as the known inputs and a read show. */
async function predictConsequence<World>(
  { consequence, replaces }: Action<World>,
  inputs: Bound,
  context: ReadContext<World>,
): Promise<Pick<PlannedStep, "consequence" | "consequenceName" | "current" | "currentName">> {
  const known = valuesOf(inputs) as never;
  const isTextKnown = consequence?.of.every((name) => inputs[name]?.origin !== "pending") === true;
  const replaced = await replaces?.(known, context);
  return {
    ...(isTextKnown && { consequence: consequence.text(known, replaced) }),
    ...(isTextKnown && consequence.name && { consequenceName: consequence.name(known) }),
    ...(replaced && { current: replaced.text }),
    ...(replaced?.name === undefined ? {} : { currentName: replaced.name }),
  };
}

/** What the question of the step names, as its plan has it. */
function askedTexts({ consequence, consequenceName, current, currentName }: Proposal) {
  return {
    consequence,
    ...(consequenceName === undefined ? {} : { consequenceName }),
    ...(current === undefined ? {} : { current }),
    ...(currentName === undefined ? {} : { currentName }),
  };
}

type Frame = Omit<PlannedStep, "readiness" | "summary">;

function describe<World>(step: Step, action: Action<World>): Frame {
  const risk = riskOf(step, action);
  return {
    id: step.id,
    title: step.title,
    ...(step.why === undefined ? {} : { why: step.why }),
    action: step.action,
    risk,
    confirm: confirmOf(step.confirm, risk),
    inputs: {},
    changes: [],
    findings: [],
    outputs: {},
    operation: null,
    undo: null,
    awsCli: null,
    ...(action.promptedBefore && { promptedBefore: true }),
  };
}

/** A runbook may raise an action's risk, never lower it. */
export function riskOf<World>({ risk: raised }: Step, { risk: own }: Action<World>): Risk {
  return raised !== undefined && RISKS.indexOf(raised) > RISKS.indexOf(own) ? raised : own;
}

export function isLeftOut({ only }: Step, inputs: AnyValues): boolean {
  return only !== undefined && !only.is.includes(String(inputs[only.input]));
}

function leftOut({ only }: Step, inputs: AnyValues): string {
  return `skipped: ${only?.input} is ${inputs[only?.input ?? ""] ?? "not set"}`;
}

async function deferred<World>(
  frame: Frame,
  until: string,
  action: Action<World>,
  context: ReadContext<World>,
): Promise<PlannedStep> {
  const predicted = await predictConsequence(action, frame.inputs, context);
  return { ...frame, ...predicted, readiness: "deferred", until, summary: `known after step ${until}` };
}

/** A step of which only the inputs are known. It may ask, so the plan includes what its question will name. */
export function unplanned<World>(planner: Planner<World>, step: Step, scope: Scope, until: string) {
  const action = actionOf(planner, step);
  return deferred({ ...describe(step, action), inputs: bind(step, scope) }, until, action, planner);
}

/** What the reference of actions tells, and what IAM was asked for by it, is all that a step sends. */
function assertDeclared<World>({ name, requests }: Action<World>, { operation, undo }: Proposal): void {
  if (requests === undefined) return;
  const sent = undo.kind === "operation" ? [operation, undo.operation] : [operation];
  const other = sent.map((one) => `${one.service}:${one.name}`).find((request) => !requests.includes(request));
  if (other !== undefined) throw new Error(`${name} proposes ${other}, which it does not declare`);
}

function complete<World>(planner: Planner<World>, frame: Frame, plan: StepPlan, action: Action<World>): PlannedStep {
  const { proposal, waitsFor } = plan;
  if (proposal !== undefined) assertDeclared(action, proposal);
  const isIdle = proposal === undefined && waitsFor === undefined && action.risk !== "read";
  return {
    ...frame,
    readiness: isIdle ? "unchanged" : "ready",
    summary: plan.summary,
    ...(plan.deed && { deed: plan.deed }),
    ...(plan.goal !== undefined && { goal: plan.goal }),
    ...(plan.facts && { facts: plan.facts }),
    changes: plan.changes,
    findings: plan.findings
      .map(titled)
      .map((finding) => (finding.next ? { ...finding, next: finding.next.map(planner.asPasted) } : finding)),
    outputs: plan.outputs,
    ...(waitsFor === undefined ? {} : { waitsFor }),
    ...(proposal === undefined
      ? {}
      : {
          operation: proposal.operation,
          undo: proposal.undo,
          basis: proposal.basis,
          ...askedTexts(proposal),
          awsCli: planner.awsLine(proposal.operation),
        }),
  };
}
