import { allServices } from "../ecs/find.ts";
import { imageOf } from "../ecs/image-of.ts";
import type { Service, Task } from "../ecs/model.ts";
import { tasksOf } from "../ecs/task-queries.ts";
import type { World } from "../world.ts";
import { type MetricName, MINUTE } from "./store.ts";

/** What an idle Vulcan uses, in percent of its reservation. */
const IDLE = { cpu: 9, memory: 31 } as const;

/** A task that has just started works harder: it migrates and warms its caches. */
const WARMING = { minutes: 2, cpu: 24 } as const;

/** The last minute worked out for each service. */
const NOTED = new WeakMap<Service, number>();

/** How many minutes back are worked out when somebody asks. */
const BACK = 180;

/**
 * Works out the utilisation of every service for the minutes past that nobody has asked for yet, from the tasks that
 * ran in them. Done when asked, so that a world nobody watches costs nothing.
 */
export function noteUtilisation(world: World): void {
  for (const service of allServices(world)) {
    const last = Math.floor(world.clock.now() / MINUTE) - 1;
    const first = Math.max(last - BACK, (NOTED.get(service) ?? 0) + 1);
    for (let minute = first; minute <= last; minute++) noteMinute(world, service, minute);
    NOTED.set(service, last);
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

/** A build that leaks fills its memory evenly until it is killed. */
function memoryOf(world: World, task: Task, at: number): number {
  const life = imageOf(world, task)?.traits?.outOfMemoryAfter;
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
