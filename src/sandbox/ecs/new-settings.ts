import type { Input } from "../http/input.ts";
import { list } from "../http/input.ts";
import type { World } from "../world.ts";
import { mergeConfiguration } from "./deployment-configuration.ts";
import { platformOf } from "./service-rules.ts";

/** Members that are returned as they were set, if they were set. */
const KEPT = [
  "capacityProviderStrategy",
  "networkConfiguration",
  "serviceConnectConfiguration",
  "volumeConfigurations",
  "vpcLatticeConfigurations",
] as const;

const ROLLING = {
  deploymentCircuitBreaker: { enable: false, rollback: false },
  maximumPercent: 200,
  minimumHealthyPercent: 100,
  strategy: "ROLLING",
  bakeTimeInMinutes: 0,
} as const;

/** The members of a new service, with defaults for those that its request leaves out. [D] */
export const newSettings = (world: World, input: Input): Record<string, unknown> => ({
  ...(list(input, "capacityProviderStrategy").length === 0 ? { launchType: "FARGATE" } : {}),
  // The newest version by its number. On AWS, deployments show this, but services show LATEST. [differs]
  platformVersion: platformOf(input) ?? "1.4.0",
  platformFamily: "Linux",
  schedulingStrategy: "REPLICA",
  deploymentController: { type: "ECS" },
  deploymentConfiguration: mergeConfiguration(ROLLING, input),
  healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds ?? 0,
  enableExecuteCommand: input.enableExecuteCommand === true,
  enableECSManagedTags: input.enableECSManagedTags === true,
  propagateTags: input.propagateTags ?? "NONE",
  availabilityZoneRebalancing: input.availabilityZoneRebalancing ?? "ENABLED",
  loadBalancers: list(input, "loadBalancers"),
  serviceRegistries: list(input, "serviceRegistries"),
  placementConstraints: list(input, "placementConstraints"),
  placementStrategy: list(input, "placementStrategy"),
  roleArn: `arn:aws:iam::${world.account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
  createdBy: `arn:aws:iam::${world.account}:role/operator`,
  ...Object.fromEntries(KEPT.filter((name) => input[name] != null).map((name) => [name, input[name]])),
});
