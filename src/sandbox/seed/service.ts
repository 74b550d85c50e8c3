import type { TargetGroup } from "../alb/target-group.ts";
import { SECURITY_GROUPS } from "../ec2/network.ts";
import { push } from "../ecr/push.ts";
import { makeCluster } from "../ecs/create-cluster.ts";
import { addDefinition } from "../ecs/definitions.ts";
import type { Service, ServiceGroup, TaskDefinition } from "../ecs/model.ts";
import { serviceArn } from "../ecs/names.ts";
import { makeService } from "../ecs/new-service.ts";
import { schedulerOf } from "../ecs/scheduler.ts";
import { PROXY_PORT } from "../scenarios/companion.ts";
import { definitionInput } from "../scenarios/definition.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { World } from "../world.ts";
import { NAME } from "./network.ts";

/** Registers the scenario's revisions and their images, in the family of that name. */
export function seedDefinitions(world: World, scenario: Scenario, family: string): void {
  const now = world.clock.now();
  for (const { revision, age, image, imageGone, inactive, secrets } of scenario.revisions) {
    if (imageGone !== true) push(world, image, now - age);
    const { readOnlyRoot } = world.vulcan;
    const input = definitionInput(family, world.account, world.region, image, {
      secrets,
      readOnlyRoot,
      company: scenario.company,
    });
    const definition: TaskDefinition = addDefinition(world, input, now - age, revision);
    if (inactive !== true) continue;
    definition.status = "INACTIVE";
    definition.deregisteredAt = now - age / 2;
  }
}

/** The cluster, where it is not there yet, and a service in it, without deployments. */
export function seedService(
  world: World,
  scenario: Scenario,
  groups: readonly [TargetGroup, ...TargetGroup[]],
  { name, createdAt }: { readonly name: string; readonly createdAt: number },
): Service {
  const [first, ...others] = balanced(scenario, groups);
  const cluster =
    world.ecs.clusters.get(NAME) ?? makeCluster(world, NAME, { capacityProviders: ["FARGATE", "FARGATE_SPOT"] });
  const seed = {
    name,
    arn: serviceArn(world, cluster, name),
    cluster,
    desired: scenario.desired,
    createdAt,
    settings: settings(world, scenario, groups),
    tags: [],
    ...(first ?? { containerName: "", containerPort: 0, targetGroup: undefined }),
    otherGroups: others,
  };
  const service = makeService(seed, schedulerOf(world));
  cluster.services.set(name, service);
  return service;
}

const PORT = 8080;

/** Where each target group sends to. */
function balanced({ company }: Scenario, groups: readonly TargetGroup[]): readonly ServiceGroup[] {
  if (company === "log-router") return [];
  const isProxied = company === "front-proxy";
  return groups.map((targetGroup) => ({
    targetGroup,
    containerName: isProxied ? "envoy" : "vulcan",
    containerPort: isProxied ? PROXY_PORT : PORT,
  }));
}

const settings = (world: World, scenario: Scenario, groups: readonly TargetGroup[]): Record<string, unknown> => ({
  launchType: "FARGATE",
  platformVersion: "1.4.0",
  platformFamily: "Linux",
  schedulingStrategy: "REPLICA",
  deploymentController: { type: "ECS" },
  deploymentConfiguration: {
    deploymentCircuitBreaker: { ...scenario.breaker },
    maximumPercent: 200,
    minimumHealthyPercent: 100,
    strategy: "ROLLING",
    bakeTimeInMinutes: 0,
  },
  healthCheckGracePeriodSeconds: scenario.company === "log-router" ? 0 : 90,
  enableExecuteCommand: true,
  enableECSManagedTags: true,
  propagateTags: "NONE",
  availabilityZoneRebalancing: "DISABLED",
  loadBalancers: balanced(scenario, groups).map(({ targetGroup: { arn: targetGroupArn }, ...place }) => ({
    targetGroupArn,
    ...place,
  })),
  serviceRegistries: [],
  placementConstraints: [],
  placementStrategy: [],
  networkConfiguration: {
    awsvpcConfiguration: {
      subnets: world.network.subnets.map(({ id }) => id),
      securityGroups: [SECURITY_GROUPS.service],
      assignPublicIp: "DISABLED",
    },
  },
  createdBy: `arn:aws:iam::${world.account}:role/deploy`,
});
