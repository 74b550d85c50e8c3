import type { Output } from "../../http/input.ts";
import type { Service, ServiceDeployment, ServiceRevision } from "../model.ts";
import { date } from "./dates.ts";
import { revisionSummary } from "./service.ts";

/** As ListServiceDeployments shows it. */
export function serviceDeploymentBrief(service: Service, record: ServiceDeployment): Output {
  return {
    serviceDeploymentArn: record.arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    createdAt: date(record.createdAt),
    startedAt: date(record.startedAt),
    finishedAt: date(record.finishedAt),
    targetServiceRevisionArn: record.target.arn,
    status: record.status,
    statusReason: record.statusReason,
  };
}

/** As DescribeServiceDeployments shows it. */
export function serviceDeploymentView(service: Service, record: ServiceDeployment): Output {
  const { targetServiceRevisionArn: _, ...brief } = serviceDeploymentBrief(service, record);
  const { rollback } = record;
  return {
    ...brief,
    stoppedAt: date(record.stoppedAt),
    updatedAt: date(record.updatedAt),
    sourceServiceRevisions: record.sources.map((revision) => revisionSummary(service, revision)),
    targetServiceRevision: { ...revisionSummary(service, record.target), requestedTaskCount: record.desired },
    deploymentConfiguration: record.configuration,
    rollback: rollback && {
      reason: rollback.reason,
      startedAt: date(rollback.startedAt),
      serviceRevisionArn: rollback.revision.arn,
    },
    deploymentCircuitBreaker: record.breaker,
    alarms: { status: "DISABLED" },
  };
}

export function serviceRevisionView(service: Service, revision: ServiceRevision): Output {
  return {
    serviceRevisionArn: revision.arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    taskDefinition: revision.taskDefinition.arn,
    ...revision.configuration,
    containerImages: revision.images,
    guardDutyEnabled: false,
    createdAt: date(revision.createdAt),
  };
}
