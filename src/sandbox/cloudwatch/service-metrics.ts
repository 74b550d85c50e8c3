import { tasksOf } from "../ecs/census.ts";
import { allServices } from "../ecs/find.ts";
import type { Service, Task } from "../ecs/model.ts";
import type { World } from "../world.ts";
import { type MetricName, MINUTE } from "./store.ts";

/** What an idle Vulcan uses, in percent of its reservation. */
const IDLE = { cpu: 9, memory: 31 } as const;

/** A task that has just started works harder: it migrates and warms its caches. */
const WARMING = { minutes: 2, cpu: 24 } as const;

/** How many minutes back are worked out when somebody asks. */
const BACK = 180;

/**
 * Works out the utilisation of every service for the minutes past that nobody has asked for yet, from the tasks that
 * ran in them. Done when asked, so that a world nobody watches costs nothing.
 */
export function noteUtilisation(world: World): void {
  for (const service of allServices(world)) {
    const last = Math.floor(world.clock.now() / MINUTE) - 1;
    for (let minute = last - BACK; minute <= last; minute++) noteMinute(world, service, minute);
  }
}

function noteMinute(world: World, service: Service, minute: number): void {
  const at = minute * MINUTE;
  const cpu = metric(service, "CPUUtilization");
  if (world.metrics.minutes(cpu, at, at + MINUTE).length > 0) return;
  for (const task of tasksOf(service).filter((candidate) => ranAt(candidate, at))) {
    const fresh = at - (task.startedAt ?? 0) < WARMING.minutes * MINUTE;
    world.metrics.add(cpu, at, IDLE.cpu + (fresh ? WARMING.cpu : 0));
    world.metrics.add(metric(service, "MemoryUtilization"), at, IDLE.memory);
  }
}

const ranAt = (task: Task, at: number): boolean =>
  task.startedAt !== undefined && task.startedAt <= at && (task.executionStoppedAt ?? Number.POSITIVE_INFINITY) > at;

const metric = (service: Service, name: string): MetricName => ({
  namespace: "AWS/ECS",
  name,
  dimensions: [
    { Name: "ClusterName", Value: service.cluster.name },
    { Name: "ServiceName", Value: service.name },
  ],
});
