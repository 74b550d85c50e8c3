import type { ContainerShell, ExecPlace } from "../../domain/container-shell.ts";
import type { Clock } from "../../domain/ports.ts";
import { callsOf, type ExecClients, perhapsStarted } from "./api.ts";
import { followDetached } from "./detached-command.ts";
import { type ExecDeps, runInContainer } from "./run-command.ts";
import { DEFAULT_LIMITS, type ExecLimits } from "./timeouts.ts";
import { type ExecVia, OWN_CLIENT } from "./transport.ts";

/**
 * ECS Exec as a shell in one container. `clients` must not repeat requests (`WRITE_ATTEMPTS`): a repeated
 * ExecuteCommand runs a command twice, and only `start` and `startOrAttach` guard against that.
 */
export function createContainerShell(
  clients: ExecClients,
  place: ExecPlace,
  clock: Pick<Clock, "now">,
  limits: Partial<ExecLimits> = {},
  via: ExecVia = OWN_CLIENT,
): ContainerShell {
  const now = (): number => Math.floor(clock.now());
  const calls = callsOf(clients, place);
  const ready = async (): Promise<ExecDeps> => {
    return { calls, place, limits: { ...DEFAULT_LIMITS, ...limits }, now, openLine: await via.ready(place) };
  };
  return {
    run: async (argv, options) => runInContainer(await ready(), argv, options),
    start: async (nonce, argv, options) => {
      const result = await followDetached(await ready(), "launch", nonce, argv, options);
      if (result.kind === "unknown") throw perhapsStarted(result.why, place);
    },
    attach: async (nonce, argv, options) => {
      const result = await followDetached(await ready(), "attach", nonce, argv, options);
      if (result.kind === "launched") throw new Error("a command was started where it was only to be followed");
      return result;
    },
    startOrAttach: async (nonce, argv, options) => {
      const result = await followDetached(await ready(), "start", nonce, argv, options);
      if (result.kind === "absent" || result.kind === "launched")
        throw new Error("a command that was started and followed ended without a result");
      return result;
    },
  };
}
