import type { Clients } from "../aws/client/clients.ts";
import type { EcsReads } from "../domain/aws/reads.ts";
import type { Dial } from "../domain/database/database.ts";
import { guardError } from "../domain/error.ts";
import type { Clock } from "../domain/ports.ts";
import type { Target } from "../domain/target.ts";

interface TunnelSources {
  readonly target: Target;
  readonly ecs: Pick<EcsReads, "tasks">;
  /** Clients that never repeat a request. */
  readonly writing: Clients;
  readonly clock: Clock;
  /** Rejects if the account is not the pinned one. */
  caller(): Promise<unknown>;
}

/** Connects to the database through a running task. Chooses the task anew each time, because tasks come and go. */
export function dialThroughTask({ target, ecs, writing, clock, caller }: TunnelSources): Dial {
  return async (host, port) => {
    const [{ openTunnel }, { chooseTunnelTask: chooseTask }] = await Promise.all([
      import("../aws/port-forwarding/open-tunnel.ts"),
      import("../domain/aws/exec-target.ts"),
      caller(),
    ]);
    const tasks = await ecs.tasks(target.cluster, target.service, "RUNNING");
    return openTunnel(writing, chooseTask(tasks, target), { host, port }, () => Math.floor(clock.now()));
  };
}

/** A dry run starts nothing, not even a session. */
export const noTunnelInDryRun: Dial = () =>
  Promise.reject(
    guardError(
      "tunnel-dry-run",
      "a dry run or --follow opens no session in a task, through which the way to the database leads",
      ["the same command from where the database can be reached, with --database-via direct"],
    ),
  );
