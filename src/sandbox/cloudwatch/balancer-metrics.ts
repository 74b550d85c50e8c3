import type { ProxyResult } from "../alb/proxy.ts";
import { countStates, type TargetGroup } from "../alb/target-group.ts";
import type { World } from "../world.ts";
import type { Dimension, MetricName } from "./store.ts";

const NAMESPACE = "AWS/ApplicationELB";

/** The part of an ELB ARN that its metrics use: `app/NAME/ID`, `targetgroup/NAME/ID`. [D] */
const suffix = (arn: string): string => arn.replace(/^.*:(loadbalancer\/)?/, "");

const balancerDimension = (group: TargetGroup): Dimension => ({
  Name: "LoadBalancer",
  Value: suffix(group.loadBalancerArn ?? ""),
});
const groupDimension = (group: TargetGroup): Dimension => ({ Name: "TargetGroup", Value: suffix(group.arn) });

export const balancerMetric = (group: TargetGroup, name: string): MetricName => ({
  namespace: NAMESPACE,
  name,
  dimensions: [groupDimension(group), balancerDimension(group)],
});

export const balancerOnlyMetric = (group: TargetGroup, name: string): MetricName => ({
  namespace: NAMESPACE,
  name,
  dimensions: [balancerDimension(group)],
});

/** Counts one request through the balancer. */
export function recordServed(world: World, group: TargetGroup, served: ProxyResult): void {
  const at = world.clock.now();
  const add = (name: string, value = 1): void => {
    world.metrics.add(balancerMetric(group, name), at, value);
    world.metrics.add(balancerOnlyMetric(group, name), at, value);
  };
  if (served.targetStatus === undefined) {
    world.metrics.add(balancerOnlyMetric(group, "HTTPCode_ELB_5XX_Count"), at, 1);
    return;
  }
  add("RequestCount");
  add(`HTTPCode_Target_${Math.floor(served.targetStatus / 100)}XX_Count`);
  add("TargetResponseTime", served.ms / 1000);
}

/** Records how many hosts are healthy and unhealthy from now on. */
export function recordGroupHealth(world: World, group: TargetGroup, at = world.clock.now()): void {
  // Without a balancer, a group has no metrics.
  if (group.loadBalancerArn === undefined) return;
  const { healthy, unhealthy } = countStates(group);
  world.metrics.level(balancerMetric(group, "HealthyHostCount"), at, healthy);
  world.metrics.level(balancerMetric(group, "UnHealthyHostCount"), at, unhealthy);
}
