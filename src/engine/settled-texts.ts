import type { Execution } from "../domain/execution.ts";
import type { AnyValues } from "../domain/field.ts";
import type { AskedText, Plan, SettledTexts } from "../domain/plan.ts";
import { confirmOf, type Runbook, type Step } from "../domain/runbook.ts";
import { actionOf, isLeftOut, riskOf, valuesOf } from "./plan.ts";
import type { Planner } from "./run.ts";

/** What the steps of a plan that find all as wanted would have asked for. */
export function textsOfUnchanged<World>(planner: Planner<World>, runbook: Runbook, plan: Plan): SettledTexts {
  const unchanged = [...plan.steps, ...plan.finally].filter(({ readiness }) => readiness === "unchanged");
  return settledTexts(planner, runbook, new Map(unchanged.map(({ id, inputs }) => [id, valuesOf(inputs)])));
}

/** What the steps that an execution has behind it have asked for, and what their requests name. */
export function textsOfDone<World>(
  planner: Planner<World>,
  runbook: Runbook,
  { steps, started }: Execution,
): SettledTexts {
  const behind = Object.entries(steps).filter(([, { state }]) => state !== "pending");
  const asked = behind.filter(
    ([id]) => !runbook.steps.some((step) => step.id === id && isLeftOut(step, started.inputs)),
  );
  const { texts, areAll } = settledTexts(
    planner,
    runbook,
    new Map(asked.map(([id, { confirmed }]) => [id, confirmed?.inputs])),
  );
  const named = asked.flatMap(([, { confirmed }]) => Object.values(confirmed?.operation.input ?? {}));
  return { texts: [...texts, ...named.flatMap(asText)], areAll };
}

/** A plain question may have been answered by its text as well, which no record holds. */
const asText = (value: unknown): readonly AskedText[] =>
  typeof value === "string" || typeof value === "number" ? [{ text: String(value) }] : [];

function settledTexts<World>(
  planner: Planner<World>,
  { steps, finally: restoring }: Runbook,
  settled: ReadonlyMap<string, AnyValues | undefined>,
): SettledTexts {
  const own = [...steps, ...restoring].filter(({ id }) => settled.has(id));
  const texts = own.map((step) => textOf(planner, step, settled.get(step.id)));
  return {
    texts: texts.flatMap((text) => text ?? []),
    areAll: own.every((step, index) => texts[index] !== undefined || !isTyped(planner, step)),
  };
}

const isTyped = <World>(planner: Planner<World>, step: Step): boolean =>
  confirmOf(step.confirm, riskOf(step, actionOf(planner, step))) === "typed";

/** Undefined where its inputs alone do not say it. */
function textOf<World>(planner: Planner<World>, step: Step, inputs: AnyValues | undefined): AskedText | undefined {
  const { consequence } = actionOf(planner, step);
  if (inputs === undefined || consequence === undefined) return undefined;
  const text = consequence.text(inputs as never);
  const name = consequence.name?.(inputs as never);
  return { text, ...(name !== undefined && { name }) };
}
