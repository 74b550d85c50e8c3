import type { TargetGroup } from "../alb/target-group.ts";
import type { Alarm, AlarmRule } from "../cloudwatch/alarm.ts";
import { verdictOn } from "../cloudwatch/alarm-verdict.ts";
import { balancerMetric, recordGroupHealth } from "../cloudwatch/balancer-metrics.ts";
import { connectionsMetric, freeStorage, freeStorageMetric } from "../cloudwatch/database-metrics.ts";
import { putAlarm } from "../cloudwatch/put-alarm.ts";
import { ranAt } from "../cloudwatch/service-metrics.ts";
import { MINUTE } from "../cloudwatch/store.ts";
import type { Service, Task } from "../ecs/model.ts";
import { tasksOf } from "../ecs/task-queries.ts";
import { SECONDS } from "../scenarios/scenario.ts";
import { newTopic } from "../sns/topic.ts";
import { eventsStatement } from "../sns/topic-policy.ts";
import type { World } from "../world.ts";

/** For past tasks: the time from RUNNING to the balancer's health decision. */
const JUDGED = 35 * SECONDS;

/** Adds the target group's host counts before time zero, computed from when its tasks ran. */
export function seedHostCounts(world: World, service: Service, group: TargetGroup): void {
  const steps = tasksOf(service)
    .flatMap(stepsOf)
    .sort((a, b) => a.at - b.at);
  let healthy = 0;
  let unhealthy = 0;
  for (const step of steps) {
    healthy += step.healthy;
    unhealthy += step.unhealthy;
    world.metrics.level(balancerMetric(group, "HealthyHostCount"), step.at, healthy);
    world.metrics.level(balancerMetric(group, "UnHealthyHostCount"), step.at, unhealthy);
  }
  recordGroupHealth(world, group);
}

function stepsOf(task: Task): { at: number; healthy: number; unhealthy: number }[] {
  const well = task.target?.state === "healthy";
  const change = (sign: number): { healthy: number; unhealthy: number } =>
    well ? { healthy: sign, unhealthy: 0 } : { healthy: 0, unhealthy: sign };
  const begin = { at: (task.startedAt ?? 0) + JUDGED, ...change(1) };
  return task.stoppingAt === undefined ? [begin] : [begin, { at: task.stoppingAt, ...change(-1) }];
}

const TOPIC = "vulcan-prod-alerts";

/** Adds the alarms on balancer metrics that Vulcan's documentation advises, and the topic that they notify. Rules may, too. */
export function seedAlarms(world: World, group: TargetGroup, createdAt: number): void {
  const announced = newTopic(world, TOPIC);
  const { arn: topic } = announced;
  const policy = JSON.parse(announced.policy);
  announced.policy = JSON.stringify({ ...policy, Statement: [...policy.Statement, eventsStatement(topic)] });
  announced.subscriptions.push({ protocol: "email", endpoint: "on-call@vulcan.example", isConfirmed: true });
  world.topics.set(topic, announced);
  const common = { periodSeconds: 60, evaluationPeriods: 2, actions: { ALARM: [topic], OK: [topic] } } as const;
  const healthyHosts: AlarmRule = {
    ...common,
    name: "vulcan-prod-healthy-hosts",
    description: "No healthy host behind the load balancer",
    metric: balancerMetric(group, "HealthyHostCount"),
    statistic: "Minimum",
    threshold: 1,
    comparison: "LessThanThreshold",
  };
  const errors: AlarmRule = {
    ...common,
    name: "vulcan-prod-5xx",
    description: "Vulcan answers with errors",
    metric: balancerMetric(group, "HTTPCode_Target_5XX_Count"),
    statistic: "Sum",
    threshold: 10,
    comparison: "GreaterThanThreshold",
    treatMissing: "notBreaching",
  };
  for (const rule of [healthyHosts, errors]) settle(world, putAlarm(world, rule, createdAt));
}

/** Sets the state that the alarm has had for a long time, without a notification. */
function settle(world: World, alarm: Alarm): void {
  const { state, reason } = verdictOn(world, alarm);
  alarm.state = state;
  alarm.reason = reason;
}

/** How many minutes of the database's metrics exist before time zero. */
const BACK = 180;

/** Adds the metrics before time zero: one session for each task that ran, and the free storage. */
export function seedConnections(world: World, service: Service, instance: string): void {
  const last = Math.floor(world.clock.now() / MINUTE) - 1;
  const tasks = [...service.cluster.tasks.values()];
  const { settings, status } = world.rds.instances.get(instance) ?? {};
  const free = freeStorage(settings?.AllocatedStorage ?? 0, status ?? "");
  for (let minute = last - BACK; minute <= last; minute++) {
    const at = minute * MINUTE;
    const sessions = tasks.filter((task) => ranAt(task, at)).length;
    world.metrics.add(connectionsMetric(instance), at, sessions);
    world.metrics.add(freeStorageMetric(instance), at, free);
  }
}
