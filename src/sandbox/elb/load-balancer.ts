import type { TargetGroup } from "../alb/target-group.ts";
import type { World } from "../world.ts";
import type { Listener, LoadBalancer } from "./model.ts";

export const elbArn = ({ region, account }: World, rest: string): string =>
  `arn:aws:elasticloadbalancing:${region}:${account}:${rest}`;

/** A listener on `port`; `id` is its part of the ARN. */
export function newListener(balancer: LoadBalancer, id: string, port: number, targetGroupArn: string): Listener {
  const arn = `${balancer.arn.replace(":loadbalancer/", ":listener/")}/${id}`;
  return { arn, ruleArn: `${arn.replace(":listener/", ":listener-rule/")}/${id}`, port, targetGroupArn, tags: [] };
}

/** Sets for each target group which balancer sends to it: a group without one has no requests and no metrics. */
export function connectGroups(world: World): void {
  for (const group of world.targetGroups.values()) {
    const forwards = ({ targetGroupArn }: Listener): boolean => targetGroupArn === group.arn;
    group.loadBalancerArn = world.loadBalancers.find(({ listeners }) => listeners.some(forwards))?.arn;
  }
}

/** The group that the sandbox's one proxy sends to: that of the first listener of the first balancer that has one. */
export function servedGroup({ loadBalancers, targetGroups }: World): TargetGroup | undefined {
  const [first] = loadBalancers.flatMap(({ listeners }) => listeners);
  return first && targetGroups.get(first.targetGroupArn);
}
