import type { Plan } from "../../domain/plan.ts";
import type { Environment } from "../../domain/ports.ts";
import type { Document } from "../../domain/runbook.ts";
import { planOf } from "../inspection/target.ts";
import { type Access, openTarget } from "../open-target.ts";
import { digestedPlan, savePlan } from "./saved-plan.ts";

/** A plan made by reads only. `save` writes it to a file for `run --plan`. */
export async function planAndSave(
  document: Document,
  inputs: Readonly<Record<string, string>>,
  options: Access,
  environment: Environment,
): Promise<{ readonly plan: Plan; readonly now: number; readonly digest: string; save(path: string): void }> {
  const open = await openTarget(options, environment, { purpose: "reading" });
  const plan = await planOf(open, document, inputs);
  const whole = digestedPlan(plan, document, open.endpoint);
  return { plan, now: open.clock.now(), digest: whole.digest, save: (path) => savePlan(path, whole) };
}
