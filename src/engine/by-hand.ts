import type { AnyValues } from "../domain/field.ts";
import type { Plan } from "../domain/plan.ts";
import type { Runbook } from "../domain/runbook.ts";
import type { ExecutionOutcome, StepOutcome } from "./outcome.ts";
import { planStep, valuesOf } from "./plan.ts";
import type { Planner, Run } from "./run.ts";
import { undoStepOf } from "./undoing.ts";

/**
 * Refusals that print no line for the AWS CLI, by code, and why. After every other refusal of a rollback, of an undo or
 * of a restoring step, the operator gets the line that does the same by hand.
 */
export const NO_LINE_BY_HAND: Readonly<Record<string, string>> = {
  "account-mismatch": "the credentials belong to another account: the line would change that one",
  "other-world": "this shell points at another endpoint: the line would go there",
  "foreign-instance": "another instance has the name by now",
  "revision-inactive": "ECS starts no task of it, and refuses the line as well",
  "revision-absent": "there is no such revision",
  "service-not-active": "ECS refuses the line as well",
  "controller-foreign": "ECS refuses it of another controller; the finding names what does it there",
  "strategy-foreign": "the finding names the lines for that way of deploying",
  "name-taken": "RDS refuses the line as well",
  "instance-gone": "there is no such instance",
  declined: "the operator said no",
};

/** Undefined where there is none. */
type Line = string | undefined;

/**
 * Every change that the runbook makes helps in an incident. Other runbooks prepare theirs: a single request of them, by
 * hand, would do without what has to come before it.
 */
export function isRescue<World>({ registry }: Pick<Planner<World>, "registry">, { steps }: Runbook): boolean {
  return steps.every(({ action }) => registry[action]?.risk === "read" || registry[action]?.isRescue === true);
}

/** The requests of a plan that helps in an incident, each as a line. Reads, where a step was not planned to its end. */
export async function planByHand<World>(
  planner: Planner<World>,
  runbook: Runbook,
  plan: Plan,
): Promise<readonly string[]> {
  if (!isRescue(planner, runbook)) return [];
  const found = plan.steps.map(async (planned) => {
    const step = runbook.steps.find(({ id }) => id === planned.id);
    if (step === undefined || planned.risk === "read" || planned.readiness === "left-out") return undefined;
    if (planned.awsCli !== null) return planned.awsCli;
    // A check before it is blocked: what it would have added is left out.
    const alone = undoStepOf(step, valuesOf(planned.inputs) as never);
    return planStep(planner, alone, NOTHING_GIVEN(planner)).then(
      ({ awsCli }) => awsCli ?? undefined,
      () => undefined,
    );
  });
  return (await Promise.all(found)).filter((line) => line !== undefined);
}

const NOTHING_GIVEN = <World>({ target }: Planner<World>) => ({ inputs: {} as AnyValues, target, steps: {} });

/** The request of a step as it was planned last: of a restoring step, or of a runbook that helps in an incident. */
export function stepByHand<World>({ engine, runbook, execution }: Run<World>, id: string): Line {
  const isStep = runbook.steps.some((step) => step.id === id);
  if (isStep && !isRescue(engine, runbook)) return undefined;
  return execution.steps[id]?.planned?.awsCli ?? undefined;
}

const REFUSED: ReadonlySet<StepOutcome["kind"]> = new Set(["blocked", "locked", "failed", "open"]);

/** The ending of a step that did not come to a good end, with the lines that do the same by hand. */
export function withByHand(ending: ExecutionOutcome, end: StepOutcome, ...lines: readonly Line[]): ExecutionOutcome {
  if (!REFUSED.has(end.kind) || (ending.reason ?? "") in NO_LINE_BY_HAND) return ending;
  const found = lines.filter((line) => line !== undefined);
  return { ...ending, next: [...new Set([...ending.next, ...found])] };
}
