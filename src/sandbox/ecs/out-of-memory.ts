import type { World } from "../world.ts";
import { imageOf } from "./image-of.ts";
import type { Task } from "./model.ts";
import type { TaskContainer } from "./task-container.ts";

/** The container's `reason` after the kernel has killed it for its memory. [D] */
export const outOfMemory = (): string => "OutOfMemoryError: Container killed due to memory usage";

/** A leaking build runs until its memory is used up. */
export function watchMemory(world: World, task: Task, container: TaskContainer): void {
  const life = imageOf(world, task, container)?.traits?.outOfMemoryAfter;
  if (life === undefined) return;
  world.clock.at((container.startedAt ?? 0) + life * 1000, () => {
    if (container.stopped || task.desiredStatus === "STOPPED") return;
    container.reason = outOfMemory();
    container.process?.kill();
  });
}
