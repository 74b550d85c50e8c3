import { markDraining, targetKey } from "../alb/target-group.ts";
import { dropClients } from "../clients/reconnect.ts";
import { recordGroupHealth } from "../cloudwatch/balancer-metrics.ts";
import { collectLog } from "../logs/collect.ts";
import type { Exit } from "../vulcan/process.ts";
import type { World } from "../world.ts";
import { stopContainers } from "./container-stop.ts";
import { announce, announceDraining, announceImpaired, announceStopped, announceTarget } from "./events.ts";
import type { Deployment, Task } from "./model.ts";
import { scheduleReconcile } from "./schedule-reconcile.ts";
import { isUp, type TaskContainer } from "./task-container.ts";
import { targetsOf } from "./task-targets.ts";

export interface StopCause {
  readonly code: "TaskFailedToStart" | "EssentialContainerExited" | "UserInitiated" | "ServiceSchedulerInitiated";
  readonly reason: string;
  /** Whether the stop counts as a failed task of its deployment. */
  readonly failed: boolean;
}

/** The cause when the service does not need the task any more. */
export const scaledIn = (task: Task): StopCause => ({
  code: "ServiceSchedulerInitiated",
  reason: `Scaling activity initiated by (deployment ${task.deployment.id})`,
  failed: false,
});

/**
 * Asks a task to stop. A running task first leaves the balancer and drains. Then its containers get SIGTERM and, after
 * their stopTimeout, SIGKILL. Its state passes through DEACTIVATING, STOPPING and DEPROVISIONING. [D]
 */
export function stopTask(world: World, task: Task, cause: StopCause): void {
  if (task.desiredStatus === "STOPPED") return;
  task.desiredStatus = "STOPPED";
  task.stopCode = cause.code;
  task.stoppedReason = cause.reason;
  task.stoppingAt = world.clock.now();
  task.version++;
  if (cause.failed) countFailure(world, task);
  scheduleReconcile(world, task.service);
  if (task.lastStatus !== "RUNNING") {
    endContainers(world, task);
    return;
  }
  task.lastStatus = "DEACTIVATING";
  announceStopped(world, task);
  if (task.containers.some(hasEndedTask)) afterExit(world, task);
  else world.clock.after(world.timings.deregistration, () => drain(world, task));
}

/** An essential container that runs no more leaves nothing to drain. */
const hasEndedTask = ({ definition, stopped }: TaskContainer): boolean => definition.essential && stopped;

/** A container's process ended by itself. If the container is essential, the task stops. [D] */
export function onExit(world: World, task: Task, container: TaskContainer, exit: Exit): void {
  container.stopped = true;
  if (exit.notStarted === true) container.reason = exit.reason;
  else container.exitCode = exit.code;
  collectLog(world, task, container);
  if (task.desiredStatus !== "RUNNING") return;
  if (!container.definition.essential) {
    leaveContainer(world, container);
    task.startWaiting?.();
    return;
  }
  const cause: StopCause =
    exit.notStarted === true ? { code: "TaskFailedToStart", reason: exit.reason, failed: true } : EXITED;
  stopTask(world, task, cause);
}

const EXITED: StopCause = {
  code: "EssentialContainerExited",
  reason: "Essential container in task exited",
  failed: true,
};

/** What a container depends on cannot come true: it ends as if it had got a SIGTERM, and has never run. [I] */
export function neverStart(world: World, task: Task, container: TaskContainer): void {
  container.stopped = true;
  container.exitCode = 143;
  if (container.definition.essential) stopTask(world, task, EXITED);
}

function afterExit(world: World, task: Task): void {
  removeTarget(world, task);
  endContainers(world, task);
}

/** The containers that still run get their signals; without any the task is over. */
function endContainers(world: World, task: Task): void {
  if (task.containers.some(isUp)) terminate(world, task);
  else deprovision(world, task);
}

