import type { World } from "../world.ts";
import type { Task } from "./model.ts";

/** The exec agent lives only in tasks that were started with it, from soon after RUNNING until they begin to stop. [D] */
export function hasExecAgent(world: World, task: Task): boolean {
  if (!task.enableExecuteCommand || task.lastStatus !== "RUNNING") return false;
  return world.clock.now() >= (task.startedAt ?? 0) + world.timings.execAgent;
}
