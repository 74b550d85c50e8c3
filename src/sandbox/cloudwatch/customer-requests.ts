import type { TargetGroup } from "../alb/target-group.ts";
import { allServices } from "../ecs/find.ts";
import { imageOf } from "../ecs/image-of.ts";
import type { Service, Task } from "../ecs/model.ts";
import { tasksOf } from "../ecs/task-queries.ts";
import type { World } from "../world.ts";
import { balancerMetric, balancerOnlyMetric } from "./balancer-metrics.ts";
import { ranAt } from "./service-metrics.ts";
import { MINUTE, type Sample } from "./store.ts";

/** How long an answer takes, in seconds: one request in ten is a slow one. */
const QUICK = 0.04;
const SLOW = 0.084;
const ONE_IN = 10;

/** A task that starts answers nothing before this time (virtual ms). */
const STARTING = 35_000;

/** One call calculates at most this many past minutes. */
const MOST_MINUTES = 180;

/** The last minute calculated for each service. */
const LAST_MINUTE = new WeakMap<Service, number>();

/**
 * The requests of customers in the minutes that are not calculated yet, from the tasks that answered in them. Nothing
 * is sent: it runs only when metrics are read or alarms are evaluated, so that a world that no one looks at costs nothing.
 */
export function recordCustomers(world: World): void {
  if (world.customers === 0) return;
  for (const service of allServices(world)) {
    const group = service.targetGroup;
    if (group?.loadBalancerArn === undefined) continue;
    const last = Math.floor(world.clock.now() / MINUTE) - 1;
    const first = Math.max(last - MOST_MINUTES, (LAST_MINUTE.get(service) ?? 0) + 1);
    for (let minute = first; minute <= last; minute++) noteMinute(world, service, group, minute * MINUTE);
    LAST_MINUTE.set(service, last);
  }
}

function noteMinute(world: World, service: Service, group: TargetGroup, at: number): void {
  const tasks = tasksOf(service);
  const answering = tasks.filter((task) => answersAt(task, at));
  const isBefore = tasks.every(({ startedAt = at }) => startedAt + STARTING > at);
  if (answering.length === 0 && !isBefore) {
    put(world, [balancerOnlyMetric(group, "HTTPCode_ELB_5XX_Count")], at, world.customers);
    return;
  }
  // Before the tasks that the world knows of, those of an earlier release answered, and well.
  const shares = answering.map((task) => failingShare(world, task));
  const share = shares.reduce((sum, one) => sum + one, 0) / Math.max(1, shares.length);
  const failed = Math.round(world.customers * share);
  const both = (name: string) => [balancerMetric(group, name), balancerOnlyMetric(group, name)];
  put(world, both("RequestCount"), at, world.customers);
  put(world, both("HTTPCode_Target_2XX_Count"), at, world.customers - failed);
  put(world, both("HTTPCode_Target_5XX_Count"), at, failed);
  const slow = Math.ceil(world.customers / ONE_IN);
  const samples: Sample[] = [
    [QUICK, world.customers - slow],
    [SLOW, slow],
  ];
  const sum = samples.reduce((total, [value, count]) => total + value * count, 0);
  for (const metric of both("TargetResponseTime"))
    world.metrics.put(metric, at, {
      sum,
      count: world.customers,
      minimum: QUICK,
      maximum: SLOW,
      samples: [...samples],
    });
}

/** A count of zero is no measurement. [D] */
function put(world: World, metrics: readonly ReturnType<typeof balancerMetric>[], at: number, count: number): void {
  if (count === 0) return;
  const statistics = { sum: count, count, minimum: 1, maximum: 1, samples: [[1, count] as const] };
  for (const metric of metrics) world.metrics.put(metric, at, { ...statistics, samples: [[1, count]] });
}

const answersAt = (task: Task, at: number): boolean =>
  task.target?.everHealthy === true &&
  ranAt(task, at) &&
  (task.startedAt ?? at) + STARTING <= at &&
  !isStopping(task, at);

const isStopping = ({ stoppingAt }: Task, at: number): boolean => stoppingAt !== undefined && stoppingAt <= at;

function failingShare(world: World, task: Task): number {
  const behaviours = task.containers.flatMap((container) => imageOf(world, task, container)?.behaviour ?? []);
  const failing = behaviours.find(({ kind }) => kind === "errors-on-requests");
  return failing?.kind === "errors-on-requests" ? failing.share : 0;
}
