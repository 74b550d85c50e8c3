import type * as Sdk from "@aws-sdk/client-ecs";
import type { Breaker, ServiceDeployment } from "../../domain/aws/ecs.ts";

/** `names`: the task definition that each service revision stands for. */
export function toServiceDeployment(
  found: Sdk.ServiceDeployment,
  names: ReadonlyMap<string, string>,
): ServiceDeployment {
  const { rollback, deploymentCircuitBreaker: breaker, statusReason } = found;
  const nameOf = (arn: string | undefined) => names.get(arn ?? "") ?? "";
  return {
    arn: found.serviceDeploymentArn ?? "",
    status: found.status ?? "",
    ...(statusReason === undefined ? {} : { statusReason }),
    taskDefinition: nameOf(found.targetServiceRevision?.arn),
    sources: (found.sourceServiceRevisions ?? []).map(({ arn }) => nameOf(arn)),
    ...(rollback && {
      rollback: {
        taskDefinition: nameOf(rollback.serviceRevisionArn),
        startedAt: rollback.startedAt?.toISOString() ?? "",
        ...(rollback.reason === undefined ? {} : { reason: rollback.reason }),
      },
    }),
    ...(breaker && {
      breaker: {
        status: breaker.status ?? "",
        failures: breaker.failureCount ?? 0,
        threshold: breaker.threshold ?? 0,
      },
    }),
    alarms: found.alarms?.triggeredAlarmNames ?? [],
  };
}

/** Tasks that trip the breaker: half of the desired count, 3 at least and 200 at most, unless configured otherwise. */
export function toBreaker(breaker: Sdk.DeploymentCircuitBreaker | undefined, desired: number): Breaker {
  const { type = "BOUNDED_PERCENT", value = 50 } = breaker?.thresholdConfiguration ?? {};
  const share = Math.ceil((value * desired) / 100);
  const bounded = type === "UNBOUNDED_PERCENT" ? share : Math.min(200, Math.max(3, share));
  const threshold = type === "COUNT" ? value : bounded;
  return { enabled: breaker?.enable === true, goesBack: breaker?.rollback === true, threshold };
}
