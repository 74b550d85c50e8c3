import { setTimeout as delay } from "node:timers/promises";
import type { FleetPlan } from "../../domain/fleet/fleet-plan.ts";
import type { OpenHome } from "./fleet-home.ts";
import { startOf } from "./fleet-request.ts";
import { notStarted, readFleet } from "./fleet-set.ts";
import { readStatus } from "./read-status.ts";
import { newestExecution } from "./start-again.ts";

/** The run's plan, if it was started. Exit 6 otherwise. */
export async function openForStop(run: string, { store }: OpenHome): Promise<FleetPlan> {
  const plan = await readFleet(store, run);
  if ((await startOf(store, run)) !== undefined) return plan;
  throw notStarted(run);
}

/** A brake does not wait longer (real ms) to learn who sets it. */
const CALLER_MS = 1000;

/** The targets whose executions run, by the table. Undefined where it does not tell: stopping does not wait for that. */
export async function runningTargets(run: string, { store, clock }: OpenHome): Promise<readonly string[] | undefined> {
  const status = await readStatus(store, run, clock.now()).catch(() => undefined);
  const targets = status?.waves.flatMap((wave) => wave.targets);
  return targets?.filter(({ state }) => state === "running").map(({ target }) => target);
}

/**
 * Sets the brake of each wave: nothing more starts, and what runs comes to its own end. `isNow`: the machine and its
 * workers are stopped, too, and only then that is on record. `over`: the machine was not running.
 */
export async function stopFleet(
  { run, waves }: FleetPlan,
  isNow: boolean,
  { store, engine, clock }: OpenHome,
): Promise<"braked" | "stopped" | "over"> {
  const at = () => new Date(clock.now()).toISOString();
  const by = await Promise.race([engine.caller().catch(() => undefined), delay(CALLER_MS, undefined, { ref: false })]);
  for (const { name } of waves) await store.stop(run, name, { by: by?.arn, at: at() });
  if (!isNow) return "braked";
  const { arn } = await engine.caller();
  const done = await engine.stop(await newestExecution(store, run), `stopped by ${arn}: vulcan-ops fleet stop --now`);
  for (const { name } of waves) await store.halt(run, name, at());
  return done;
}
