import { isReady, type Task } from "../../domain/aws/ecs.ts";
import type { RevisionTasks, StopsOverview, TasksOverview } from "../../domain/status/target-status.ts";
import { count } from "./read-balancer.ts";

/** The service's tasks by revision, and why tasks stopped. */
export function toTasks(running: readonly Task[], stopped: readonly Task[]): TasksOverview {
  const alive = [...running, ...stopped].filter((task) => task.status !== "STOPPED");
  const names = [...new Set(alive.map((task) => task.taskDefinition))];
  return {
    healthy: count(running.filter(isReady).map((task) => task.taskDefinition)),
    revisions: names.map((name) => toRevision(name, alive)),
    stops: stops(stopped),
  };
}

const STARTING: ReadonlySet<string> = new Set(["PROVISIONING", "PENDING", "ACTIVATING"]);

function toRevision(taskDefinition: string, alive: readonly Task[]): RevisionTasks {
  const tasks = alive.filter((task) => task.taskDefinition === taskDefinition);
  const running = tasks.filter((task) => task.status === "RUNNING");
  const starting = tasks.filter((task) => STARTING.has(task.status)).length;
  return {
    taskDefinition,
    starting,
    running: running.length,
    stopping: tasks.length - running.length - starting,
    health: count(running.map((task) => task.health)),
  };
}

function stops(stopped: readonly Task[]): TasksOverview["stops"] {
  const seen = new Map<string, StopsOverview>();
  for (const { stoppedReason: reason = "no reason given", taskDefinition, exitCodes: codes } of stopped) {
    const key = `${taskDefinition} ${reason}`;
    const known = seen.get(key);
    const exitCodes = [...new Set([...(known?.exitCodes ?? []), ...codes])];
    const count = (known?.count ?? 0) + 1;
    seen.set(key, { reason, taskDefinition, count, ...(exitCodes.length > 0 && { exitCodes }) });
  }
  return [...seen.values()].sort((a, b) => b.count - a.count);
}
