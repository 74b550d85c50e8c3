import type { Plan } from "../../domain/plan.ts";
import type { Environment } from "../../domain/ports.ts";
import type { Document } from "../../domain/runbook.ts";
import { planOf } from "../inspection/target.ts";
import { type Access, openTarget } from "../open-target.ts";
import { savePlan } from "./saved-plan.ts";

/** A plan made by reads only. `save` writes it to a file for `run --plan`. */
export async function planAndSave(
  document: Document,
  inputs: Readonly<Record<string, string>>,
  options: Access,
  environment: Environment,
): Promise<{ readonly plan: Plan; readonly now: number; save(path: string): void }> {
  const open = await openTarget(options, environment, { purpose: "reading" });
  const plan = await planOf(open, document, inputs);
  return { plan, now: open.clock.now(), save: (path) => savePlan(path, plan, document, open.endpoint) };
}
