import type { World } from "../world.ts";
import { imageOf } from "./image-of.ts";
import type { Task } from "./model.ts";

/** The container's `reason` after the kernel has killed it for its memory. [D] */
export const outOfMemory = (): string => "OutOfMemoryError: Container killed due to memory usage";

/** A leaking build runs until its memory is used up. */
export function watchMemory(world: World, task: Task): void {
  const life = imageOf(world, task)?.traits?.outOfMemoryAfter;
  if (life === undefined) return;
  world.clock.at((task.startedAt ?? 0) + life * 1000, () => {
    if (task.exitCode !== undefined || task.desiredStatus === "STOPPED") return;
    task.containerReason = outOfMemory();
    task.process?.kill();
  });
}
