import { identityText } from "../domain/identity.ts";
import type { PlannedStep } from "../domain/plan.ts";
import type { Reminder } from "../domain/ports.ts";
import type { Step } from "../domain/runbook.ts";
import { MOST_SILENCE, type Silence, silenceOf } from "../domain/silence.ts";
import { NO_RECORD } from "../domain/step-record.ts";
import type { Unfinished } from "../domain/unfinished.ts";
import { tellQuestion } from "./notices.ts";
import { isBoundTo } from "./put-back.ts";
import { identityOf, type Run } from "./run.ts";
import { unfinishedOnRecord } from "./unfinished.ts";
import { usualOf } from "./usual.ts";

/** What makes fewer tasks serve than before the run, by the journal. */
function missingTasks<World>({ engine, runbook, execution }: Run<World>): Unfinished | undefined {
  const left = unfinishedOnRecord(engine.registry, runbook, execution);
  return left.find(({ kind, before, now }) => kind === "fence" || (kind === "size" && Number(now) < Number(before)));
}

/** Then an open question must not cost users for long. */
const isBelowSize = <World>(run: Run<World>): boolean => missingTasks(run) !== undefined;

/** What happens without an answer to this step's question. */
export function silenceFor<World>(
  run: Run<World>,
  step: PlannedStep,
  mode: "prompt" | "typed",
  stale: readonly string[],
): Silence | undefined {
  return silenceOf({
    class: step.class ?? "go",
    isTyped: mode === "typed",
    isClear: stale.length === 0 && step.findings.every(({ level }) => level === "ok"),
    isBelowSize: isBelowSize(run),
    windowLeft: windowLeft(run, step.id),
  });
}

/** A countdown to a restoring step was held: it is done after this time, because to put back is the safe side. */
export const HELD: Silence = { within: MOST_SILENCE, answer: "yes", isUrgent: true };

/** For a question about a failure: its safe answer counts after this time, where users are served by fewer tasks. */
export function mostSilence<World>(run: Run<World>): { readonly within?: number } {
  return isBelowSize(run) ? { within: MOST_SILENCE } : {};
}

/**
 * Calls people to a question; undefined where no channel is set up, and for a question that costs users nothing before
 * this process has changed anything.
 */
export function reminderOf<World>(run: Run<World>, step: string): Reminder | undefined {
  const { call, notices, target, clock } = run.engine;
  const left = missingTasks(run);
  const isTold = left !== undefined || run.told.begun;
  if (notices === undefined ? left === undefined || call === undefined : !isTold) return undefined;
  const costs = left === undefined ? "" : `${target.service} runs ${left.now} of ${left.before} tasks`;
  const since = clock.now();
  let count = 0;
  return () => {
    const key = `${run.execution.id}-${since}-call-${count++}`;
    if (notices === undefined) call?.(callText(run, step, costs), key).catch(() => undefined);
    else tellQuestion(run, step, costs, key);
  };
}

function callText<World>(run: Run<World>, step: string, costs: string): string {
  const { id, statedReason } = run.execution;
  const why = statedReason === undefined ? "" : ` (${statedReason})`;
  const where = `Execution ${id}${why} on ${run.engine.target.name} waits for an answer at step ${step}.`;
  return `${where} ${costs}. ${identityText(identityOf(run))}`;
}

/** Seconds until the steps that put things back would no longer fit into the run's window; undefined without one. */
function windowLeft<World>(run: Run<World>, id: string): number | undefined {
  const { runbook, execution, engine } = run;
  const ends = runbook.steps.flatMap((step) => {
    const name = engine.registry[step.action]?.closes;
    const value = name === undefined ? undefined : execution.steps[step.id]?.outputs[name];
    return typeof value === "string" ? [Date.parse(value)] : [];
  });
  const [end] = ends;
  if (end === undefined || Number.isNaN(end)) return undefined;
  const later = runbook.steps.slice(runbook.steps.findIndex((step) => step.id === id) + 1);
  const back = later.slice(0, later.findLastIndex((step) => putsBack(run, step)) + 1);
  const needed = back.reduce((sum, step) => sum + (usualOf(run, step) ?? 0), 0);
  return (end - engine.clock.now()) / 1000 - needed;
}

/** It sets again what an earlier step of the same action has found. */
function putsBack<World>({ runbook, execution }: Run<World>, step: Step): boolean {
  const earlier = runbook.steps.slice(0, runbook.steps.indexOf(step));
  const isOpen = ({ id }: Step) => (execution.steps[id] ?? NO_RECORD).state !== "pending";
  return earlier.some((one) => one.action === step.action && isOpen(one) && isBoundTo(step, one.id));
}
