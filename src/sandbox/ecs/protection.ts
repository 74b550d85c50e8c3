import type { World } from "../world.ts";
import type { Task } from "./model.ts";

/** Whether the scheduler must not stop the task, neither to scale in nor for a deployment. [D] */
export const isProtected = (world: World, task: Task): boolean => (task.protectedUntil ?? 0) > world.clock.now();
