import type { TargetGroup } from "../alb/target-group.ts";
import { SECURITY_GROUPS } from "../ec2/network.ts";
import { elbArn, newListener } from "../elb/load-balancer.ts";
import type { LoadBalancer } from "../elb/model.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { World } from "../world.ts";

/** The one name that the documented procedures use for cluster, service, family and database. */
export const NAME = "vulcan-prod";

/** The same in every world. */
const LISTENER = "50dc6c495c0c9188";

/** Adds the balancer and its target group, without targets yet. */
export function seedBalancer(world: World, scenario: Scenario, createdAt: number): TargetGroup {
  const { vpcId, subnets } = world.network;
  const id = world.random.hex(16);
  const balancer: LoadBalancer = {
    name: NAME,
    arn: elbArn(world, `loadbalancer/app/${NAME}/${id}`),
    dnsName: `${NAME}-${id.slice(0, 10)}.${world.region}.elb.amazonaws.com`,
    scheme: "internet-facing",
    vpcId,
    subnets: subnets.map((subnet) => subnet.id),
    securityGroups: [SECURITY_GROUPS.default],
    createdAt,
    attributes: new Map(),
    listeners: [],
    tags: [],
  };
  const group: TargetGroup = {
    name: NAME,
    arn: elbArn(world, `targetgroup/${NAME}/${world.random.hex(16)}`),
    port: 8080,
    vpcId,
    loadBalancerArn: balancer.arn,
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
    tags: [],
  };
  balancer.listeners.push(newListener(balancer, LISTENER, 80, group.arn));
  world.loadBalancers.push(balancer);
  world.targetGroups.set(group.arn, group);
  return group;
}
