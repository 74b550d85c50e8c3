import type { Target } from "../target.ts";
import { familyOf, revisionOf, type Service } from "./ecs.ts";
import type { AwsReads } from "./reads.ts";

/**
 * A read that needs nothing but the target and its service. `previousRevision` is a guess at what a rollback goes back
 * to: the revision below the one in service. `newestDeployment` is read only while there is more than one.
 */
export type EarlyRead =
  | "tasks"
  | "protectedTasks"
  | "scaling"
  | "cluster"
  | "currentRevision"
  | "previousRevision"
  | "newestDeployment";

type Begin = (aws: AwsReads, target: Target) => Promise<unknown>;

const READS: Readonly<Record<EarlyRead, Begin>> = {
  tasks: ({ ecs }, { cluster, service }) => ecs.tasks(cluster, service, "RUNNING"),
  protectedTasks: ({ ecs }, { cluster, service }) => ecs.protectedTasks(cluster, service),
  scaling: ({ around }, { cluster, service }) => around.scalingTarget(cluster, service),
  cluster: ({ ecs }, { cluster }) => ecs.cluster(cluster),
  currentRevision: ofService(({ ecs }, { taskDefinition }) => ecs.taskDefinition(taskDefinition)),
  previousRevision: ofService(({ ecs }, { taskDefinition }) =>
    revisionOf(taskDefinition) > 1
      ? ecs.taskDefinition(`${familyOf(taskDefinition)}:${revisionOf(taskDefinition) - 1}`)
      : undefined,
  ),
  newestDeployment: ofService(({ ecs }, { deploymentArn, deployments }) =>
    deploymentArn !== undefined && deployments.length > 1 ? ecs.deployments([deploymentArn]) : undefined,
  ),
};

function ofService(read: (aws: AwsReads, service: Service) => Promise<unknown> | undefined): Begin {
  return async (aws, { cluster, service }) => read(aws, await aws.ecs.service(cluster, service));
}

/**
 * Begins these reads. `aws` makes each read once (`readOnce`), so who asks later gets the same answer, or the same
 * failure: here none counts.
 */
export function beginReads(aws: AwsReads, target: Target, reads: readonly EarlyRead[]): void {
  for (const read of new Set(reads)) READS[read](aws, target).catch(() => undefined);
}
