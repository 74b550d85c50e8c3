import { makeDeployment, makeRecord, makeRevision, startRecord } from "../ecs/deployment.ts";
import { announce } from "../ecs/events.ts";
import { findDefinition } from "../ecs/find.ts";
import type { Deployment, Service, ServiceDeployment, ServiceRevision } from "../ecs/model.ts";
import { ROLLED_BACK, TRIPPED } from "../ecs/rollback.ts";
import { MINUTES, type PastDeployment, type Scenario, SECONDS } from "../scenarios/scenario.ts";
import type { World } from "../world.ts";

/** The deployments a scenario starts with, by the revision their tasks run. */
export type SeededDeployments = ReadonlyMap<number, Deployment>;

/** Adds the past and the current deployments. Returns those to which the scenario's tasks belong. */
export function seedHistory(world: World, scenario: Scenario, service: Service): SeededDeployments {
  let live: ServiceRevision | undefined;
  for (const past of scenario.history) live = plantPast(world, service, past, live);
  const { current, previous } = scenario;
  const now = world.clock.now();
  const deployments = new Map<number, Deployment>();
  if (previous !== undefined) deployments.set(previous.revision, plantPrevious(world, service, now - previous.age));
  const revision = makeRevision(world, service, definitionOf(world, service, current.revision), now - current.age);
  const record = makeRecord(world, service, revision, live === undefined ? [] : [live], now - current.age);
  startRecord(record, record.createdAt + 5 * SECONDS);
  const primary = makeDeployment(world, revision, record, record.createdAt);
  primary.failedTasks = current.failedTasks ?? 0;
  if (current.state === "COMPLETED") completeInThePast(service, primary, record, record.createdAt + 4 * MINUTES);
  if (current.state === "FAILED") failInThePast(world, service, primary, record);
  service.deployments.unshift(primary);
  deployments.set(current.revision, primary);
  for (const past of scenario.since ?? []) {
    deployments.set(past.revision, plantRolledBack(world, service, past, primary));
  }
  plantSteadyEvents(world, service);
  return deployments;
}

const definitionOf = (world: World, { name }: Service, revision: number) => {
  const definition = findDefinition(world, `${name}:${revision}`);
  if (definition === undefined) throw new Error(`the scenario lacks revision ${revision} of ${name}`);
  return definition;
};

/** Adds one finished deployment. Returns the revision that was live after it. */
function plantPast(
  world: World,
  service: Service,
  past: PastDeployment,
  before: ServiceRevision | undefined,
): ServiceRevision {
  const at = world.clock.now() - past.age;
  const revision = makeRevision(world, service, definitionOf(world, service, past.revision), at);
  const record = makeRecord(world, service, revision, before === undefined ? [] : [before], at);
  startRecord(record, at + 5 * SECONDS);
  record.status = past.status;
  record.finishedAt = at + (past.took ?? 4 * MINUTES);
  record.updatedAt = record.finishedAt;
  if (past.status === "SUCCESSFUL" || before === undefined) return revision;
  const reason = "Service deployment rolled back by StopServiceDeployment.";
  record.statusReason = reason;
  record.stoppedAt = at + Math.min(9 * MINUTES, 0.6 * (past.took ?? 15 * MINUTES));
  record.rollback = { reason, startedAt: record.stoppedAt, revision: before };
  return before;
}

/** Adds a deployment that the breaker rolled back. `back` is PRIMARY again, under its own id. [O] */
function plantRolledBack(world: World, service: Service, past: PastDeployment, back: Deployment): Deployment {
  plantPast(world, service, past, back.revision);
  const record = service.history.at(-1);
  if (record?.rollback === undefined) throw new Error("an attempt that was not rolled back");
  const reason = ROLLED_BACK;
  record.statusReason = reason;
  record.rollback = { ...record.rollback, reason };
  record.breaker = { ...record.breaker, status: "TRIGGERED", failureCount: record.breaker.threshold };
  const failed = makeDeployment(world, record.target, record, record.createdAt);
  const at = record.rollback.startedAt;
  announce(world, service, `(deployment ${failed.id}) deployment failed: tasks failed to start.`, at);
  announce(world, service, `rolling back to deployment ${back.id}.`, at);
  const finished = record.finishedAt ?? at;
  back.updatedAt = finished;
  announce(world, service, `(deployment ${back.id}) deployment completed.`, finished);
  announce(world, service, "has reached a steady state.", finished);
  return failed;
}

/** The breaker tripped and had no deployment to roll back to: FAILED, and no more tasks are launched. [D] */
function failInThePast(world: World, service: Service, deployment: Deployment, record: ServiceDeployment): void {
  const at = record.createdAt + 6 * MINUTES;
  deployment.halted = true;
  deployment.rolloutState = "FAILED";
  deployment.rolloutStateReason = TRIPPED;
  deployment.updatedAt = at;
  record.status = "STOPPED";
  record.statusReason = TRIPPED;
  record.stoppedAt = at;
  record.finishedAt = at;
  record.updatedAt = at;
  record.breaker = { ...record.breaker, status: "TRIGGERED", failureCount: deployment.failedTasks };
  announce(world, service, `(deployment ${deployment.id}) deployment failed: tasks failed to start.`, at);
}

/** Adds the deployment of the newest past record, which still serves. */
function plantPrevious(world: World, service: Service, at: number): Deployment {
  const record = service.history.at(-1);
  if (record === undefined) throw new Error("a previous deployment needs a history");
  const deployment = makeDeployment(world, record.target, record, at);
  completeInThePast(service, deployment, record, record.finishedAt ?? at);
  deployment.status = "ACTIVE";
  deployment.halted = true;
  service.deployments.unshift(deployment);
  return deployment;
}

function completeInThePast(service: Service, deployment: Deployment, record: ServiceDeployment, at: number): void {
  deployment.rolloutState = "COMPLETED";
  deployment.rolloutStateReason = `ECS deployment ${deployment.id} completed.`;
  deployment.updatedAt = at;
  record.status = "SUCCESSFUL";
  record.finishedAt = at;
  record.updatedAt = at;
  if (record.breaker.status === "MONITORING") record.breaker.status = "MONITORING_COMPLETE";
  service.lastCompleted = deployment;
}

/** The last events of the last completed deployment. ECS repeats the steady state every six hours. [O] */
function plantSteadyEvents(world: World, service: Service): void {
  const completed = service.lastCompleted;
  if (completed === undefined) return;
  announce(world, service, `(deployment ${completed.id}) deployment completed.`, completed.updatedAt);
  announce(world, service, "has reached a steady state.", completed.updatedAt);
  service.steady = completed.status === "PRIMARY";
}
