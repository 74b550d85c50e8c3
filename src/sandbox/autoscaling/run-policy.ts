import type { Alarm } from "../cloudwatch/alarm.ts";
import { serviceMetric } from "../cloudwatch/service-metrics.ts";
import { primaryOf } from "../ecs/deployment.ts";
import type { Service } from "../ecs/model.ts";
import type { World } from "../world.ts";
import { serviceOf, setCapacity } from "./capacity.ts";
import type { ScalableTarget, ScalingPolicy } from "./model.ts";

/** The policy uses the metric's average over this time (ms). */
const LOOK_BACK = 3 * 60_000;

/** Runs the policy for its alarm. Returns whether the desired count changed. */
export function runPolicy(world: World, arn: string, alarm: Alarm): boolean {
  const policy = world.scaling.policies.get(arn);
  const target = policy === undefined ? undefined : world.scaling.targets.get(policy.resourceId);
  const service = policy === undefined ? undefined : serviceOf(world, policy.resourceId);
  if (policy === undefined || target === undefined || service === undefined) return false;
  const out = alarm.rule.name === policy.alarms.high;
  if (!mayMove(world, policy, target, service, out)) return false;
  const wanted = wantedCount(world, policy, alarm, service);
  const bounded = Math.min(target.most, Math.max(target.least, wanted));
  if (out ? bounded <= service.desired : bounded >= service.desired) return false;
  policy.lastMove = world.clock.now();
  setCapacity(
    world,
    service,
    bounded,
    `monitor alarm ${alarm.rule.name} in state ALARM triggered policy ${policy.name}`,
  );
  return true;
}

/** A suspension or a cooldown blocks scaling. A deployment blocks scale-in, but not scale-out. [D] */
function mayMove(world: World, policy: ScalingPolicy, target: ScalableTarget, service: Service, out: boolean): boolean {
  if (out ? target.suspended.out : target.suspended.in || policy.disableScaleIn) return false;
  if (!out && (service.deployments.length > 1 || primaryOf(service).rolloutState === "IN_PROGRESS")) return false;
  const cooled = (policy.lastMove ?? Number.NEGATIVE_INFINITY) + policy.cooldown[out ? "out" : "in"];
  return world.clock.now() >= cooled;
}

/** Proportional: a metric at twice the target value needs twice the tasks. [D: target tracking] */
function wantedCount(world: World, policy: ScalingPolicy, alarm: Alarm, service: Service): number {
  const now = world.clock.now();
  const { metric } = alarm.rule;
  const minutes = world.metrics.minutes(metric, now - LOOK_BACK, now);
  const sum = minutes.reduce((total, { statistics }) => total + statistics.sum, 0);
  const count = minutes.reduce((total, { statistics }) => total + statistics.count, 0);
  return count === 0 ? service.desired : Math.ceil((service.desired * (sum / count)) / policy.value);
}

/** The metrics that a target-tracking policy can use. Metrics that need a balancer's label are not simulated. */
export const PREDEFINED: Readonly<Record<string, (service: Service) => Alarm["rule"]["metric"]>> = {
  ECSServiceAverageCPUUtilization: (service) => serviceMetric(service, "CPUUtilization"),
  ECSServiceAverageMemoryUtilization: (service) => serviceMetric(service, "MemoryUtilization"),
};
