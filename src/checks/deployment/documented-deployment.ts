import { awsLine } from "../../domain/aws/cli-command.ts";
import type { Service } from "../../domain/aws/ecs.ts";
import type { Target } from "../../domain/target.ts";

/**
 * The line that gives a service the documented deployment settings: 100 % to 200 %, circuit breaker with rollback. It is
 * one structure of ECS, so each finding about a part of it prints the same line: one would undo another. What ECS does
 * not say stays as it is.
 */
export function documentedDeployment(found: Service, { cluster, service, region }: Target): string {
  const { minimumHealthyPercent: least, maximumPercent: most, breaker } = found;
  const deploymentConfiguration = {
    ...(breaker && { deploymentCircuitBreaker: { enable: true, rollback: true } }),
    ...(least !== undefined && { minimumHealthyPercent: Math.max(least, 100) }),
    ...(most !== undefined && { maximumPercent: Math.max(most, 200) }),
  };
  return awsLine(
    { service: "ecs", name: "UpdateService", input: { cluster, service, deploymentConfiguration } },
    region,
  );
}
