import type { Plan } from "../../domain/plan.ts";
import type { Environment } from "../../domain/ports.ts";
import type { Document } from "../../domain/runbook.ts";
import { planOf } from "../inspection/target.ts";
import { type Access, openTarget } from "../open-target.ts";
import { digestedPlan, savePlan, type Validity } from "./saved-plan.ts";

/** A plan made by reads only. `save` writes it to a file for `run --plan`. */
export async function planAndSave(
  document: Document,
  inputs: Readonly<Record<string, string>>,
  options: Access,
  environment: Environment,
  validity: (now: number) => Validity,
): Promise<{
  readonly plan: Plan;
  readonly now: number;
  readonly digest: string;
  readonly validity: Validity;
  save(path: string): void;
}> {
  const open = await openTarget(options, environment, { purpose: "reading" });
  const plan = await planOf(open, document, inputs);
  const now = open.clock.now();
  const valid = validity(now);
  const whole = digestedPlan(plan, document, open.endpoint, valid);
  return { plan, now, digest: whole.digest, validity: valid, save: (path) => savePlan(path, whole) };
}
