import { isDeepStrictEqual } from "node:util";
import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { flag, number, record, text } from "../http/input.ts";
import type { World } from "../world.ts";
import { beginDeployment, configurationOf, markUnstable, primaryOf } from "./deployment.ts";
import { mergeConfiguration } from "./deployment-configuration.ts";
import type { Service } from "./model.ts";
import { scheduleReconcile } from "./schedule-reconcile.ts";
import { checkService, platformOf, refuseOtherBalancer } from "./service-rules.ts";
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

/** Members whose change starts no deployment. They only affect what happens later. [D] */
const NOT_DEPLOYING = [
  "enableExecuteCommand",
  "healthCheckGracePeriodSeconds",
  "capacityProviderStrategy",
  "availabilityZoneRebalancing",
  "enableECSManagedTags",
  "propagateTags",
] as const;

/** Applies an UpdateService request. It checks the whole request before it changes anything. */
export function updateService(world: World, service: Service, input: Input): Service {
  if (service.status !== "ACTIVE") throw new AwsError("ServiceNotActiveException", "Service was not ACTIVE.");
  const definition = text(input, "taskDefinition") === undefined ? undefined : wantedDefinition(world, input);
  checkService(input, service.targetGroup !== undefined);
  const desired = number(input, "desiredCount");
  const deploymentConfiguration = mergeConfiguration(configurationOf(service), input);
  refuseForeignController(service, input);
  refuseOtherBalancer(service.settings, input);
  const current = primaryOf(service).revision.taskDefinition;
  const reconfigured = assign(service, { ...input, platformVersion: platformOf(input) }, DEPLOYING);
  assign(service, input, NOT_DEPLOYING);
  service.settings.deploymentConfiguration = deploymentConfiguration;
  if (desired !== undefined && desired !== service.desired) scale(world, service, desired);
  const moves = definition !== undefined && definition !== current;
  if (moves || reconfigured || flag(input, "forceNewDeployment") === true) {
    beginDeployment(world, service, definition ?? current);
  }
  return service;
}

/** Only AWS can change the deployment controller of a service. */
function refuseOtherController(controller: string | undefined, input: Input): void {
  const requested = text(record(input, "deploymentController") ?? {}, "type");
  if (requested === undefined || requested === (controller ?? "ECS")) return;
  const message = `The sandbox does not simulate a change to the deployment controller ${requested}.`;
  throw new AwsError("NotImplemented", message, 501);
}

/** A service with CodeDeploy accepts neither a task definition nor a forced deployment. [O: the texts] */
function refuseForeignController(service: Service, input: Input): void {
  const controller = (service.settings.deploymentController as { type?: string } | undefined)?.type;
  refuseOtherController(controller, input);
  if (controller !== "CODE_DEPLOY") return;
  const tail = "on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.";
  if (text(input, "taskDefinition") !== undefined) {
    throw new AwsError("InvalidParameterException", `Unable to update task definition ${tail}`);
  }
  if (flag(input, "forceNewDeployment") === true) {
    throw new AwsError("InvalidParameterException", `Cannot force a new deployment ${tail}`);
  }
}

/** Sets the given members. Returns whether any of them changed. */
function assign(service: Service, input: Input, names: readonly string[]): boolean {
  const given = names.filter((name) => input[name] !== undefined && input[name] !== null);
  const changed = given.filter((name) => !isDeepStrictEqual(input[name], service.settings[name]));
  for (const name of given) service.settings[name] = input[name];
  return changed.length > 0;
}

/** Scaling starts no deployment. Only the counts and the events show it. [D] */
export function scale(world: World, service: Service, desired: number): void {
  service.desired = desired;
  markUnstable(service);
  scheduleReconcile(world, service);
}
