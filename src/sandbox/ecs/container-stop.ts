import type { World } from "../world.ts";
import type { Task } from "./model.ts";
import { isNeeded } from "./start-order.ts";
import { isUp, type TaskContainer } from "./task-container.ts";

/** Minimum time for requests in flight after SIGTERM (real ms), however fast the clock runs. */
const LEAST_GRACE = 250;

/**
 * Ends the containers that still run, those first that others do not depend on. [D] Calls `done` after the last one, with
 * whether SIGKILL alone has ended them.
 */
export function stopContainers(world: World, task: Task, done: (wasKilled: boolean) => void): void {
  const asked = new Set<TaskContainer>();
  let wasKilled = task.containers.some(isUp);
  let isDone = false;
  const next = (): void => {
    if (world.ended || isDone) return;
    const left = task.containers.filter(isUp);
    if (left.length === 0) {
      isDone = true;
      done(wasKilled);
    }
    for (const container of left.filter((one) => !asked.has(one) && !isNeeded(task, one))) {
      asked.add(container);
      if (container.process?.isDeaf !== true) wasKilled = false;
      stopContainer(world, container, next);
    }
  };
  next();
}

function stopContainer(world: World, container: TaskContainer, ended: () => void): void {
  const { process, definition } = container;
  const end = (code: number): void => {
    container.exitCode ??= code;
    container.stopped = true;
    ended();
  };
  const timeout = definition.stopTimeoutSeconds * 1000;
  if (process?.isDeaf !== true) {
    const grace = Math.max(LEAST_GRACE, timeout / world.clock.speed);
    void (process?.terminate(grace) ?? Promise.resolve(0)).then(end);
    return;
  }
  // It ignores SIGTERM, so SIGKILL ends it.
  world.clock.after(timeout, () => {
    process.kill();
    end(137);
  });
}
