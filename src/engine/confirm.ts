import { type JsonObject, sameJson } from "../domain/json.ts";
import type { Finding } from "../domain/operation.ts";
import type { ConfirmedBy } from "../domain/plan.ts";
import { blocks, COUNTDOWN_SECONDS, type Phase, type PlannedStep } from "../domain/plan.ts";
import { emit, identityOf, type Run } from "./run.ts";
import { HELD, reminderOf, silenceFor } from "./silence.ts";

export type Confirmation =
  | { readonly kind: "agreed"; readonly step: PlannedStep; readonly how: ConfirmedBy }
  | { readonly kind: "declined"; readonly isSilent: boolean }
  | { readonly kind: "blocked"; readonly finding: Finding }
  /** By the time it was confirmed, there was nothing left to change. */
  | { readonly kind: "settled"; readonly step: PlannedStep; readonly how: ConfirmedBy };

/** After this many changes between question and answer, stop: the plan is not stable, and asking tires the operator. */
const MOST_ASKINGS = 5;

/**
 * Asks, then observes again. Where the Operation or its basis differs from what was shown, the plan is stale: the
 * operator sees the difference and is asked again. An agreed step was confirmed and is true at this moment.
 */
export async function confirmStep<World>(
  run: Run<World>,
  first: PlannedStep,
  phase: Phase,
  replan: () => Promise<PlannedStep>,
): Promise<Confirmation> {
  let shown = first;
  let stale: readonly string[] = [];
  for (let asking = 0; asking < MOST_ASKINGS; asking++) {
    const answer = await ask(run, shown, phase, stale);
    if (!answer.yes) return { kind: "declined", isSilent: answer.how === "silence" };
    const now = await replan();
    const [blocked] = blocks(now);
    if (blocked !== undefined) return { kind: "blocked", finding: blocked };
    if (now.operation === null) return { kind: "settled", step: now, how: answer.how };
    if (isSame(shown, now)) return { kind: "agreed", step: now, how: answer.how };
    stale = differences(shown, now);
    shown = now;
    await emitPlanned(run, now, phase);
    // A flag, or an approval, answered the plan that existed then; it cannot answer a plan that has changed since.
    if (answer.how === "flag" || answer.how === "approval") return { kind: "blocked", finding: staleFinding(stale) };
  }
  return { kind: "blocked", finding: staleFinding(stale) };
}

/** Asks what the plan says. A stale plan always asks. */
async function ask<World>(run: Run<World>, step: PlannedStep, phase: Phase, stale: readonly string[]) {
  if (step.confirm === "none" && stale.length === 0) return { yes: true, how: "none" } as const;
  const { io } = run.engine;
  const mode = step.confirm === "typed" ? "typed" : "prompt";
  const question = {
    kind: "confirm",
    step,
    phase,
    mode,
    stale,
    position: position(run, step.id),
    identity: identityOf(run),
    warnings: warningsFor(run, step, phase),
  } as const;
  if (step.confirm === "countdown") {
    const { go } = await io.ask({ kind: "hold", step, seconds: COUNTDOWN_SECONDS });
    return go
      ? ({ yes: true, how: "none" } as const)
      : io.ask({ ...question, silence: HELD }, reminderOf(run, step.id));
  }
  if (isPassed(run, step, phase, stale)) return { yes: true, how: "none" } as const;
  if (step.class === "go") run.hasAsked = true;
  const silence = silenceFor(run, step, mode, stale);
  return io.ask({ ...question, ...(silence && { silence }) }, reminderOf(run, step.id));
}

/** `--ask gates`: a plain step that nothing speaks against, between the runbook's gates. The first question is one. */
function isPassed<World>(run: Run<World>, step: PlannedStep, phase: Phase, stale: readonly string[]): boolean {
  const { steps } = run.runbook;
  if (run.engine.asksAtGates !== true || run.hasAsked !== true || phase !== "do" || stale.length > 0) return false;
  const isGated = steps.some(({ gate }) => gate === true);
  const isGate = steps.some(({ id, gate }) => id === step.id && gate === true);
  return isGated && !isGate && step.confirm === "prompt" && step.findings.every(({ level }) => level === "ok");
}

/**
 * What the operator has to have read before the answer: the warnings of the steps that were read since the last request,
 * and the step's own. One that says again what an earlier one says is left out.
 */
function warningsFor<World>({ runbook, execution }: Run<World>, step: PlannedStep, phase: Phase): readonly Finding[] {
  const own = step.findings.filter(isWarning);
  if (phase === "undo") return own;
  const ids = [...runbook.steps, ...runbook.finally].map(({ id }) => id);
  const last = Math.max(-1, ...execution.written.map((id) => ids.indexOf(id)));
  const before = ids.slice(last + 1, ids.indexOf(step.id));
  const earlier = before.flatMap((id) => execution.steps[id]?.planned?.findings.filter(isWarning) ?? []);
  return [...earlier, ...own.filter(({ text }) => !earlier.some((one) => text.includes(one.text)))];
}

const isWarning = ({ level }: Finding): boolean => level === "warn";

function position<World>({ runbook }: Run<World>, id: string): [number, number] {
  const all = [...runbook.steps, ...runbook.finally];
  return [all.findIndex((step) => step.id === id) + 1, all.length];
}

/** The same request on the same basis, agreed to by the same text. */
export function isSame(a: PlannedStep, b: PlannedStep): boolean {
  const isSameText = a.consequence === b.consequence;
  return isSameText && sameJson(a.operation as never, b.operation as never) && sameJson(a.basis, b.basis);
}

/** What has changed, in lines: members of the request and of its basis. */
function differences(before: PlannedStep, after: PlannedStep): string[] {
  const was: JsonObject = { ...before.operation?.input, ...before.basis, [TYPED]: before.consequence ?? "" };
  const is: JsonObject = { ...after.operation?.input, ...after.basis, [TYPED]: after.consequence ?? "" };
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return names
    .filter((name) => !sameJson(was[name], is[name]))
    .map((name) => `${name}: was ${text(was[name])}, is now ${text(is[name])}`);
}

const TYPED = "the text to type";

function text(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
}

function staleFinding(stale: readonly string[]): Finding {
  return { level: "block", code: "stale-plan", text: `the target changed after you confirmed: ${stale.join("; ")}` };
}

export async function emitPlanned<World>(run: Run<World>, step: PlannedStep, phase: Phase): Promise<void> {
  const { id, title, action, summary, deed, changes, findings, operation, undo, awsCli } = step;
  await emit(run, {
    type: "step.planned",
    step: id,
    phase,
    title,
    action,
    summary,
    ...(deed && { deed }),
    changes,
    findings,
    operation,
    undo,
    awsCli,
  });
}
