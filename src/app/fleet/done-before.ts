import { commandLine } from "../../domain/command-line.ts";
import { guardError } from "../../domain/error.ts";
import { counted } from "../../domain/finding.ts";
import type { FleetStatus } from "../../domain/fleet/run.ts";
import type { Environment } from "../../domain/ports.ts";
import type { TargetOptions } from "../../domain/target.ts";
import { openFleetHome } from "./fleet-home.ts";
import { readStatus } from "./read-status.ts";

/**
 * The targets that are done in an earlier run, which the plan of its rest leaves out: a second rollback would go back once
 * more. Exit 11 while the run, or one of its targets, is not at its end.
 */
export async function doneBefore(
  run: string,
  options: TargetOptions,
  environment: Environment,
): Promise<ReadonlySet<string>> {
  const { store, clock } = await openFleetHome(options, { ...environment, onlyReads: true });
  const status = await readStatus(store, run, clock.now());
  assertOver(status);
  const targets = status.waves.flatMap((wave) => wave.targets);
  return new Set(targets.filter(({ state }) => state === "done").map(({ target }) => target));
}

const OVER: ReadonlySet<FleetStatus["state"]> = new Set(["done", "failed", "stopped"]);

function assertOver({ run, state, waves }: FleetStatus): void {
  const look = commandLine`vulcan-ops fleet status ${run}`;
  if (!OVER.has(state))
    throw guardError("fleet-not-over", `run ${run} is not over: it may still start targets`, [
      look,
      commandLine`vulcan-ops fleet stop ${run}`,
    ]);
  const open = waves.flatMap(({ targets }) =>
    targets.filter((one) => one.state === "running" || one.state === "interrupted"),
  );
  const [first] = open;
  if (first === undefined) return;
  const resume = open.find((one) => one.state === "interrupted");
  throw guardError(
    "fleet-in-progress",
    `run ${run} has ${counted(open.length, "target")} that began and did not end: ${first.target} is ${first.state}`,
    [look, ...(resume === undefined ? [] : [commandLine`vulcan-ops resume ${resume.id}`])],
  );
}
