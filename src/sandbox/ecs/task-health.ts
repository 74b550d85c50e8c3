import { recordGroupHealth } from "../cloudwatch/balancer-metrics.ts";
import type { World } from "../world.ts";
import { breakerOf } from "./breaker.ts";
import { type ContainerHealthRule, nextHealth } from "./container-health.ts";
import { announce } from "./events.ts";
import { imageOf } from "./image-of.ts";
import type { Service, Task } from "./model.ts";
import { scheduleReconcile } from "./schedule-reconcile.ts";
import { healthRuleOf, isHealthy } from "./task-queries.ts";
import { countFailures, stopTask } from "./task-stop.ts";
import { targetsOf } from "./task-targets.ts";

/** Runs the container's health check on its interval until the task leaves RUNNING. */
export function watchContainer(world: World, task: Task): void {
  const rule = healthRuleOf(task);
  if (rule === undefined) {
    // Without a health check, nothing else wakes the scheduler when the task has run long enough to count.
    world.clock.after(world.timings.settle, () => onHealthChanged(world, task));
    return;
  }
  const check = (): void => {
    if (task.lastStatus !== "RUNNING") return;
    const begun = world.clock.now();
    const seconds = task.process?.healthSeconds ?? 0;
    world.clock.after(Math.min(seconds, rule.timeout) * 1000, () => {
      if (task.lastStatus !== "RUNNING") return;
      judgeContainer(world, task, rule, begun, seconds <= rule.timeout);
      world.clock.after(rule.interval * 1000, check);
    });
  };
  const age = world.clock.now() - (task.startedAt ?? 0);
  world.clock.after(rule.interval * 1000 - (age % (rule.interval * 1000)), check);
}

/** Applies the result of a check that has ended or timed out. The next check begins an interval later. [D] */
function judgeContainer(world: World, task: Task, rule: ContainerHealthRule, begun: number, isInTime: boolean): void {
  const age = (begun - (task.startedAt ?? 0)) / 1000;
  const before = { status: task.health, failures: task.healthFailures };
  const after = nextHealth(rule, before, age, isInTime && containerPasses(world, task));
  task.health = after.status;
  task.healthFailures = after.failures;
  if (after.status !== before.status) onHealthChanged(world, task);
}

/** Whether the check inside the container passes. Without curl in the image it fails. */
const containerPasses = (world: World, task: Task): boolean =>
  imageOf(world, task)?.traits?.withoutCurl !== true && (task.process?.passesHealthCheck() ?? false);

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
  if (task.health === "UNHEALTHY") {
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
