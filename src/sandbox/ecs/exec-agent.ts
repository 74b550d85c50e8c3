import type { World } from "../world.ts";
import type { Task } from "./model.ts";

/** The exec agent lives only in tasks that were started with it, from soon after RUNNING until they begin to stop. [D] */
export function hasExecAgent(world: World, task: Task): boolean {
  if (!task.enableExecuteCommand || task.lastStatus !== "RUNNING" || hasReadOnlyRoot(task)) return false;
  return world.clock.now() >= (task.startedAt ?? 0) + world.timings.execAgent;
}

/** It writes into the container before it starts, and cannot where that is read-only. [D] */
function hasReadOnlyRoot({ deployment }: Task): boolean {
  const { containerDefinitions } = deployment.revision.taskDefinition.registered;
  return (containerDefinitions as Record<string, unknown>[] | undefined)?.[0]?.readonlyRootFilesystem === true;
}
