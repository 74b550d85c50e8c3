import { AwsError } from "../wire/aws-error.ts";
import { flag, number, text } from "../wire/input.ts";
import type { Input } from "../wire/payload.ts";
import type { World } from "../world.ts";
import { beginDeployment, primaryOf, unsettle } from "./deployment.ts";
import type { Service } from "./model.ts";
import { wake } from "./wake.ts";
import { wantedDefinition } from "./wanted-definition.ts";

/** Members whose change starts a deployment. [D] */
const DEPLOYING = [
  "networkConfiguration",
  "platformVersion",
  "loadBalancers",
  "serviceRegistries",
  "volumeConfigurations",
  "serviceConnectConfiguration",
] as const;

/** Members that only take effect on what happens later. [D] */
const QUIET = [
  "deploymentConfiguration",
  "enableExecuteCommand",
  "healthCheckGracePeriodSeconds",
  "capacityProviderStrategy",
  "availabilityZoneRebalancing",
  "enableECSManagedTags",
  "propagateTags",
] as const;

/** Applies an UpdateService request: all of it is checked before any of it takes effect. */
export function updateService(world: World, service: Service, input: Input): Service {
  if (service.status !== "ACTIVE") throw new AwsError("ServiceNotActiveException", "Service was not ACTIVE.");
  const definition = text(input, "taskDefinition") === undefined ? undefined : wantedDefinition(world, input);
  const desired = number(input, "desiredCount");
  if (desired !== undefined && (desired < 0 || !Number.isInteger(desired))) {
    throw new AwsError("InvalidParameterException", "desiredCount must not be negative.");
  }
  refuseForeignController(service, input);
  const current = primaryOf(service).revision.taskDefinition;
  const reconfigured = assign(service, input, DEPLOYING);
  assign(service, input, QUIET);
  if (desired !== undefined && desired !== service.desired) scale(world, service, desired);
  const moves = definition !== undefined && definition !== current;
  if (moves || reconfigured || flag(input, "forceNewDeployment") === true) {
    beginDeployment(world, service, definition ?? current);
  }
  return service;
}

/** A service that CodeDeploy drives takes neither a task definition nor a forced deployment. [O: the texts] */
function refuseForeignController(service: Service, input: Input): void {
  const controller = (service.settings.deploymentController as { type?: string } | undefined)?.type;
  if (controller !== "CODE_DEPLOY") return;
  const tail = "on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.";
  if (text(input, "taskDefinition") !== undefined) {
    throw new AwsError("InvalidParameterException", `Unable to update task definition ${tail}`);
  }
  if (flag(input, "forceNewDeployment") === true) {
    throw new AwsError("InvalidParameterException", `Cannot force a new deployment ${tail}`);
  }
}

/** Takes over the members given; tells whether any of them differs from before. */
function assign(service: Service, input: Input, names: readonly string[]): boolean {
  const given = names.filter((name) => input[name] !== undefined && input[name] !== null);
  const changed = given.filter((name) => JSON.stringify(input[name]) !== JSON.stringify(service.settings[name]));
  for (const name of given) service.settings[name] = input[name];
  return changed.length > 0;
}

/** Scaling is no deployment: nothing but the counts and the events tell of it. [D] */
export function scale(world: World, service: Service, desired: number): void {
  service.desired = desired;
  unsettle(service);
  wake(world, service);
}
