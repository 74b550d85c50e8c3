import type { Action, Answers, StepPlan } from "../domain/action.ts";
import { guardError, usageError } from "../domain/error.ts";
import type { AnyValues, FieldValue } from "../domain/field.ts";
import { RISKS, type Risk } from "../domain/operation.ts";
import { blocks, type Plan, type PlannedStep, type PlannedValue } from "../domain/plan.ts";
import { confirmOf, type Document, type Step } from "../domain/runbook.ts";
import type { Caller } from "../domain/target.ts";
import { bind, type Scope } from "../runbook/reference.ts";
import type { Planner } from "./run.ts";

type Bound = Readonly<Record<string, PlannedValue>>;

/** Observes and plans every step, earlier steps' predicted outputs feeding later ones. Reads only. */
export async function planRunbook<World>(
  planner: Planner<World>,
  document: Document,
  inputs: AnyValues,
  caller: Promise<Caller>,
): Promise<Plan> {
  const { runbook } = document;
  const frozen = { ...planner, world: planner.snapshot() };
  const [by, steps] = await Promise.all([caller, planAll(frozen, [...runbook.steps, ...runbook.finally], inputs)]);
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

async function planAll<World>(
  planner: Planner<World>,
  steps: readonly Step[],
  inputs: AnyValues,
): Promise<PlannedStep[]> {
  const outputs: Record<string, Scope["steps"][string]> = {};
  const planned: PlannedStep[] = [];
  let ahead: string | undefined;
  for (const step of steps) {
    const next = await planStep(planner, step, { inputs, target: planner.target, steps: outputs }, ahead);
    planned.push(next);
    outputs[step.id] = { outputs: next.outputs, origin: originOf(next) };
    if (next.operation !== null || next.readiness === "deferred") ahead = step.id;
  }
  return planned;
}

function originOf(step: PlannedStep): "read" | "predicted" | "pending" {
  if (step.readiness === "deferred" || blocks(step).length > 0) return "pending";
  return step.operation === null ? "read" : "predicted";
}

/** One step: bound, observed, planned. `ahead` names the nearest earlier step that has not been sent. */
export async function planStep<World>(
  planner: Planner<World>,
  step: Step,
  scope: Scope,
  ahead?: string,
  answers: Answers = {},
): Promise<PlannedStep> {
  const action = actionOf(planner, step);
  const frame = { ...describe(step, action), inputs: bind(step, scope) };
  if (isLeftOut(step, scope.inputs)) return { ...frame, readiness: "left-out", summary: leftOut(step, scope.inputs) };
  const pending = Object.values(frame.inputs).find((value) => value.origin === "pending");
  if (pending !== undefined) return deferred(frame, pending.step ?? "", action);
  assertComplete(step, action, frame.inputs);
  const { world, target, clock } = planner;
  const values = valuesOf(frame.inputs);
  const looking = { world, target, clock, ...(ahead === undefined ? {} : { ahead }) };
  const observed = await action.observe(values as never, looking);
  if (observed.kind === "deferred") return deferred(frame, observed.until, action);
  return complete(planner, frame, action.plan(values as never, observed.value, answers));
}

/** The checker has seen to it that every input is bound; an earlier step may still not have given its value. */
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

/** What a typed confirmation is going to name, where the inputs that are known by now tell it. */
export interface Foretold {
  readonly text?: string;
  /** What `--expect-current` has to confirm as well. */
  readonly current?: string;
}

export function foretold<World>({ consequence }: Action<World>, inputs: Bound): Foretold {
  if (consequence === undefined || consequence.of.some((name) => inputs[name]?.origin === "pending")) return {};
  const values = valuesOf(inputs) as never;
  const current = consequence.current?.(values);
  return { text: consequence.text(values), ...(current === undefined ? {} : { current }) };
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
  return `not part of it: ${only?.input} is ${inputs[only?.input ?? ""] ?? "not set"}`;
}

function deferred<World>(frame: Frame, until: string, action: Action<World>): PlannedStep {
  const { text: consequence } = foretold(action, frame.inputs);
  const planned = { ...frame, readiness: "deferred", until, summary: `known after step ${until}` } as const;
  return consequence === undefined ? planned : { ...planned, consequence };
}

function complete<World>(planner: Planner<World>, frame: Frame, plan: StepPlan): PlannedStep {
  const { proposal, waitsFor } = plan;
  const isIdle = proposal === undefined && waitsFor === undefined && frame.risk !== "read";
  return {
    ...frame,
    readiness: isIdle ? "unchanged" : "ready",
    summary: plan.summary,
    changes: plan.changes,
    findings: plan.findings,
    outputs: plan.outputs,
    ...(waitsFor === undefined ? {} : { waitsFor }),
    ...(proposal === undefined
      ? {}
      : {
          operation: proposal.operation,
          undo: proposal.undo,
          basis: proposal.basis,
          consequence: proposal.consequence,
          ...(proposal.current === undefined ? {} : { current: proposal.current }),
          awsCli: planner.awsLine(proposal.operation),
        }),
  };
}
