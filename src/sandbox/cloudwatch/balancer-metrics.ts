import type { Served } from "../alb/proxy.ts";
import { countStates, type TargetGroup } from "../alb/target-group.ts";
import type { World } from "../world.ts";
import type { Dimension, MetricName } from "./store.ts";

const NAMESPACE = "AWS/ApplicationELB";

/** The part of an ELB ARN that its metrics carry: `app/NAME/ID`, `targetgroup/NAME/ID`. [D] */
const suffix = (arn: string): string => arn.replace(/^.*:(loadbalancer\/)?/, "");

const balancerOf = (group: TargetGroup): Dimension => ({ Name: "LoadBalancer", Value: suffix(group.loadBalancerArn) });
const groupOf = (group: TargetGroup): Dimension => ({ Name: "TargetGroup", Value: suffix(group.arn) });

export const balancerMetric = (group: TargetGroup, name: string): MetricName => ({
  namespace: NAMESPACE,
  name,
  dimensions: [groupOf(group), balancerOf(group)],
});

const ofBalancer = (group: TargetGroup, name: string): MetricName => ({
  namespace: NAMESPACE,
  name,
  dimensions: [balancerOf(group)],
});

/** Counts one request that came through the balancer. */
export function noteServed(world: World, group: TargetGroup, served: Served): void {
  const at = world.clock.now();
  const add = (name: string, value = 1): void => {
    world.metrics.add(balancerMetric(group, name), at, value);
    world.metrics.add(ofBalancer(group, name), at, value);
  };
  if (served.targetStatus === undefined) {
    world.metrics.add(ofBalancer(group, "HTTPCode_ELB_5XX_Count"), at, 1);
    return;
  }
  add("RequestCount");
  add(`HTTPCode_Target_${Math.floor(served.targetStatus / 100)}XX_Count`);
  add("TargetResponseTime", served.ms / 1000);
}

/** Notes how many hosts are healthy and unhealthy from now on. */
export function noteGroupHealth(world: World, group: TargetGroup, at = world.clock.now()): void {
  const { healthy, unhealthy } = countStates(group);
  world.metrics.level(balancerMetric(group, "HealthyHostCount"), at, healthy);
  world.metrics.level(balancerMetric(group, "UnHealthyHostCount"), at, unhealthy);
}
