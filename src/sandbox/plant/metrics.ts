import type { TargetGroup } from "../alb/target-group.ts";
import type { Alarm } from "../cloudwatch/alarm.ts";
import { balancerMetric, noteGroupHealth } from "../cloudwatch/balancer-metrics.ts";
import type { Service, Task } from "../ecs/model.ts";
import { SECONDS } from "../scenarios/scenario.ts";
import type { World } from "../world.ts";

/** RUNNING until the balancer has made up its mind, in the past. */
const JUDGED = 35 * SECONDS;

/** What the target group's host counts were before time zero, from when its tasks ran. */
export function plantHostCounts(world: World, service: Service, group: TargetGroup): void {
  const steps = [...service.cluster.tasks.values()].flatMap(stepsOf).sort((a, b) => a.at - b.at);
  let healthy = 0;
  let unhealthy = 0;
  for (const step of steps) {
    healthy += step.healthy;
    unhealthy += step.unhealthy;
    world.metrics.level(balancerMetric(group, "HealthyHostCount"), step.at, healthy);
    world.metrics.level(balancerMetric(group, "UnHealthyHostCount"), step.at, unhealthy);
  }
  noteGroupHealth(world, group);
}

function stepsOf(task: Task): { at: number; healthy: number; unhealthy: number }[] {
  const well = task.target?.state === "healthy";
  const change = (sign: number): { healthy: number; unhealthy: number } =>
    well ? { healthy: sign, unhealthy: 0 } : { healthy: 0, unhealthy: sign };
  const begin = { at: (task.startedAt ?? 0) + JUDGED, ...change(1) };
  return task.stoppingAt === undefined ? [begin] : [begin, { at: task.stoppingAt, ...change(-1) }];
}

/** The alarms that Vulcan's documentation advises, as far as the balancer's metrics go. */
export function plantAlarms(world: World, group: TargetGroup, createdAt: number): void {
  const alarm = (
    name: string,
    rest: Pick<Alarm, "description" | "metric" | "threshold" | "comparison" | "statistic">,
  ): void => {
    const arn = `arn:aws:cloudwatch:${world.region}:${world.account}:alarm:${name}`;
    world.alarms.push({ name, arn, periodSeconds: 60, evaluationPeriods: 2, createdAt, ...rest });
  };
  alarm("vulcan-prod-healthy-hosts", {
    description: "No healthy host behind the load balancer",
    metric: balancerMetric(group, "HealthyHostCount"),
    statistic: "Minimum",
    threshold: 1,
    comparison: "LessThanThreshold",
  });
  alarm("vulcan-prod-5xx", {
    description: "Vulcan answers with errors",
    metric: balancerMetric(group, "HTTPCode_Target_5XX_Count"),
    statistic: "Sum",
    threshold: 10,
    comparison: "GreaterThanThreshold",
  });
}
