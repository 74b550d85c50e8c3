import { commandLine } from "../../domain/command-line.ts";
import { guardError } from "../../domain/error.ts";
import { approvalSeconds, type MachineInput } from "../../domain/fleet/machine-input.ts";
import type { FleetStatus } from "../../domain/fleet/run.ts";
import { executionName, planOfRest } from "../../domain/fleet/run-name.ts";
import { type FleetStore, plansKey, startAgainItem } from "../../domain/fleet/store.ts";
import type { OpenHome } from "./fleet-home.ts";
import { readStatus } from "./read-status.ts";

/** A machine that dies this often has another trouble. */
const MOST_ATTEMPTS = 20;

/**
 * Starts the machine of a run again, whose execution is over although the run is not: it was aborted, or its history was
 * full. It gets the waves without the targets that are done; what a person has approved stays approved. Refuses (exit 11) a
 * run that has come to its end, or that was stopped.
 */
export async function startAgain(
  { store, engine, clock }: OpenHome,
  input: MachineInput,
  { by, at }: { readonly by: string; readonly at: string },
): Promise<void> {
  const { run } = input;
  const status = await readStatus(store, run, clock.now());
  assertNotOver(status);
  const rest = JSON.stringify(restOf(input, status, clock.now()));
  const pk = plansKey(run);
  for (let attempt = 2; attempt <= MOST_ATTEMPTS; attempt++) {
    const sk = startAgainItem(attempt);
    // Kept first: the same command again has the same input, and so starts no second execution.
    const isNew = (await store.put({ pk, sk, by, at, input: rest })) === "written";
    const own = isNew ? rest : String((await store.read(pk, sk))?.input);
    if ((await engine.start(executionName(run, attempt), own)) !== "over") return;
  }
  throw over(status);
}

const ENDED: ReadonlySet<FleetStatus["state"]> = new Set(["done", "failed", "stopped"]);

/** Exit 11 for a run that has come to its end, or that was stopped. */
export function assertNotOver(status: FleetStatus): void {
  if (ENDED.has(status.state)) throw over(status);
}

/** Those that failed run again: they end at once as they ended before, and are counted anew. */
export function restOf(input: MachineInput, status: FleetStatus, now: number): MachineInput {
  const isDone = new Set(
    status.waves.flatMap(({ targets }) => targets.filter(({ state }) => state === "done").map(({ target }) => target)),
  );
  const waves = input.waves.map((wave) => {
    const targets = wave.targets.filter(({ target }) => !isDone.has(target));
    return { ...wave, targets, size: targets.length, approvalSeconds: approvalSeconds(input.until, now) };
  });
  return { ...input, waves: waves.filter(({ size }) => size > 0) };
}

/** The execution that was started last. */
export async function newestExecution(store: FleetStore, run: string): Promise<string> {
  let attempt = 1;
  while ((await store.read(plansKey(run), startAgainItem(attempt + 1))) !== undefined) attempt++;
  return executionName(run, attempt);
}

function over({ run, state }: FleetStatus): Error {
  const why = state === "stopped" ? "was stopped" : "was started before, and its machine has ended";
  return guardError("fleet-over", `run ${run} ${why}: what is left of it needs a plan of its own`, [
    commandLine`vulcan-ops fleet status ${run}`,
    planOfRest(run),
  ]);
}
