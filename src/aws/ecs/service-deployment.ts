import type * as Sdk from "@aws-sdk/client-ecs";
import type { Breaker, ServiceDeployment } from "../../domain/aws/ecs.ts";
import { needed } from "../client/needed.ts";

/** `nameOf`: the task definition of a service revision, by the revision's ARN. */
export function toServiceDeployment(
  found: Sdk.ServiceDeployment,
  nameOf: (arn: string | undefined) => string,
): ServiceDeployment {
  const { rollback, deploymentCircuitBreaker: breaker, statusReason } = found;
  return {
    arn: needed(found.serviceDeploymentArn, "serviceDeploymentArn"),
    status: needed(found.status, "status of a service deployment"),
    ...(statusReason === undefined ? {} : { statusReason }),
    taskDefinition: nameOf(found.targetServiceRevision?.arn),
    // ECS may leave out an empty list: a first deployment replaces nothing.
    ...(found.sourceServiceRevisions && { sources: found.sourceServiceRevisions.map(({ arn }) => nameOf(arn)) }),
    ...(rollback && {
      rollback: {
        taskDefinition: nameOf(rollback.serviceRevisionArn),
        startedAt: rollback.startedAt?.toISOString() ?? "",
        ...(rollback.reason === undefined ? {} : { reason: rollback.reason }),
      },
    }),
    ...(breaker && {
      breaker: {
        ...(breaker.status !== undefined && { status: breaker.status }),
        ...(breaker.failureCount !== undefined && { failures: breaker.failureCount }),
        ...(breaker.threshold !== undefined && { threshold: breaker.threshold }),
      },
    }),
    alarms: found.alarms?.triggeredAlarmNames ?? [],
  };
}

/**
 * Failed tasks that trip the breaker: half of the desired count, at least 3 and at most 200, unless configured. [D]
 * Undefined where ECS does not say whether it is on: both members are required in its model, and it always answers them.
 */
export function toBreaker(breaker: Sdk.DeploymentCircuitBreaker | undefined, desired: number): Breaker | undefined {
  const { enable, rollback } = breaker ?? {};
  if (enable === undefined || rollback === undefined) return undefined;
  const { type = "BOUNDED_PERCENT", value = 50 } = breaker?.thresholdConfiguration ?? {};
  const share = Math.ceil((value * desired) / 100);
  const bounded = type === "UNBOUNDED_PERCENT" ? share : Math.min(200, Math.max(3, share));
  const threshold = type === "COUNT" ? value : bounded;
  return { enabled: enable, rollback, threshold };
}
