import type { World } from "../world.ts";
import { breakerOf, thresholdOf } from "./breaker.ts";
import type { Deployment, Service, ServiceDeployment, ServiceRevision, TaskDefinition } from "./model.ts";
import { deploymentId, serviceDeploymentArn, serviceRevisionArn } from "./names.ts";
import { scheduleReconcile } from "./schedule-reconcile.ts";

export const primaryOf = (service: Service): Deployment => {
  const primary = service.deployments.find(({ status }) => status === "PRIMARY");
  if (primary === undefined) throw new Error(`service ${service.name} has no PRIMARY deployment`);
  return primary;
};

export const configurationOf = (service: Service): Record<string, unknown> =>
  (service.settings.deploymentConfiguration ?? {}) as Record<string, unknown>;

/** Members of a service that a revision copies. [D] */
const REVISED = ["launchType", "platformVersion", "platformFamily", "networkConfiguration", "loadBalancers"] as const;

/** A new revision of the service: its configuration, and its images as digests that are resolved now. [D] */
export function makeRevision(
  world: World,
  service: Service,
  taskDefinition: TaskDefinition,
  createdAt = world.clock.now(),
): ServiceRevision {
  const images = taskDefinition.containers.map(({ name, image }) => {
    const digest = world.images.get(image)?.digest;
    return { containerName: name, image, ...(digest === undefined ? {} : { imageDigest: digest }) };
  });
  const revision: ServiceRevision = {
    arn: serviceRevisionArn(world, service.cluster, service.name),
    taskDefinition,
    images,
    configuration: Object.fromEntries(REVISED.map((name) => [name, service.settings[name]])),
    createdAt,
  };
  service.revisions.push(revision);
  return revision;
}

/** A PENDING record of an attempt. `at` is in the past for the history of a scenario. */
export function makeRecord(
  world: World,
  service: Service,
  target: ServiceRevision,
  sources: readonly ServiceRevision[],
  at = world.clock.now(),
): ServiceDeployment {
  const configuration = configurationOf(service);
  const breaker = breakerOf(configuration);
  const record: ServiceDeployment = {
    arn: serviceDeploymentArn(world, service.cluster, service.name),
    sources,
    target,
    createdAt: at,
    startedAt: undefined,
    finishedAt: undefined,
    stoppedAt: undefined,
    updatedAt: at,
    status: "PENDING",
    statusReason: undefined,
    rollback: undefined,
    breaker: {
      status: breaker.enable ? "MONITORING" : "DISABLED",
      failureCount: 0,
      threshold: thresholdOf(breaker, service.desired),
    },
    configuration,
    desired: service.desired,
  };
  service.history.push(record);
  return record;
}

/** A PRIMARY deployment in progress. The caller demotes the previous one. */
export function makeDeployment(
  world: World,
  revision: ServiceRevision,
  record: ServiceDeployment | undefined,
  at = world.clock.now(),
): Deployment {
  const id = deploymentId(world);
  return {
    id,
    revision,
    record,
    status: "PRIMARY",
    rolloutState: "IN_PROGRESS",
    rolloutStateReason: `ECS deployment ${id} in progress.`,
    failedTasks: 0,
    createdAt: at,
    updatedAt: at,
    halted: false,
    startFailures: 0,
    notBefore: 0,
    shownUntil: 0,
  };
}

/** Starts to deploy a task definition to the service, which may be new. It supersedes a deployment in progress. */
export function beginDeployment(world: World, service: Service, definition: TaskDefinition): Deployment {
  const sources = service.deployments.map((deployment) => deployment.revision);
  supersede(world, service);
  const revision = makeRevision(world, service, definition);
  const record = makeRecord(world, service, revision, sources);
  const deployment = makeDeployment(world, revision, record);
  service.deployments.unshift(deployment);
  markUnstable(service);
  world.clock.after(world.timings.reaction, () => {
    if (record.status === "PENDING") startRecord(record, world.clock.now());
  });
  scheduleReconcile(world, service, world.timings.firstTask);
  return deployment;
}

export function startRecord(record: ServiceDeployment, at: number): void {
  record.status = "IN_PROGRESS";
  record.startedAt = at;
  record.updatedAt = at;
}

/** New work has started, so the service is no longer steady. */
export function markUnstable(service: Service): void {
  service.settling?.();
  service.settling = undefined;
  service.steady = false;
}

const UNFINISHED = new Set(["PENDING", "IN_PROGRESS", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"]);

export const isUnfinished = (record: ServiceDeployment): boolean => UNFINISHED.has(record.status);

/** The old PRIMARY becomes ACTIVE; an unfinished attempt is stopped. [I: the status of a superseded attempt] */
function supersede(world: World, service: Service): void {
  const old = service.deployments.find(({ status }) => status === "PRIMARY");
  if (old === undefined) return;
  demote(world, old);
  if (old.record !== undefined && isUnfinished(old.record)) {
    stopRecord(world, old.record, "Superseded by a newer service deployment.");
  }
}

/** Makes a deployment ACTIVE. It launches no more tasks. */
export function demote(world: World, deployment: Deployment): void {
  deployment.status = "ACTIVE";
  deployment.halted = true;
  deployment.updatedAt = world.clock.now();
}

/** Sets STOP_REQUESTED, and STOPPED a little later. */
export function stopRecord(world: World, record: ServiceDeployment, reason: string): void {
  record.status = "STOP_REQUESTED";
  record.statusReason = reason;
  record.stoppedAt = world.clock.now();
  record.updatedAt = world.clock.now();
  world.clock.after(world.timings.stopDeployment, () => {
    record.status = "STOPPED";
    record.finishedAt = world.clock.now();
    record.updatedAt = world.clock.now();
  });
}
