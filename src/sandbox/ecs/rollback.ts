import { putEvent } from "../events/deliver.ts";
import { AwsError } from "../http/aws-error.ts";
import type { World } from "../world.ts";
import { breakerOf } from "./breaker.ts";
import { demote, makeDeployment, markUnstable, primaryOf } from "./deployment.ts";
import { announce } from "./events.ts";
import type { Deployment, Service, ServiceDeployment, ServiceRevision } from "./model.ts";
import { scheduleReconcile } from "./schedule-reconcile.ts";

export const TRIPPED = "ECS deployment circuit breaker: tasks failed to start.";
export const ROLLED_BACK = "Service deployment rolled back because the circuit breaker threshold was exceeded.";

/** Trips the breaker of the deployment in progress when enough of its tasks have failed. */
export function tripBreaker(world: World, service: Service): void {
  const primary = primaryOf(service);
  const { record } = primary;
  if (record === undefined || primary.halted || primary.rolloutState !== "IN_PROGRESS") return;
  if (!breakerOf(record.configuration).enable || primary.failedTasks < record.breaker.threshold) return;
  if (record.rollback === undefined) onTripped(world, service, primary, record);
  else failRollback(world, primary, record);
}

/** ECS sends it where the circuit breaker fails a deployment: without a breaker none fails. [D] */
function tellFailed(world: World, service: Service, { id }: Deployment): void {
  putEvent(world, {
    source: "aws.ecs",
    "detail-type": "ECS Deployment State Change",
    resources: [service.arn],
    detail: {
      eventType: "ERROR",
      eventName: "SERVICE_DEPLOYMENT_FAILED",
      deploymentId: id,
      updatedAt: new Date(world.clock.now()).toISOString(),
      reason: "ECS deployment circuit breaker: task failed to start.",
    },
  });
}

function onTripped(world: World, service: Service, primary: Deployment, record: ServiceDeployment): void {
  record.breaker.status = "TRIGGERED";
  announce(world, service, `(deployment ${primary.id}) deployment failed: tasks failed to start.`);
  tellFailed(world, service, primary);
  const last = service.lastCompleted;
  if (breakerOf(record.configuration).rollback && last !== undefined && last !== primary) {
    rollBackTo(
      world,
      service,
      record,
      last,
      ROLLED_BACK,
      "ECS deployment circuit breaker: rolling back to deploymentId",
    );
  } else {
    failForGood(world, primary, record);
  }
}

/** No deployment to roll back to, or rollback is off: the deployment stays FAILED and launches no more tasks. [D] */
function failForGood(world: World, primary: Deployment, record: ServiceDeployment): void {
  primary.halted = true;
  markFailed(world, primary);
  record.status = "STOPPED";
  record.statusReason = TRIPPED;
  record.stoppedAt = world.clock.now();
  record.finishedAt = world.clock.now();
  record.updatedAt = world.clock.now();
}

/** The rollback also reached the failure threshold. There is nothing else to roll back to. [I] */
function failRollback(world: World, primary: Deployment, record: ServiceDeployment): void {
  primary.halted = true;
  markFailed(world, primary);
  record.status = "ROLLBACK_FAILED";
  record.statusReason = TRIPPED;
  record.finishedAt = world.clock.now();
  record.updatedAt = world.clock.now();
}

function markFailed(world: World, deployment: Deployment): void {
  deployment.rolloutState = "FAILED";
  deployment.rolloutStateReason = TRIPPED;
  deployment.updatedAt = world.clock.now();
}

/** StopServiceDeployment with ROLLBACK: returns to what was deployed when the attempt began. */
export function rollBackOnRequest(world: World, service: Service, record: ServiceDeployment): void {
  const revision = service.lastCompleted?.revision ?? record.sources[0];
  if (revision === undefined) {
    throw new AwsError("ConflictException", "There is no earlier service revision to roll back to.");
  }
  const last = service.lastCompleted ?? deploymentOf(world, revision);
  const reason = "Service deployment rolled back by StopServiceDeployment.";
  rollBackTo(world, service, record, last, reason, "ECS deployment stopped: rolling back to deploymentId");
}

const deploymentOf = (world: World, revision: ServiceRevision): Deployment =>
  makeDeployment(world, revision, undefined);

/**
 * The earlier deployment becomes PRIMARY again, with its own id [O]. The failed deployment stays ACTIVE and IN_PROGRESS
 * for a while before it is FAILED [O].
 */
function rollBackTo(
  world: World,
  service: Service,
  record: ServiceDeployment,
  back: Deployment,
  reason: string,
  rolloutReason: string,
): void {
  const now = world.clock.now();
  const failed = primaryOf(service);
  demote(world, failed);
  showFailed(world, service, failed);
  service.deployments = [back, ...service.deployments.filter((deployment) => deployment !== back)];
  Object.assign(back, {
    record,
    status: "PRIMARY",
    rolloutState: "IN_PROGRESS",
    rolloutStateReason: `${rolloutReason} ${back.id}.`,
    failedTasks: 0,
    updatedAt: now,
    halted: false,
    startFailures: 0,
    notBefore: 0,
    shownUntil: 0,
  } satisfies Partial<Deployment>);
  record.status = "ROLLBACK_REQUESTED";
  record.statusReason = reason;
  record.rollback = { reason, startedAt: now, revision: back.revision };
  record.updatedAt = now;
  markUnstable(service);
  announce(world, service, `rolling back to deployment ${back.id}.`);
  world.clock.after(world.timings.stopDeployment, () => {
    if (record.status === "ROLLBACK_REQUESTED") record.status = "ROLLBACK_IN_PROGRESS";
  });
  scheduleReconcile(world, service);
}

/** The failed deployment becomes FAILED after `failedShown`, and leaves the list after the same time again. */
function showFailed(world: World, service: Service, failed: Deployment): void {
  const { failedShown } = world.timings;
  failed.shownUntil = world.clock.now() + 2 * failedShown;
  world.clock.after(failedShown, () => markFailed(world, failed));
  world.clock.at(failed.shownUntil, () => scheduleReconcile(world, service));
}
