import { markDraining, targetKey } from "../alb/target-group.ts";
import { recordGroupHealth } from "../cloudwatch/balancer-metrics.ts";
import { collectLog } from "../logs/collect.ts";
import type { Exit } from "../vulcan/process.ts";
import type { World } from "../world.ts";
import { announce, announceDraining, announceImpaired, announceStopped, announceTarget } from "./events.ts";
import type { Deployment, Task } from "./model.ts";
import { scheduleReconcile } from "./schedule-reconcile.ts";
import { mainContainer } from "./task-queries.ts";
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

/** Minimum time for requests in flight after SIGTERM (real ms), however fast the clock runs. */
const LEAST_GRACE = 250;

/**
 * Asks a task to stop. A running task first leaves the balancer and drains. Then it gets SIGTERM and, after its
 * stopTimeout, SIGKILL. Its state passes through DEACTIVATING, STOPPING and DEPROVISIONING. [D]
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
    deprovision(world, task);
    return;
  }
  task.lastStatus = "DEACTIVATING";
  announceStopped(world, task);
  if (task.exitCode !== undefined || cause.code === "TaskFailedToStart") afterExit(world, task);
  else world.clock.after(world.timings.deregistration, () => drain(world, task));
}

/** The process ended by itself. The essential container has exited, so the task stops. */
export function onExit(world: World, task: Task, exit: Exit): void {
  if (exit.notStarted === true) task.containerReason = exit.reason;
  else task.exitCode = exit.code;
  collectLog(world, task);
  if (task.desiredStatus !== "RUNNING") return;
  const cause: StopCause =
    exit.notStarted === true
      ? { code: "TaskFailedToStart", reason: exit.reason, failed: true }
      : { code: "EssentialContainerExited", reason: "Essential container in task exited", failed: true };
  stopTask(world, task, cause);
}

function afterExit(world: World, task: Task): void {
  removeTarget(world, task);
  deprovision(world, task);
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
  task.lastStatus = "STOPPING";
  task.version++;
  if (task.exitCode === undefined && task.process?.isDeaf === true) {
    killAfterGrace(world, task);
    return;
  }
  const grace = (mainContainer(task).stopTimeoutSeconds * 1000) / world.clock.speed;
  void (task.process?.terminate(Math.max(LEAST_GRACE, grace)) ?? Promise.resolve(0)).then((code) => {
    task.exitCode = code;
    if (!world.ended) world.clock.after(world.timings.stopping, () => deprovision(world, task));
  });
}

/** The process ignores SIGTERM, so SIGKILL ends it. */
function killAfterGrace(world: World, task: Task): void {
  world.clock.after(mainContainer(task).stopTimeoutSeconds * 1000, () => {
    task.process?.kill();
    deprovision(world, task);
  });
}

function deprovision(world: World, task: Task): void {
  task.lastStatus = "DEPROVISIONING";
  leaveContainer(world, task);
  task.executionStoppedAt = world.clock.now();
  world.clock.after(world.timings.deprovisioning, () => {
    task.lastStatus = "STOPPED";
    task.stoppedAt = world.clock.now();
    task.version++;
    scheduleReconcile(world, task.service);
    forgetLater(world, task);
  });
}

/** Removes the container with every process in it. A client of ECS Exec gets no message. [O] */
function leaveContainer(world: World, task: Task): void {
  for (const session of world.sessions.values()) if (session.task === task) session.abandon();
  world.containers.leave(task);
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
