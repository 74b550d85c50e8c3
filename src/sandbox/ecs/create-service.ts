import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { list, number, record, records, required, text } from "../http/input.ts";
import type { World } from "../world.ts";
import { beginDeployment } from "./deployment.ts";
import { findCluster } from "./find.ts";
import type { Service, ServiceGroup, TaskDefinition } from "./model.ts";
import { serviceArn } from "./names.ts";
import { makeService } from "./new-service.ts";
import { newSettings } from "./new-settings.ts";
import { schedulerOf } from "./scheduler.ts";
import { checkService } from "./service-rules.ts";
import { tagsOf } from "./tags.ts";
import { checkNetwork, wantedDefinition } from "./wanted-definition.ts";

const refuse = (message: string): AwsError => new AwsError("InvalidParameterException", message);

/** The request that created each service. The same request with the same token creates no second service. [D] */
const creationRequests = new WeakMap<Service, Input>();

/** Applies a CreateService request. It checks the whole request before it changes anything. */
export function createService(world: World, input: Input): Service {
  const cluster = findCluster(world, input);
  const name = wantedName(input);
  const before = cluster.services.get(name);
  if (before !== undefined && before.status !== "INACTIVE") return repeatedRequest(before, input);
  checkService(input, records(input, "loadBalancers").length > 0);
  refuseUnsimulated(input);
  const definition = fargateDefinition(world, input);
  const seed = {
    name,
    arn: serviceArn(world, cluster, name),
    cluster,
    desired: wantedCount(input),
    createdAt: world.clock.now(),
    settings: newSettings(world, input),
    tags: tagsOf(input),
    ...balancerMembers(world, definition, input),
  };
  const service = makeService(seed, schedulerOf(world));
  cluster.services.set(name, service);
  creationRequests.set(service, input);
  beginDeployment(world, service, definition);
  return service;
}

/** The service that a repeated request created. Any other request for a name in use is refused. [D; texts O] */
function repeatedRequest(service: Service, input: Input): Service {
  if (service.status === "DRAINING") throw refuse("Unable to Start a service that is still Draining.");
  const first = creationRequests.get(service);
  const isSame = text(input, "clientToken") !== undefined && JSON.stringify(first) === JSON.stringify(input);
  if (!isSame) throw refuse("Creation of service was not idempotent.");
  return service;
}

/** Letters, digits, hyphens and underscores, up to 255. [D; text I] */
function wantedName(input: Input): string {
  const name = required(input, "serviceName");
  if (!/^[\w-]{1,255}$/.test(name)) {
    throw refuse("Service name must be 1 to 255 letters, numbers, hyphens and underscores.");
  }
  return name;
}

/** Required for a REPLICA service. [D; texts I] */
function wantedCount(input: Input): number {
  const desired = number(input, "desiredCount");
  if (desired === undefined) throw refuse("desiredCount can not be empty.");
  return desired;
}

/** Without a launch type or strategy, AWS uses EC2. The sandbox has no instances, so it uses Fargate. */
function refuseUnsimulated(input: Input): void {
  if (text(input, "schedulingStrategy") === "DAEMON") {
    throw refuse("The daemon scheduling strategy is not supported for tasks on Fargate.");
  }
  const launchType = text(input, "launchType");
  if (launchType !== undefined && list(input, "capacityProviderStrategy").length > 0) {
    throw refuse("Specifying both a launch type and capacity provider strategy is not supported.");
  }
  const controller = text(record(input, "deploymentController") ?? {}, "type");
  const isUnsimulated =
    (launchType !== undefined && launchType !== "FARGATE") || (controller !== undefined && controller !== "ECS");
  if (!isUnsimulated) return;
  const message = "The sandbox creates services on Fargate, rolled by ECS, and nothing else.";
  throw new AwsError("NotImplemented", message, 501);
}

/** The revision must support Fargate, and the network must fit it. [D; text O] */
function fargateDefinition(world: World, input: Input): TaskDefinition {
  const definition = wantedDefinition(world, input);
  if (!list(definition.registered, "requiresCompatibilities").includes("FARGATE")) {
    throw refuse("Task definition does not support launch_type FARGATE.");
  }
  checkNetwork(definition, input);
  return definition;
}

/** The target group, and the container and port that it sends to. The revision must have both. [D; texts O] */
function balancerMembers(
  world: World,
  definition: TaskDefinition,
  input: Input,
): Pick<Service, "containerName" | "containerPort" | "targetGroup" | "otherGroups"> {
  const [first, ...others] = records(input, "loadBalancers").map((balancer) => toGroup(world, definition, balancer));
  if (first === undefined) return { containerName: "", containerPort: 0, targetGroup: undefined };
  return { ...first, otherGroups: others };
}

function toGroup(world: World, definition: TaskDefinition, balancer: Input): ServiceGroup {
  const arn = required(balancer, "targetGroupArn");
  const targetGroup = world.targetGroups.get(arn);
  if (targetGroup === undefined) throw refuse(`The target group with targetGroupArn ${arn} does not exist.`);
  if (targetGroup.loadBalancerArn === undefined) {
    throw refuse(`The target group with targetGroupArn ${arn} does not have an associated load balancer.`);
  }
  const containerName = required(balancer, "containerName");
  const containerPort = number(balancer, "containerPort") ?? 0;
  const container = records(definition.registered, "containerDefinitions").find(({ name }) => name === containerName);
  if (container === undefined) throw refuse(`The container ${containerName} does not exist in the task definition.`);
  if (!records(container, "portMappings").some((mapping) => mapping.containerPort === containerPort)) {
    throw refuse(`The container ${containerName} did not have a container port ${containerPort} defined.`);
  }
  return { containerName, containerPort, targetGroup };
}
