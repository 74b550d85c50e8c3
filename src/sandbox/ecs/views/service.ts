import type { Output } from "../../http/input.ts";
import { primaryOf } from "../deployment.ts";
import type { Deployment, Service, ServiceRevision, Task } from "../model.ts";
import { countTasks, tasksIn, tasksOf } from "../task-queries.ts";
import { date } from "./dates.ts";

/** A service as DescribeServices and UpdateService show it. */
export function serviceView(service: Service): Output {
  const { running, pending } = countTasks(tasksOf(service));
  const primary = primaryOf(service);
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    status: service.status,
    desiredCount: service.desired,
    runningCount: running,
    pendingCount: pending,
    taskDefinition: primary.revision.taskDefinition.arn,
    deployments: shownDeployments(service).map((deployment) => deploymentView(service, deployment)),
    events: service.events.map(({ id, at, message }) => ({ id, createdAt: date(at), message })),
    createdAt: date(service.createdAt),
    currentServiceDeployment: service.history.at(-1)?.arn,
    currentServiceRevisions: currentRevisions(service),
    ...service.settings,
  };
}

/** A deleted service shows no deployments. [O] */
const shownDeployments = (service: Service): Deployment[] => (service.status === "INACTIVE" ? [] : service.deployments);

function deploymentView(service: Service, deployment: Deployment): Output {
  const tasks = tasksIn(service, deployment);
  const { running, pending } = countTasks(tasks);
  const wanted = tasks.filter((task) => task.desiredStatus === "RUNNING").length;
  const { launchType, platformVersion, platformFamily, networkConfiguration } = deployment.revision.configuration;
  return {
    id: deployment.id,
    status: deployment.status,
    taskDefinition: deployment.revision.taskDefinition.arn,
    desiredCount: deployment.status === "PRIMARY" ? service.desired : wanted,
    pendingCount: pending,
    runningCount: running,
    failedTasks: deployment.failedTasks,
    createdAt: date(deployment.createdAt),
    updatedAt: date(deployment.updatedAt),
    launchType,
    platformVersion,
    platformFamily,
    networkConfiguration,
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
  };
}

/** The revisions of the shown deployments, the PRIMARY's first. */
function currentRevisions(service: Service): Output[] {
  const revisions = new Set(shownDeployments(service).map((deployment) => deployment.revision));
  return [...revisions].map((revision) => revisionSummary(service, revision));
}

/** A revision with the number of its tasks, as several answers show it. */
export function revisionSummary(service: Service, revision: ServiceRevision): Output {
  const tasks = tasksOf(service).filter((task) => task.deployment.revision === revision);
  const { running, pending } = countTasks(tasks);
  return {
    arn: revision.arn,
    requestedTaskCount: requested(service, revision, tasks),
    runningTaskCount: running,
    pendingTaskCount: pending,
  };
}

function requested(service: Service, revision: ServiceRevision, tasks: readonly Task[]): number {
  if (primaryOf(service).revision === revision) return service.desired;
  return tasks.filter((task) => task.desiredStatus === "RUNNING").length;
}