/** StopTask on a task that is being drained: its containers get their signal now, not at the end of the drain. [I] */
export function endDrain(world: World, task: Task, reason: string): void {
  if (task.lastStatus !== "DEACTIVATING") return;
  task.stopCode = "UserInitiated";
  task.stoppedReason = reason;
  removeTarget(world, task);
  terminate(world, task);
}

function drain(world: World, task: Task): void {
  const targets = targetsOf(task);
  if (task.lastStatus !== "DEACTIVATING") return;
  if (targets.length === 0) {
    terminate(world, task);
    return;
  }
  for (const { target } of targets) markDraining(target);
  announceTarget(world, task, "deregistered");
  for (const { group } of targets) recordGroupHealth(world, group);
  const drains = targets.some(({ target }) => target.everHealthy) || world.timings.drainUnhealthy;
  if (drains) announceDraining(world, task);
  const longest = Math.max(...targets.map(({ group }) => group.deregistrationDelaySeconds));
  const delay = drains ? longest * 1000 : 0;
  world.clock.after(delay, () => {
    if (task.lastStatus !== "DEACTIVATING") return;
    removeTarget(world, task);
    terminate(world, task);
  });
}

function removeTarget(world: World, task: Task): void {
  const removed = targetsOf(task).filter(({ group, target }) => {
    markDraining(target);
    return group.targets.delete(targetKey(target.ip, target.port));
  });
  for (const { group, target } of removed) {
    target.agent.destroy();
    recordGroupHealth(world, group);
  }
  if (removed.length > 0) scheduleReconcile(world, task.service);
}

function terminate(world: World, task: Task): void {
  dropClients(world, task);
  task.lastStatus = "STOPPING";
  task.version++;
  stopContainers(world, task, (wasKilled) => {
    if (wasKilled) deprovision(world, task);
    else world.clock.after(world.timings.stopping, () => deprovision(world, task));
  });
}

function deprovision(world: World, task: Task): void {
  dropClients(world, task);
  task.lastStatus = "DEPROVISIONING";
  for (const container of task.containers) leaveContainer(world, container);
  task.executionStoppedAt = world.clock.now();
  world.clock.after(world.timings.deprovisioning, () => {
    task.lastStatus = "STOPPED";
    task.stoppedAt = world.clock.now();
    task.version++;
    scheduleReconcile(world, task.service);
    forgetLater(world, task);
  });
}

/** Removes a container with every process in it. A client of ECS Exec gets no message. [O] */
function leaveContainer(world: World, container: TaskContainer): void {
  for (const session of world.sessions.values()) if (session.container === container) session.abandon();
  world.containers.leave(container);
}

/** STOPPED tasks stay listed for about an hour. [D] */
export function forgetLater(world: World, task: Task): void {
  const due = (task.stoppedAt ?? 0) + world.timings.stoppedKept;
  world.clock.at(due, () => task.cluster.tasks.delete(task.id));
}

/** After this many tasks in a row that never reached RUNNING, an event reports it. [I] */
const IMPAIRED_AFTER = 3;

/** Counts a failed task, and slows the relaunch down if it never reached RUNNING. [D] */
function countFailure(world: World, task: Task): void {
  const { deployment } = task;
  if (deployment.rolloutState === "IN_PROGRESS") deployment.failedTasks++;
  countFailures(deployment);
  if (task.startedAt !== undefined) return;
  deployment.startFailures++;
  const { retryFirst, retryMost } = world.timings;
  const delay = Math.min(retryMost, retryFirst * 2 ** (deployment.startFailures - 1));
  deployment.notBefore = world.clock.now() + delay;
  if (deployment.startFailures >= IMPAIRED_AFTER) announceImpaired(world, task.service);
  announce(world, task.service, `was unable to place a task. Reason: ${task.stoppedReason ?? "unknown"}.`);
}

/** The record follows the count while the breaker monitors. So the count that tripped the breaker stays readable. */
export function countFailures(deployment: Deployment): void {
  const breaker = deployment.record?.breaker;
  if (breaker?.status === "MONITORING" && deployment.status === "PRIMARY") {
    breaker.failureCount = deployment.failedTasks;
  }
}
