import { describeElsewhere } from "../../domain/aws/endpoints.ts";
import type { Plan } from "../../domain/plan.ts";
import type { Environment, OpenIo } from "../../domain/ports.ts";
import { planRunbook } from "../../engine/plan.ts";
import { resolveInputs } from "../../runbook/resolve-inputs.ts";
import type { Access } from "../open-target.ts";
import { withCalendarFindings } from "./change-calendar.ts";
import { withLifeFindings } from "./credentials-life.ts";
import { executePlan, type MakePlan } from "./execute-plan.ts";
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

/** Only the plan, as it is now. The program sends nothing but reads. */
export async function planRequest(
  request: RunRequest,
  options: Access,
  environment: Environment,
  openIo: OpenIo,
): Promise<{ readonly plan: Plan; readonly now: number }> {
  return withSession(options, environment, openIo, { pinned: request.pinned, purpose: "reading" }, async (session) => {
    const now = session.target.clock.now();
    const plan = await planMaker(request, now, session.emergency)(session.target);
    return { plan, now: session.target.clock.now() };
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
