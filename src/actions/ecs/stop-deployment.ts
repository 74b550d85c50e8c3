import type { Attempt } from "../../domain/action.ts";
import type { ServiceDeployment } from "../../domain/aws/ecs.ts";
import type { Operation } from "../../domain/operation.ts";
import type { ActionReadContext } from "../../domain/services.ts";
import { withTimeLimit } from "../../domain/time-limit.ts";

/** StopServiceDeployment accepts these and no others (ecs.md §4, step 4). */
const IN_FLIGHT: ReadonlySet<string> = new Set(["PENDING", "IN_PROGRESS"]);

/** If the reads take longer, the deployment is not stopped: an update leads to the same revision. */
const LIMIT_MS = 1500;

/**
 * The deployment in flight, if it began from `wanted` alone. Then StopServiceDeployment ROLLBACK goes back to `wanted`.
 * It also restores network, load balancer and platform, which UpdateService does not.
 */
export async function inFlightFrom(
  wanted: string,
  { services, target }: ActionReadContext,
): Promise<ServiceDeployment | undefined> {
  const { ecs } = services.aws;
  const [newest] = await withTimeLimit(LIMIT_MS, ecs.history(target.cluster, target.service)).catch(() => []);
  if (newest === undefined || !IN_FLIGHT.has(newest.status)) return undefined;
  const [detail] = await withTimeLimit(LIMIT_MS, ecs.deployments([newest.arn])).catch(() => []);
  const isFit = detail !== undefined && IN_FLIGHT.has(detail.status) && detail.taskDefinition !== wanted;
  return isFit && (detail.sources?.length ?? 0) > 0 && detail.sources?.every((name) => name === wanted)
    ? detail
    : undefined;
}

export function stopRequest(serviceDeploymentArn: string): Operation {
  return { service: "ecs", name: "StopServiceDeployment", input: { serviceDeploymentArn, stopType: "ROLLBACK" } };
}

/** On resume: has ECS begun to roll back the deployment that this attempt asked it to stop? */
export async function isStopping({ operation }: Attempt, { services }: ActionReadContext): Promise<boolean> {
  const arn = operation?.input.serviceDeploymentArn;
  if (operation?.name !== "StopServiceDeployment" || typeof arn !== "string") return false;
  const [detail] = await services.aws.ecs.deployments([arn]);
  return detail?.status.startsWith("ROLLBACK") === true;
}
