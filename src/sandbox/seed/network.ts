import type { TargetGroup } from "../alb/target-group.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { World } from "../world.ts";

/** The one name that the documented procedures use for cluster, service, family and database. */
export const NAME = "vulcan-prod";

const VPC = "vpc-0a1b2c3d4e5f60718";

/** Adds the balancer and its target group, without targets yet. */
export function seedBalancer(world: World, scenario: Scenario, createdAt: number): TargetGroup {
  const arn = (rest: string): string => `arn:aws:elasticloadbalancing:${world.region}:${world.account}:${rest}`;
  const id = world.random.hex(16);
  const balancer = arn(`loadbalancer/app/${NAME}/${id}`);
  world.loadBalancers.push({
    name: NAME,
    arn: balancer,
    dnsName: `${NAME}-${id.slice(0, 10)}.${world.region}.elb.amazonaws.com`,
    vpcId: VPC,
    createdAt,
  });
  const group: TargetGroup = {
    name: NAME,
    arn: arn(`targetgroup/${NAME}/${world.random.hex(16)}`),
    port: 8080,
    vpcId: VPC,
    loadBalancerArn: balancer,
    healthCheck: {
      path: "/health",
      intervalSeconds: 15,
      timeoutSeconds: 5,
      healthyThreshold: 3,
      unhealthyThreshold: 3,
      matcher: "200",
    },
    deregistrationDelaySeconds: scenario.deregistrationDelaySeconds,
    targets: new Map(),
    turn: 0,
  };
  world.targetGroups.set(group.arn, group);
  return group;
}
