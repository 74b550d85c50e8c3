import type { World } from "../world.ts";
import { finishDeletion } from "./delete-service.ts";
import { configurationOf, isUnfinished, markUnstable, primaryOf, startRecord } from "./deployment.ts";
import { announce } from "./events.ts";
import type { Deployment, Service, ServiceDeployment, Task } from "./model.ts";
import { isProtected } from "./protection.ts";
import { tripBreaker } from "./rollback.ts";
import { type Census, decide, type Moves } from "./rolling-update.ts";
import { scheduleReconcile } from "./schedule-reconcile.ts";
import { aliveTasks, isHealthy, tasksIn, tasksOf } from "./task-queries.ts";
import { announceRoleProblem, roleProblem } from "./task-roles.ts";
import { launchTask } from "./task-start.ts";
import { scaledIn, stopTask } from "./task-stop.ts";

/** One round for a service: check the breaker, start and stop tasks, remove old deployments, check for steadiness. */
export function reconcile(world: World, service: Service): void {
  if (service.status !== "ACTIVE") {
    finishDeletion(world, service);
    retire(world, service);
    return;
  }
  tripBreaker(world, service);
  const primary = primaryOf(service);
  const problem = roleProblem(world, primary.revision.taskDefinition);
  const census = takeCensus(world, service, primary);
  const moves = decide({ ...census, mayStart: census.mayStart && problem === undefined });
  move(world, service, primary, moves);
  if (problem !== undefined && census.mayStart && census.primary.alive < service.desired)
    announceRoleProblem(world, service, problem);
  retire(world, service);
  if (moves.stuck) announceStuck(world, service);
  settle(world, service);
  wakeForRetry(world, service, primary);
}

/** Without this, a round before the next attempt is due would be the last one. */
function wakeForRetry(world: World, service: Service, { halted, notBefore }: Deployment): void {
  const delay = notBefore - world.clock.now();
  if (!halted && delay > 0) scheduleReconcile(world, service, delay);
}

/** The `reconcile` of a service: one round, unless its world has ended. */
export const schedulerOf =
  (world: World) =>
  (service: Service): void => {
    if (!world.ended) reconcile(world, service);
  };

function takeCensus(world: World, service: Service, primary: Deployment): Census {
  const configuration = configurationOf(service);
  const alive = aliveTasks(service);
  const healthy = (task: Task): boolean => isHealthy(world, task);
  const mustNotStop = (task: Task): boolean => isProtected(world, task);
  const count = (tasks: readonly Task[]): { alive: number; healthy: number } => ({
    alive: tasks.length,
    healthy: tasks.filter(healthy).length,
  });
  const primaryTasks = alive.filter((task) => task.deployment === primary);
  const old = alive.filter((task) => task.deployment !== primary);
  return {
    desired: service.desired,
    minimumHealthyPercent: Number(configuration.minimumHealthyPercent ?? 100),
    maximumPercent: Number(configuration.maximumPercent ?? 200),
    primary: { ...count(primaryTasks), protected: primaryTasks.filter(mustNotStop).length },
    old: { ...count(old), protected: old.filter(healthy).filter(mustNotStop).length },
    mayStart: !primary.halted && world.clock.now() >= primary.notBefore,
  };
}

function move(world: World, service: Service, primary: Deployment, moves: Moves): void {
  const alive = aliveTasks(service);
  const old = alive.filter((task) => task.deployment !== primary);
  const unhealthy = (task: Task): boolean => !isHealthy(world, task);
  const mayStop = (task: Task): boolean => !isProtected(world, task);
  const surplus = alive
    .filter((task) => task.deployment === primary && mayStop(task))
    .sort((a, b) => Number(unhealthy(b)) - Number(unhealthy(a)));
  const leaving = [
    ...old.filter(unhealthy).slice(0, moves.stopOldUnhealthy),
    ...old.filter((task) => !unhealthy(task) && mayStop(task)).slice(0, moves.stopOldHealthy),
    ...surplus.slice(0, moves.stopSurplus),
  ];
  for (const task of leaving) stopTask(world, task, scaledIn(task));
  for (let index = 0; index < moves.start; index++) launchTask(world, service, primary);
  if (leaving.length + moves.start > 0) markUnstable(service);
  if (moves.start > 0 && primary.record?.status === "PENDING") startRecord(primary.record, world.clock.now());
}

/** A deployment leaves the list when none of its tasks is starting or RUNNING. */
function retire(world: World, service: Service): void {
  const gone = (deployment: Deployment): boolean =>
    deployment.status === "ACTIVE" &&
    world.clock.now() >= deployment.shownUntil &&
    tasksIn(service, deployment).every((task) => task.desiredStatus === "STOPPED" && !lingers(world, task));
  service.deployments = service.deployments.filter((deployment) => !gone(deployment));
}

/** Whether a stopping task still belongs to the rollout: only if COMPLETED waits for the drain. */
const lingers = (world: World, task: Task): boolean =>
  world.timings.completeAfterDrain && task.lastStatus !== "STOPPED" && task.lastStatus !== "DEPROVISIONING";

/** When all desired tasks are healthy and no others are left, the service becomes steady a little later. */
function settle(world: World, service: Service): void {
  if (!isSettled(world, service)) {
    service.settling?.();
    service.settling = undefined;
    return;
  }
  if (service.steady || service.settling !== undefined) return;
  service.settling = world.clock.after(world.timings.steady, () => {
    service.settling = undefined;
    if (isSettled(world, service)) becomeSteady(world, service);
  });
}

function isSettled(world: World, service: Service): boolean {
  const primary = primaryOf(service);
  if (primary.rolloutState === "FAILED" || primary.halted) return false;
  if (tasksOf(service).some((task) => task.deployment !== primary && lingers(world, task))) return false;
  const alive = aliveTasks(service);
  return (
    alive.length === service.desired && alive.every((task) => task.deployment === primary && isHealthy(world, task))
  );
}

function becomeSteady(world: World, service: Service): void {
  service.steady = true;
  const primary = primaryOf(service);
  if (primary.rolloutState === "IN_PROGRESS") complete(world, service, primary);
  announce(world, service, "has reached a steady state.");
}

function complete(world: World, service: Service, deployment: Deployment): void {
  deployment.rolloutState = "COMPLETED";
  deployment.rolloutStateReason = `ECS deployment ${deployment.id} completed.`;
  deployment.updatedAt = world.clock.now();
  deployment.failedTasks = 0;
  service.lastCompleted = deployment;
  announce(world, service, `(deployment ${deployment.id}) deployment completed.`);
  if (deployment.record !== undefined && isUnfinished(deployment.record)) finish(world, deployment.record);
}

function finish(world: World, record: ServiceDeployment): void {
  record.status = record.rollback === undefined ? "SUCCESSFUL" : "ROLLBACK_SUCCESSFUL";
  record.finishedAt = world.clock.now();
  record.updatedAt = world.clock.now();
  if (record.breaker.status === "MONITORING") record.breaker.status = "MONITORING_COMPLETE";
}

const STUCK =
  "was unable to stop or start tasks during a deployment because of the service deployment configuration. " +
  "Update the minimumHealthyPercent or maximumPercent value and try again.";

/** Announced once, until another event comes. */
function announceStuck(world: World, service: Service): void {
  if (service.events[0]?.message.endsWith(STUCK) !== true) announce(world, service, STUCK);
}
