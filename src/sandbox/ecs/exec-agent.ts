import type { World } from "../world.ts";
import type { Task } from "./model.ts";
import { isUp, type TaskContainer } from "./task-container.ts";

/** The exec agent runs in each container of a task started with it, from soon after RUNNING until it begins to stop. [D] */
export function hasExecAgent(world: World, task: Task, container: TaskContainer): boolean {
  if (!task.enableExecuteCommand || task.lastStatus !== "RUNNING" || hasReadOnlyRoot(container)) return false;
  if (task.containers.length > 1 && !isUp(container)) return false;
  return world.clock.now() >= (container.startedAt ?? 0) + world.timings.execAgent;
}

/** The agent writes into the container before it starts. It cannot do so if the root filesystem is read-only. [D] */
const hasReadOnlyRoot = ({ definition }: TaskContainer): boolean =>
  definition.registered.readonlyRootFilesystem === true;
