import type { ContainerShell } from "../../domain/container-shell.ts";
import type { Clock } from "../../domain/ports.ts";
import { callsOf, type ExecClients, type ExecPlace } from "./calls.ts";
import { DEFAULT_LIMITS, type ExecLimits } from "./limits.ts";
import { runInContainer } from "./run.ts";
import { followDetached } from "./start-or-attach.ts";

/**
 * ECS Exec as a shell in one container. `clients` must not repeat requests (`WRITE_ATTEMPTS`): a repeated ExecuteCommand
 * runs a command twice, and only `startOrAttach` guards against that.
 */
export function createContainerShell(
  clients: ExecClients,
  place: ExecPlace,
  clock: Pick<Clock, "now">,
  limits: Partial<ExecLimits> = {},
): ContainerShell {
  const now = (): number => Math.floor(clock.now());
  const deps = { calls: callsOf(clients, place), place, limits: { ...DEFAULT_LIMITS, ...limits }, now };
  return {
    run: (argv, options) => runInContainer(deps, argv, options),
    attach: (nonce, argv, options) => followDetached(deps, "attach", nonce, argv, options),
    startOrAttach: async (nonce, argv, options) => {
      const found = await followDetached(deps, "start", nonce, argv, options);
      if (found.kind === "absent") throw new Error("a command that was to be started is never absent");
      return found;
    },
  };
}
