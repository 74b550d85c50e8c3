import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { commandLine } from "../../domain/command-line.ts";
import { usageError } from "../../domain/error.ts";
import type { PlanSet } from "../../domain/fleet/fleet-plan.ts";
import { type DigestedPlan, savePlan } from "../execution/saved-plan.ts";
import { writeSealed } from "../execution/sealed-file.ts";
import { sealed } from "./fleet-set.ts";

/** The plan of the fleet among the plans of its targets. No target has this name: it has a dot. */
export const FLEET_PLAN_FILE = "fleet.plan.json";

/** A set of plans in a new folder, 0700: a file a target, as `plan -o` writes it. Exit 6 where it cannot be made. */
export function planFolder(path: string): PlanSet<DigestedPlan> {
  return {
    keep: async (target, plan) => savePlan(join(path, `${target}.json`), plan),
    seal: async (plan) => writeSealed(join(path, FLEET_PLAN_FILE), sealed(plan), unusable),
  };
}

/** Before the first read of AWS. Exit 6 where something is there already: the plans of two runs must not mix. */
export function makePlanFolder(path: string): void {
  if (existsSync(path) && readdirSync(path).length > 0)
    throw usageError(
      "fleet-folder",
      `the folder ${JSON.stringify(path)} is not empty, and plans of two runs must not mix`,
      ["another -o DIR, which is empty or not there yet", commandLine`ls ${path}`],
    );
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unusable(path, `cannot be made (${(error as NodeJS.ErrnoException).code ?? "unknown"})`);
  }
}

const unusable = (path: string, why: string): Error =>
  usageError("fleet-folder", `the folder ${JSON.stringify(path)} ${why}`, ["vulcan-ops fleet plan FILE -o DIR"]);
