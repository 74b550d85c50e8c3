import { makeDeployment, makeRecord, makeRevision, startRecord } from "../ecs/deployment.ts";
import { announce } from "../ecs/events.ts";
import { findDefinition } from "../ecs/find.ts";
import type { Deployment, Service, ServiceDeployment, ServiceRevision } from "../ecs/model.ts";
import { MINUTES, type PastDeployment, type Scenario, SECONDS } from "../scenarios/scenario.ts";
import type { World } from "../world.ts";
import { NAME } from "./network.ts";

/** The deployments a scenario starts with, by the revision their tasks run. */
export type PlantedDeployments = ReadonlyMap<number, Deployment>;

/** The past attempts, and the deployments that still have tasks. */
export function plantHistory(world: World, scenario: Scenario, service: Service): PlantedDeployments {
  let live: ServiceRevision | undefined;
  for (const past of scenario.history) live = plantPast(world, service, past, live);
  const { current, previous } = scenario;
  const now = world.clock.now();
  const deployments = new Map<number, Deployment>();
  if (previous !== undefined) deployments.set(previous.revision, plantPrevious(world, service, now - previous.age));
  const revision = makeRevision(world, service, definitionOf(world, current.revision), now - current.age);
  const record = makeRecord(world, service, revision, live === undefined ? [] : [live], now - current.age);
  startRecord(record, record.createdAt + 5 * SECONDS);
  const primary = makeDeployment(world, revision, record, record.createdAt);
  primary.failedTasks = current.failedTasks ?? 0;
  if (current.state === "COMPLETED") completeInThePast(service, primary, record, record.createdAt + 4 * MINUTES);
  service.deployments.unshift(primary);
  deployments.set(current.revision, primary);
  plantSteadyEvents(world, service);
  return deployments;
}

const definitionOf = (world: World, revision: number) => {
  const definition = findDefinition(world, `${NAME}:${revision}`);
  if (definition === undefined) throw new Error(`the scenario lacks revision ${revision}`);
  return definition;
};

/** One finished attempt; gives the revision that was live after it. */
function plantPast(
  world: World,
  service: Service,
  past: PastDeployment,
  before: ServiceRevision | undefined,
): ServiceRevision {
  const at = world.clock.now() - past.age;
  const revision = makeRevision(world, service, definitionOf(world, past.revision), at);
  const record = makeRecord(world, service, revision, before === undefined ? [] : [before], at);
  startRecord(record, at + 5 * SECONDS);
  record.status = past.status;
  record.finishedAt = at + (past.took ?? 4 * MINUTES);
  record.updatedAt = record.finishedAt;
  if (past.status === "SUCCESSFUL" || before === undefined) return revision;
  const reason = "Service deployment rolled back by StopServiceDeployment.";
  record.statusReason = reason;
  record.stoppedAt = at + 9 * MINUTES;
  record.rollback = { reason, startedAt: record.stoppedAt, revision: before };
  return before;
}

/** The deployment of the newest past attempt, where it still serves. */
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

/** The last completed deployment's closing words; a steady state is repeated every six hours. [O] */
function plantSteadyEvents(world: World, service: Service): void {
  const completed = service.lastCompleted;
  if (completed === undefined) return;
  announce(world, service, `(deployment ${completed.id}) deployment completed.`, completed.updatedAt);
  announce(world, service, "has reached a steady state.", completed.updatedAt);
  service.steady = completed.status === "PRIMARY";
}
