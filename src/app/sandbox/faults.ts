import { usageError } from "../../domain/error.ts";
import type { Environment } from "../../domain/ports.ts";
import type { Access } from "../open-target.ts";
import { ask } from "./control-client.ts";
import { runningSandbox } from "./daemon.ts";

type Where = Pick<Access, "stateDir">;

/** As the sandbox's control port reports it. */
export interface ArmedFault {
  readonly operation: string;
  readonly kind: string;
  readonly when: string;
  readonly nth?: number;
  readonly seen: number;
  readonly struck: number;
}

/** Arms one fault in the running sandbox, which reports what is wrong with an invalid one. */
export async function armFault(fault: object, options: Where, environment: Environment): Promise<void> {
  const sandbox = await runningSandbox(options, environment);
  if (sandbox === undefined) throw usageError("sandbox-absent", "no sandbox is running", ["vulcan-ops sandbox start"]);
  await ask(sandbox, "POST faults", fault);
}

/** The state of the armed faults; undefined if no sandbox is running. */
export async function armedFaults(
  options: Where,
  environment: Environment,
): Promise<readonly ArmedFault[] | undefined> {
  const sandbox = await runningSandbox(options, environment);
  return sandbox === undefined ? undefined : ((await ask(sandbox, "GET faults")) as readonly ArmedFault[]);
}
