import { dimension } from "../aws/alarm-subject.ts";
import { groupName } from "../aws/targets.ts";
import { canonical, type JsonObject } from "../json.ts";
import type { Target } from "../target.ts";

type Named = Pick<Target, "cluster" | "service" | "database">;

/** The alert on connections fires at this share of max_connections. [Vulcan's document] */
export const CONNECTION_SHARE = 0.8;

/** Where alerts go: an ARN of SNS, also when all is well again. */
const notifying = (topic: string) => ({ ActionsEnabled: true, AlarmActions: [topic], OKActions: [topic] });

/**
 * HealthyHostCount < 1, as PutMetricAlarm takes it. Maximum: each zone of the balancer counts for itself, and one of
 * them that sees a healthy target is enough. Missing data breaches: with no target registered there may be none.
 * Undefined where no load balancer sends requests to the group, or more than one: no metric counts its targets.
 */
export function hostsAlarm(
  place: Named,
  {
    name,
    targetGroup,
    balancers,
  }: { readonly name: string; readonly targetGroup: string; readonly balancers: readonly string[] | undefined },
  topic: string,
): JsonObject | undefined {
  const [balancer, ...others] = balancers ?? [];
  if (balancer === undefined || others.length > 0) return undefined;
  const isNetwork = dimension(balancer).startsWith("net/");
  return {
    AlarmName: name,
    AlarmDescription: `${place.service}: no healthy target in ${groupName(targetGroup)}. Created by vulcan-ops.`,
    ...notifying(topic),
    MetricName: "HealthyHostCount",
    Namespace: isNetwork ? "AWS/NetworkELB" : "AWS/ApplicationELB",
    Statistic: "Maximum",
    Dimensions: [
      { Name: "LoadBalancer", Value: dimension(balancer) },
      { Name: "TargetGroup", Value: dimension(targetGroup) },
    ],
    Period: 60,
    EvaluationPeriods: 2,
    DatapointsToAlarm: 2,
    Threshold: 1,
    ComparisonOperator: "LessThanThreshold",
    TreatMissingData: "breaching",
  };
}

/** DatabaseConnections > 80 % of `most`, max_connections as measured, for five minutes. */
export function connectionsAlarm(
  place: Named,
  { name, most }: { readonly name: string; readonly most: number },
  topic: string,
): JsonObject {
  const limit = Math.round(most * CONNECTION_SHARE);
  return {
    AlarmName: name,
    AlarmDescription: `${place.database}: connections above 80 % of max_connections (${most}). Created by vulcan-ops.`,
    ...notifying(topic),
    MetricName: "DatabaseConnections",
    Namespace: "AWS/RDS",
    Statistic: "Maximum",
    Dimensions: [{ Name: "DBInstanceIdentifier", Value: place.database }],
    Period: 60,
    EvaluationPeriods: 5,
    DatapointsToAlarm: 5,
    Threshold: limit,
    ComparisonOperator: "GreaterThanThreshold",
    TreatMissingData: "missing",
  };
}

const FAILED = "SERVICE_DEPLOYMENT_FAILED";
const DETAIL_TYPE = "ECS Deployment State Change";
export const ECS_SOURCE = "aws.ecs";

/** The pattern of the documented alert on a failed deployment. `service`: ARN. [D: ECS events] */
const failurePattern = (service: string): JsonObject => ({
  source: [ECS_SOURCE],
  "detail-type": [DETAIL_TYPE],
  resources: [service],
  detail: { eventName: [FAILED] },
});

/** The rule as PutRule takes it. `service`: ARN. */
export const failureRule = (name: string, place: Pick<Named, "service">, service: string): JsonObject => ({
  Name: name,
  Description: `${place.service}: a deployment failed. Created by vulcan-ops.`,
  EventPattern: canonical(failurePattern(service)),
  State: "ENABLED",
});

/** The id of our target of that rule. */
export const TARGET_ID = "vulcan-ops";

/** An event as ECS sends it when the circuit breaker fails a deployment, to test patterns with. [D: TestEventPattern] */
export function failureEvent(service: string, at: number): JsonObject {
  const [, , , region = "", account = ""] = service.split(":");
  const time = new Date(at).toISOString();
  return {
    version: "0",
    id: "00000000-0000-4000-8000-000000000000",
    "detail-type": DETAIL_TYPE,
    source: ECS_SOURCE,
    account,
    time,
    region,
    resources: [service],
    detail: {
      eventType: "ERROR",
      eventName: FAILED,
      deploymentId: "ecs-svc/1234567890123456789",
      updatedAt: time,
      reason: "TEST of vulcan-ops",
    },
  };
}
