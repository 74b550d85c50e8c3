import { recordGroupHealth } from "../cloudwatch/balancer-metrics.ts";
import type { World } from "../world.ts";
import { breakerOf } from "./breaker.ts";
import { nextHealth } from "./container-health.ts";
import { announce } from "./events.ts";
import { imageOf } from "./image-of.ts";
import type { Service, Task } from "./model.ts";
import { scheduleReconcile } from "./schedule-reconcile.ts";
import { healthOf, isUp, type TaskContainer } from "./task-container.ts";
import { isHealthy } from "./task-queries.ts";
import { countFailures, stopTask } from "./task-stop.ts";
import { targetsOf } from "./task-targets.ts";

/** Runs the container's health check on its interval until it or its task ends. */
export function watchContainer(world: World, task: Task, container: TaskContainer): void {
  const rule = container.definition.health;
  if (rule === undefined) {
    // Without a health check, nothing else wakes the scheduler when the task has run long enough to count.
    world.clock.after(world.timings.settle, () => onHealthChanged(world, task));
    return;
  }
  const isWatched = (): boolean => task.desiredStatus === "RUNNING" && isUp(container);
  const check = (): void => {
    if (!isWatched()) return;
    const begun = world.clock.now();
    const seconds = container.process?.healthSeconds ?? 0;
    world.clock.after(Math.min(seconds, rule.timeout) * 1000, () => {
      if (!isWatched()) return;
      judgeContainer(world, task, container, begun, seconds <= rule.timeout);
      world.clock.after(rule.interval * 1000, check);
    });
  };
  const age = world.clock.now() - (container.startedAt ?? 0);
  world.clock.after(rule.interval * 1000 - (age % (rule.interval * 1000)), check);
}

/** Applies the result of a check that has ended or timed out. The next check begins an interval later. [D] */
function judgeContainer(world: World, task: Task, container: TaskContainer, begun: number, isInTime: boolean): void {
  const { health: rule } = container.definition;
  if (rule === undefined) return;
  const age = (begun - (container.startedAt ?? 0)) / 1000;
  const before = { status: container.health, failures: container.healthFailures };
  const after = nextHealth(rule, before, age, isInTime && containerPasses(world, task, container));
  container.health = after.status;
  container.healthFailures = after.failures;
  if (after.status === before.status) return;
  task.startWaiting?.();
  onHealthChanged(world, task);
}

/** Whether the check inside the container passes. Without curl in the image it fails. */
const containerPasses = (world: World, task: Task, container: TaskContainer): boolean =>
  imageOf(world, task, container)?.traits?.withoutCurl !== true && (container.process?.passesHealthCheck() ?? false);

/** Health results are ignored during the grace period, so check them again when it ends. */
export function watchGrace(world: World, task: Task): void {
  const end = (task.startedAt ?? 0) + gracePeriod(task.service);
  if (end > world.clock.now()) world.clock.at(end, () => onHealthChanged(world, task));
}

export function onTargetChanged(world: World, task: Task): void {
  for (const { group } of targetsOf(task)) recordGroupHealth(world, group);
  onHealthChanged(world, task);
}

function onHealthChanged(world: World, task: Task): void {
  if (task.desiredStatus !== "RUNNING" || task.lastStatus !== "RUNNING") return;
  // Only a service's scheduler stops a task because of its health. [D]
  if (task.run !== undefined) return;
  if (isHealthy(world, task)) forgiveFailures(task);
  else failIfUnhealthy(world, task);
  scheduleReconcile(world, task.service);
}

/** A healthy task resets the failure count, unless the breaker's configuration forbids it. [D] */
function forgiveFailures(task: Task): void {
  const { deployment } = task;
  if (!breakerOf(deployment.record?.configuration ?? {}).resetOnHealthyTask) return;
  deployment.failedTasks = 0;
  countFailures(deployment);
}

function failIfUnhealthy(world: World, task: Task): void {
  const { service } = task;
  if (world.clock.now() < (task.startedAt ?? 0) + gracePeriod(service)) return;
  if (healthOf(task) === "UNHEALTHY") {
    announce(world, service, `(task ${task.id}) failed container health checks.`);
    stopTask(world, task, {
      code: "ServiceSchedulerInitiated",
      reason: "Task failed container health checks",
      failed: true,
    });
    return;
  }
  const bad = targetsOf(task).find(({ target }) => target.state === "unhealthy");
  if (bad !== undefined) {
    const { target } = bad;
    const group = `(target-group ${bad.group.arn})`;
    announce(
      world,
      service,
      `(task ${task.id}) (port ${target.port}) is unhealthy in ${group} due to (reason ${target.description}).`,
    );
    stopTask(world, task, {
      code: "ServiceSchedulerInitiated",
      reason: `Task failed ELB health checks in ${group}`,
      failed: true,
    });
  }
}

const gracePeriod = (service: Service): number => Number(service.settings.healthCheckGracePeriodSeconds ?? 0) * 1000;
