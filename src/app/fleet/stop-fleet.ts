import { commandLine } from "../../domain/command-line.ts";
import { usageError } from "../../domain/error.ts";
import type { FleetPlan } from "../../domain/fleet/fleet-plan.ts";
import type { OpenHome } from "./fleet-home.ts";
import { startOf } from "./fleet-request.ts";
import { readFleet } from "./fleet-set.ts";
import { newestExecution } from "./start-again.ts";

/** The run's plan, if it was started. Exit 6 otherwise. */
export async function openForStop(run: string, { store }: OpenHome): Promise<FleetPlan> {
  const plan = await readFleet(store, run);
  if ((await startOf(store, run)) !== undefined) return plan;
  throw usageError("fleet-not-started", `run ${run} was not started`, [commandLine`vulcan-ops fleet start ${run}`]);
}

/**
 * Sets the brake of each wave: nothing more starts, and what runs comes to its own end. `isNow`: the machine and its
 * workers are stopped, too. `over`: the machine was not running.
 */
export async function stopFleet(
  { run, waves }: FleetPlan,
  isNow: boolean,
  { store, engine }: OpenHome,
): Promise<"braked" | "stopped" | "over"> {
  for (const { name } of waves) await store.stop(run, name);
  if (!isNow) return "braked";
  const { arn } = await engine.caller();
  return engine.stop(await newestExecution(store, run), `stopped by ${arn}: vulcan-ops fleet stop --now`);
}
