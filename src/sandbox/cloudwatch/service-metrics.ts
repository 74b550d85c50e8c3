import { allServices } from "../ecs/find.ts";
import { imageOf } from "../ecs/image-of.ts";
import type { Service, Task } from "../ecs/model.ts";
import { tasksOf } from "../ecs/task-queries.ts";
import type { World } from "../world.ts";
import { type MetricName, MINUTE } from "./store.ts";

/** CPU and memory of an idle Vulcan, in percent of its reservation. */
const IDLE = { cpu: 9, memory: 31 } as const;

/** A new task uses more CPU: it migrates and warms its caches. */
const WARMING = { minutes: 2, cpu: 24 } as const;

/** The last minute calculated for each service. */
const LAST_MINUTE = new WeakMap<Service, number>();

/** One call calculates at most this many past minutes. */
const MAX_MINUTES = 180;

/**
 * Calculates the utilisation of every service for the past minutes that are not calculated yet, from the tasks that ran
 * in them. It runs only when metrics are read or alarms are evaluated.
 */
export function recordUtilisation(world: World): void {
  for (const service of allServices(world)) {
    const last = Math.floor(world.clock.now() / MINUTE) - 1;
    const first = Math.max(last - MAX_MINUTES, (LAST_MINUTE.get(service) ?? 0) + 1);
    for (let minute = first; minute <= last; minute++) noteMinute(world, service, minute);
    LAST_MINUTE.set(service, last);
  }
}

function noteMinute(world: World, service: Service, minute: number): void {
  const at = minute * MINUTE;
  const running = tasksOf(service).filter((candidate) => ranAt(candidate, at));
  for (const task of running) {
    const fresh = at - (task.startedAt ?? 0) < WARMING.minutes * MINUTE;
    const cpu = IDLE.cpu + (fresh ? WARMING.cpu : 0) + world.demand / running.length;
    world.metrics.add(serviceMetric(service, "CPUUtilization"), at, Math.min(100, cpu));
    world.metrics.add(serviceMetric(service, "MemoryUtilization"), at, memoryOf(world, task, at));
  }
}

/** A leaking build fills its memory evenly until it is killed. */
function memoryOf(world: World, task: Task, at: number): number {
  const lives = task.containers.map((container) => imageOf(world, task, container)?.traits?.outOfMemoryAfter);
  const life = lives.find((one) => one !== undefined);
  if (life === undefined) return IDLE.memory;
  const used = (at - (task.startedAt ?? at)) / (life * 1000);
  return IDLE.memory + (100 - IDLE.memory) * Math.min(1, Math.max(0, used));
}

export const ranAt = (task: Task, at: number): boolean =>
  task.startedAt !== undefined && task.startedAt <= at && (task.executionStoppedAt ?? Number.POSITIVE_INFINITY) > at;

export const serviceMetric = (service: Service, name: string): MetricName => ({
  namespace: "AWS/ECS",
  name,
  dimensions: [
    { Name: "ClusterName", Value: service.cluster.name },
    { Name: "ServiceName", Value: service.name },
  ],
});
