import type { World } from "../world.ts";
import { announce } from "./events.ts";
import type { Task } from "./model.ts";

/** Interval between two attempts to place a task (virtual ms). [I] */
const RETRY_INTERVAL = 60_000;

const NO_ROOM =
  "was unable to place a task. Reason: Capacity is unavailable at this time. " +
  "Please try again later or in a different availability zone.";

/** Calls `next` once the task has capacity. Until then it stays PROVISIONING and an event says why. [I: the text] */
export function whenPlaced(world: World, task: Task, next: () => void): void {
  if (used(world) < world.capacity) {
    task.placed = true;
    next();
    return;
  }
  announce(world, task.service, NO_ROOM);
  world.clock.after(RETRY_INTERVAL, () => {
    if (task.desiredStatus === "RUNNING") whenPlaced(world, task, next);
  });
}

/** Tasks that use capacity: placed and not yet STOPPED. */
const used = (world: World): number =>
  [...world.ecs.clusters.values()]
    .flatMap((cluster) => [...cluster.tasks.values()])
    .filter((task) => task.placed && task.lastStatus !== "STOPPED").length;
