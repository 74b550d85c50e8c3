import type { World } from "../world.ts";
import type { Task } from "./model.ts";

/** The exec agent runs only in tasks started with it, from soon after RUNNING until they begin to stop. [D] */
export function hasExecAgent(world: World, task: Task): boolean {
  if (!task.enableExecuteCommand || task.lastStatus !== "RUNNING" || hasReadOnlyRoot(task)) return false;
  return world.clock.now() >= (task.startedAt ?? 0) + world.timings.execAgent;
}

/** The agent writes into the container before it starts. It cannot do so if the root filesystem is read-only. [D] */
function hasReadOnlyRoot({ deployment }: Task): boolean {
  const { containerDefinitions } = deployment.revision.taskDefinition.registered;
  return (containerDefinitions as Record<string, unknown>[] | undefined)?.[0]?.readonlyRootFilesystem === true;
}
