import type { ServiceDeployment } from "../aws/ecs.ts";
import type { AttemptOverview } from "./target-status.ts";

/** To what a deployment was rolled back, and what made ECS do so; undefined where ECS says neither. */
export function rolledBackBy({ rollback, alarms, statusReason = "" }: ServiceDeployment): AttemptOverview["back"] {
  if (rollback === undefined || rollback.taskDefinition === "") return undefined;
  const isAsked = /deployment stopped|StopServiceDeployment/i.test(`${rollback.reason ?? ""} ${statusReason}`);
  const by = alarms.length > 0 ? "alarm" : isAsked ? "request" : "circuit breaker";
  return { to: rollback.taskDefinition, by };
}
