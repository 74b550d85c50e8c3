import type { World } from "../world.ts";
import { breakerOf, thresholdOf } from "./breaker.ts";
import type { Deployment, Service, ServiceDeployment, ServiceRevision, TaskDefinition } from "./model.ts";
import { deploymentId, serviceDeploymentArn, serviceRevisionArn } from "./names.ts";
import { wake } from "./schedule-reconcile.ts";

export const primaryOf = (service: Service): Deployment => {
  const primary = service.deployments.find(({ status }) => status === "PRIMARY");
  if (primary === undefined) throw new Error(`service ${service.name} has no PRIMARY deployment`);
  return primary;
};

export const configurationOf = (service: Service): Record<string, unknown> =>
  (service.settings.deploymentConfiguration ?? {}) as Record<string, unknown>;

/** Members of a service that a revision keeps a copy of. [D] */
const REVISED = ["launchType", "platformVersion", "platformFamily", "networkConfiguration", "loadBalancers"] as const;

/** A new revision of the service: its configuration, and its images resolved to digests as of now. [D] */
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

/** The record of an attempt, PENDING; `at` in the past when history is planted. */
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

/** A PRIMARY deployment in progress; the caller demotes the one before. */
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

/** Starts to move the service, which may be new, to a task definition; whatever was in progress is superseded. */
export function beginDeployment(world: World, service: Service, definition: TaskDefinition): Deployment {
  const sources = service.deployments.map((deployment) => deployment.revision);
  supersede(world, service);
  const revision = makeRevision(world, service, definition);
  const record = makeRecord(world, service, revision, sources);
  const deployment = makeDeployment(world, revision, record);
  service.deployments.unshift(deployment);
  unsettle(service);
  world.clock.after(world.timings.reaction, () => {
    if (record.status === "PENDING") startRecord(record, world.clock.now());
  });
  wake(world, service, world.timings.firstTask);
  return deployment;
}

export function startRecord(record: ServiceDeployment, at: number): void {
  record.status = "IN_PROGRESS";
  record.startedAt = at;
  record.updatedAt = at;
}

/** The work begun is not steady any more. */
export function unsettle(service: Service): void {
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

/** A deployment that is not PRIMARY launches nothing more. */
export function demote(world: World, deployment: Deployment): void {
  deployment.status = "ACTIVE";
  deployment.halted = true;
  deployment.updatedAt = world.clock.now();
}

/** STOP_REQUESTED, and STOPPED a little later. */
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
