import type { Attempt } from "../../domain/action.ts";
import type { ServiceDeployment } from "../../domain/aws/ecs.ts";
import type { Operation } from "../../domain/operation.ts";
import type { Look } from "../../domain/services.ts";
import { within } from "../../domain/time-limit.ts";

/** StopServiceDeployment accepts these and no others (ecs.md §4, step 4). */
const IN_FLIGHT: ReadonlySet<string> = new Set(["PENDING", "IN_PROGRESS"]);

/** What cannot be told by then is not stopped: an update goes there as well. */
const LIMIT_MS = 1500;

/**
 * The deployment in flight, if it began from `wanted` alone: then StopServiceDeployment ROLLBACK goes back there, and
 * brings back network, balancer and platform as well, which UpdateService does not.
 */
export async function inFlightFrom(wanted: string, { world, target }: Look): Promise<ServiceDeployment | undefined> {
  const { ecs } = world.aws;
  const [newest] = await within(LIMIT_MS, ecs.history(target.cluster, target.service)).catch(() => []);
  if (newest === undefined || !IN_FLIGHT.has(newest.status)) return undefined;
  const [detail] = await within(LIMIT_MS, ecs.deployments([newest.arn])).catch(() => []);
  const isFit = detail !== undefined && IN_FLIGHT.has(detail.status) && detail.taskDefinition !== wanted;
  return isFit && detail.sources.length > 0 && detail.sources.every((name) => name === wanted) ? detail : undefined;
}

export function stopRequest(serviceDeploymentArn: string): Operation {
  return { service: "ecs", name: "StopServiceDeployment", input: { serviceDeploymentArn, stopType: "ROLLBACK" } };
}

/** On resume: has ECS begun to take the deployment back that this attempt asked it to stop? */
export async function isStopping({ operation }: Attempt, { world }: Look): Promise<boolean> {
  const arn = operation?.input.serviceDeploymentArn;
  if (operation?.name !== "StopServiceDeployment" || typeof arn !== "string") return false;
  const [detail] = await world.aws.ecs.deployments([arn]);
  return detail?.status.startsWith("ROLLBACK") === true;
}
