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

/** Adds the balancers, each with its target group, without targets yet. The first one is the public one. */
export function seedBalancers(
  world: World,
  scenario: Scenario,
  createdAt: number,
): readonly [TargetGroup, ...TargetGroup[]] {
  const first = seedBalancer(world, scenario, createdAt, { name: NAME, scheme: "internet-facing", listener: LISTENER });
  if (scenario.network?.secondGroup !== true) return [first];
  const second = { name: `${NAME}-internal`, scheme: "internal", listener: world.random.hex(16) };
  return [first, seedBalancer(world, scenario, createdAt, second)];
}

interface Wanted {
  readonly name: string;
  readonly scheme: string;
  /** The id of its one listener. */
  readonly listener: string;
}

function seedBalancer(
  world: World,
  scenario: Scenario,
  createdAt: number,
  { name, scheme, listener }: Wanted,
): TargetGroup {
  const { vpcId, subnets } = world.network;
  const id = world.random.hex(16);
  const balancer: LoadBalancer = {
    name,
    arn: elbArn(world, `loadbalancer/app/${name}/${id}`),
    dnsName: `${name}-${id.slice(0, 10)}.${world.region}.elb.amazonaws.com`,
    scheme,
    dualStack: world.ipv6,
    vpcId,
    subnets: subnets.map((subnet) => subnet.id),
    securityGroups: [SECURITY_GROUPS.default],
    createdAt,
    attributes: new Map(),
    listeners: [],
    tags: [],
  };
  world.loadBalancers.push(balancer);
  return seedGroup(world, scenario, balancer, { name, listener, port: 80 });
}

/** Adds a target group that a listener of the balancer sends to, at a port of its own. */
export function seedGroup(
  world: World,
  scenario: Scenario,
  balancer: LoadBalancer,
  { name, listener, port }: Pick<Wanted, "name" | "listener"> & { readonly port: number },
): TargetGroup {
  const group: TargetGroup = {
    name,
    arn: elbArn(world, `targetgroup/${name}/${world.random.hex(16)}`),
    port: 8080,
    vpcId: balancer.vpcId,
    loadBalancerArn: balancer.arn,
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
    tags: [],
  };
  balancer.listeners.push(newListener(balancer, listener, port, group.arn));
  world.targetGroups.set(group.arn, group);
  return group;
}
