import type { Plan } from "../domain/plan.ts";
import { renderPlan } from "../ui/render/plan.ts";
import { type PlanView, renderPlanSummary } from "../ui/render/plan-summary.ts";
import type { DisplayOptions } from "../ui/text/style.ts";

/** The plan as a screen: what matters first; with `--verbose` every step in full. `now` is epoch ms. */
export const planText = (plan: Plan, display: DisplayOptions, now: number, view: PlanView = {}): string =>
  display.verbose === true ? renderPlan(plan, display, now) : renderPlanSummary(plan, display, view);
