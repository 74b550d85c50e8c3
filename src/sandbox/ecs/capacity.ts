import type { World } from "../world.ts";
import { announce } from "./events.ts";
import type { Task } from "./model.ts";

/** How often a task that finds no room is tried again (virtual ms). [I] */
const AGAIN = 60_000;

const NO_ROOM =
  "was unable to place a task. Reason: Capacity is unavailable at this time. " +
  "Please try again later or in a different availability zone.";

/** Goes on once there is room for the task; until then it stays PROVISIONING and the events say why. [I: the text] */
export function whenPlaced(world: World, task: Task, next: () => void): void {
  if (used(world) < world.capacity) {
    task.placed = true;
    next();
    return;
  }
  announce(world, task.service, NO_ROOM);
  world.clock.after(AGAIN, () => {
    if (task.desiredStatus === "RUNNING") whenPlaced(world, task, next);
  });
}

/** Tasks that occupy room: placed and not yet STOPPED. */
const used = (world: World): number =>
  [...world.ecs.clusters.values()]
    .flatMap((cluster) => [...cluster.tasks.values()])
    .filter((task) => task.placed && task.lastStatus !== "STOPPED").length;
