import type { World } from "../world.ts";
import type { Deployment, Service, Task } from "./model.ts";
import { healthOf, isChecked } from "./task-container.ts";
import { targetsOf } from "./task-targets.ts";

export const tasksOf = (service: Service): Task[] =>
  [...service.cluster.tasks.values()].filter((task) => task.service === service);

export const aliveTasks = (service: Service): Task[] =>
  tasksOf(service).filter((task) => task.desiredStatus === "RUNNING");

export const tasksIn = (service: Service, deployment: Deployment): Task[] =>
  tasksOf(service).filter((task) => task.deployment === deployment);

/**
 * Whether the scheduler counts a task as healthy: RUNNING, its essential containers HEALTHY if they are checked, its target healthy
 * if it has one; with neither, 40 s after it started. [D]
 */
export function isHealthy(world: World, task: Task): boolean {
  if (task.lastStatus !== "RUNNING" || task.desiredStatus !== "RUNNING") return false;
  const checked = isChecked(task);
  if (checked && healthOf(task) !== "HEALTHY") return false;
  if (task.service.targetGroup !== undefined) {
    const targets = targetsOf(task);
    return targets.length > 0 && targets.every(({ target }) => target.state === "healthy");
  }
  return checked || world.clock.now() - (task.startedAt ?? Number.POSITIVE_INFINITY) >= world.timings.settle;
}

export interface TaskCounts {
  readonly running: number;
  readonly pending: number;
}

/** `runningCount` and `pendingCount` as the API counts them: by last status. */
export function countTasks(tasks: readonly Task[]): TaskCounts {
  const pending = new Set<string>(["PROVISIONING", "PENDING", "ACTIVATING"]);
  return {
    running: tasks.filter((task) => task.lastStatus === "RUNNING").length,
    pending: tasks.filter((task) => pending.has(task.lastStatus)).length,
  };
}
