import type { TargetGroup } from "../alb/target-group.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { World } from "../world.ts";

/** The one name that the documented procedures use for cluster, service, family and database. */
export const NAME = "vulcan-prod";

const VPC = "vpc-0a1b2c3d4e5f60718";

/** Adds the balancers, each with its target group, without targets yet. The first one is the public one. */
export function seedBalancers(
  world: World,
  scenario: Scenario,
  createdAt: number,
): readonly [TargetGroup, ...TargetGroup[]] {
  const first = seedBalancer(world, scenario, createdAt, NAME);
  if (scenario.network?.secondGroup !== true) return [first];
  return [first, seedBalancer(world, scenario, createdAt, `${NAME}-internal`)];
}

function seedBalancer(world: World, scenario: Scenario, createdAt: number, name: string): TargetGroup {
  const arn = (rest: string): string => `arn:aws:elasticloadbalancing:${world.region}:${world.account}:${rest}`;
  const id = world.random.hex(16);
  const balancer = arn(`loadbalancer/app/${name}/${id}`);
  world.loadBalancers.push({
    name,
    arn: balancer,
    dnsName: `${name}-${id.slice(0, 10)}.${world.region}.elb.amazonaws.com`,
    vpcId: VPC,
    createdAt,
    dualStack: world.ipv6,
    internal: name !== NAME,
  });
  const group: TargetGroup = {
    name,
    arn: arn(`targetgroup/${name}/${world.random.hex(16)}`),
    port: 8080,
    vpcId: VPC,
    loadBalancerArn: balancer,
    ipv6: world.ipv6,
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
