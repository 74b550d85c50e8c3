import { type Given, isSet, textOf } from "../../cli/options.ts";
import { remark, writeData } from "../../cli/output.ts";
import { type Context, look } from "../../cli/process-context.ts";
import { EXIT, type ExitCode } from "../../domain/exit-codes.ts";
import { blocks, hasChanges, type Plan } from "../../domain/plan.ts";
import { planRunbook } from "../../engine/plan.ts";
import { resolveInputs } from "../../runbook/resolve-inputs.ts";
import { jsonText } from "../../ui/json-text.ts";
import { renderPlan } from "../../ui/render/plan.ts";
import { endpointOf } from "../target/endpoint-override.ts";
import { openSite, type Site } from "../target/open.ts";
import { carryOut } from "./execute-plan.ts";
import type { Order } from "./run-request.ts";
import { assertStillSo } from "./saved-plan.ts";

/**
 * Plan, show, and unless it is a dry run: ask, journal, execute. The four runbook commands are thin names over this.
 * The lock comes before the plan: whoever comes second must not plan on top of a change that is under way.
 */
export async function perform(order: Order, given: Given, context: Context): Promise<ExitCode> {
  const isDry = given["dry-run"] !== undefined;
  const site = await openSite(given, context, order.rehearsal?.target, isDry ? "reading" : "any");
  const endpoint = endpointOf(context.env);
  if (endpoint !== undefined) remark(`Requests go to ${endpoint}, not to AWS.`, given, context);
  const inputs = resolveInputs(order.document.runbook, order.inputs, site.clock.now(), order.flagOf);
  const makePlan = async () => {
    const plan = await planRunbook(site.planner, order.document, inputs, site.caller());
    return order.saved === undefined ? plan : assertStillSo(order.saved, plan);
  };
  if (isDry) return showDry(await makePlan(), given, context, site);
  return carryOut(order, makePlan, given, context, site);
}

/** Shows a plan that goes no further: exit 11 where it is blocked, 2 where it would change something and that is asked. */
export function showDry(plan: Plan, given: Given, context: Context, site: Site): ExitCode {
  const text = textOf(given, "output") ?? "text";
  if (text === "text") context.stdout.write(`${renderPlan(plan, look(context), site.clock.now())}\n`);
  else if (text === "ndjson") context.stdout.write(`${jsonText(plan)}\n`);
  else writeData(context, plan);
  if (plan.steps.some((step) => blocks(step).length > 0)) return EXIT.guarded;
  return isSet(given, "detailed-exitcode") && hasChanges(plan) ? EXIT.changes : EXIT.done;
}
