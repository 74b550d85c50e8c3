import { describeElsewhere } from "../../domain/aws/endpoints.ts";
import type { Plan } from "../../domain/plan.ts";
import type { Environment, OpenIo } from "../../domain/ports.ts";
import { planRunbook } from "../../engine/plan.ts";
import { resolveInputs } from "../../runbook/resolve-inputs.ts";
import type { Access } from "../open-target.ts";
import { withCalendarFindings } from "./change-calendar.ts";
import { withLifeFindings } from "./credentials-life.ts";
import { executePlan, type MakePlan } from "./execute-plan.ts";
import { assertExpectedOfNothing, assertExpectedOfPlan } from "./expected-value.ts";
import type { RunRequest } from "./run-request.ts";
import { assertPlanStillFits, assertValidNow } from "./saved-plan.ts";
import { type ExecutionResult, type SessionOptions, withSession } from "./session.ts";

/**
 * Plan, show, ask, journal, execute. The runbook commands all use this. The lock comes before the plan: a second
 * operator must not plan while a change is in progress.
 */
export async function runRunbook(
  request: RunRequest,
  options: SessionOptions,
  environment: Environment,
  openIo: OpenIo,
): Promise<ExecutionResult> {
  return withSession(options, environment, openIo, { pinned: request.pinned }, (session) =>
    executePlan(request, planMaker(request, session.target.clock.now(), session.emergency), session),
  );
}

/** A plan that is only shown. */
export interface ShownPlan {
  readonly plan: Plan;
  /** Epoch ms. */
  readonly now: number;
  /** The run would be refused: `--expect-current` names another value. */
  readonly failure: Error | undefined;
}

/** Only the plan, as it is now. The program sends nothing but reads. */
export async function planRequest(
  request: RunRequest,
  options: Access & Pick<SessionOptions, "expectCurrent">,
  environment: Environment,
  openIo: OpenIo,
): Promise<ShownPlan> {
  return withSession(options, environment, openIo, { pinned: request.pinned, purpose: "reading" }, async (session) => {
    const { target, expectCurrent, emergency } = session;
    const { clock, planner } = target;
    const plan = await planMaker(
      request,
      clock.now(),
      emergency,
    )(target).catch(async (failure: unknown) => {
      await assertExpectedOfNothing(planner, failure, expectCurrent);
      throw failure;
    });
    const failure = await assertExpectedOfPlan(planner, plan.steps, expectCurrent).catch((error: Error) => error);
    return { plan, now: clock.now(), failure: failure ?? undefined };
  });
}

/** Refuses invalid inputs at once. Each call then makes a new plan of the target as it is at that time. */
function planMaker(request: RunRequest, now: number, emergency?: string): MakePlan {
  const { document, saved } = request;
  if (saved !== undefined) assertValidNow(saved, now);
  const inputs = resolveInputs(document.runbook, request.inputs, now, request.exampleOf);
  return async (open) => {
    const { planner, caller, credentials, endpoints } = open;
    const planned = await planRunbook(planner, document, inputs, caller());
    const elsewhere = describeElsewhere(endpoints);
    const plan = { ...planned, ...(elsewhere !== undefined && { elsewhere }) };
    const fitting = saved === undefined ? plan : assertPlanStillFits(saved.plan, plan);
    return withLifeFindings(await withCalendarFindings(fitting, open, emergency), await credentials.life());
  };
}
