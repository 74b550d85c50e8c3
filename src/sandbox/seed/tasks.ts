import { judge } from "../alb/health-check.ts";
import { markHealthy } from "../alb/target-group.ts";
import { startProcess } from "../ecs/container-start.ts";
import { announce } from "../ecs/events.ts";
import { imageOf } from "../ecs/image-of.ts";
import type { Deployment, Service, Task } from "../ecs/model.ts";
import { containerNamed, type TaskContainer } from "../ecs/task-container.ts";
import { watchGrace } from "../ecs/task-health.ts";
import { tasksOf } from "../ecs/task-queries.ts";
import { makeTask, registerTarget, watchHealth } from "../ecs/task-start.ts";
import { forgetLater } from "../ecs/task-stop.ts";
import { groupsOf, targetsOf } from "../ecs/task-targets.ts";
import type { Scenario, SeededTasks } from "../scenarios/scenario.ts";
import { SECONDS } from "../scenarios/scenario.ts";
import { healthProblem } from "../vulcan/http-server.ts";
import type { World } from "../world.ts";
import type { SeededDeployments } from "./history.ts";
import { PAST_STOPS } from "./stopped-tasks.ts";

/** For past tasks: the time from creation to RUNNING. */
const LAUNCH = 40 * SECONDS;

/**
 * Adds the service's tasks at time zero. Stopped tasks are only records; the others really run: what it returns is their
 * starts, after which they join the balancer.
 */
export function seedTasks(
  world: World,
  scenario: Scenario,
  service: Service,
  deployments: SeededDeployments,
): readonly Promise<void>[] {
  const started: Promise<void>[] = [];
  for (const planted of scenario.tasks) {
    const deployment = deployments.get(planted.revision);
    if (deployment === undefined) throw new Error(`no deployment of revision ${planted.revision}`);
    const tasks = Array.from({ length: planted.count }, () => plantTask(world, service, deployment, planted));
    announceWave(world, service, tasks, planted);
    if (planted.stopped !== undefined) for (const task of tasks) plantStop(world, task, planted.stopped);
    else started.push(...tasks.flatMap((task) => startProcesses(world, task)));
  }
  return started;
}

/** Registers the service's running tasks with the balancer. */
export function joinTasks(world: World, service: Service): void {
  for (const task of tasksOf(service)) if (task.lastStatus === "RUNNING") join(world, task);
}

function plantTask(world: World, service: Service, deployment: Deployment, planted: SeededTasks): Task {
  const createdAt = world.clock.now() - planted.age;
  const task = makeTask(world, service, deployment, createdAt);
  task.lastStatus = "RUNNING";
  task.connectedAt = createdAt + 12 * SECONDS;
  task.pullStartedAt = task.connectedAt;
  task.pullStoppedAt = createdAt + 36 * SECONDS;
  task.startedAt = createdAt + LAUNCH;
  for (const container of task.containers) container.startedAt = task.startedAt;
  task.version = 4;
  task.placed = true;
  return task;
}

/** Starts what runs on; a container that others let start by its end has ended well. */
function startProcesses(world: World, task: Task): Promise<void>[] {
  const dependencies = task.containers.flatMap(({ definition }) => definition.dependsOn);
  const isOver = ({ definition: { name } }: TaskContainer): boolean =>
    dependencies.some((one) => one.containerName === name && /^(COMPLETE|SUCCESS)$/.test(one.condition));
  for (const container of task.containers.filter(isOver)) Object.assign(container, { stopped: true, exitCode: 0 });
  return task.containers.filter((one) => !isOver(one)).map((container) => startProcess(world, task, container));
}

/** The container that past stops are about. */
function vulcanOf(task: Task): TaskContainer {
  const container = containerNamed(task, "vulcan");
  if (container === undefined) throw new Error("a task of a scenario without a container vulcan");
  return container;
}

/** Makes the task a stopped one that failed. A task whose container never started was never RUNNING. */
function plantStop(world: World, task: Task, { age, reason }: NonNullable<SeededTasks["stopped"]>): void {
  const at = world.clock.now() - age;
  const stop = PAST_STOPS[reason];
  const vulcan = vulcanOf(task);
  task.lastStatus = "STOPPED";
  task.desiredStatus = "STOPPED";
  task.stopCode = stop.code;
  task.stoppedReason = stop.reason(task, vulcan);
  task.stoppingAt = at;
  task.executionStoppedAt = at + 12 * SECONDS;
  task.stoppedAt = at + 22 * SECONDS;
  for (const container of task.containers) plantEnd(container, stop.exitCode === undefined ? undefined : 0);
  if (stop.exitCode !== undefined) vulcan.exitCode = stop.exitCode;
  if (stop.containerReason !== undefined) vulcan.reason = stop.containerReason(task, vulcan);
  task.version = 7;
  forgetLater(world, task);
  if (stop.exitCode === undefined) {
    delete task.startedAt;
    delete task.pullStoppedAt;
  }
  if (stop.event !== undefined) announce(world, task.service, stop.event(task, vulcan), at);
}

/** `exitCode` is undefined for a container that never ran. */
function plantEnd(container: TaskContainer, exitCode: number | undefined): void {
  container.stopped = true;
  if (exitCode === undefined) delete container.startedAt;
  else container.exitCode = exitCode;
}

/** Registers a running task with the balancer, with the health that it has had for a while. */
function join(world: World, task: Task): void {
  const { service } = task;
  const interval = (service.targetGroup?.healthCheck.intervalSeconds ?? 15) * 1000;
  registerTarget(world, task, Math.round(world.random.next() * interval));
  const image = imageOf(world, task, vulcanOf(task));
  const passes = image !== undefined && healthProblem(image.behaviour) === undefined;
  for (const container of task.containers)
    if (passes || container.definition.name !== "vulcan") container.health = "HEALTHY";
  for (const { group, target } of targetsOf(task)) {
    if (passes) markHealthy(target);
    const { healthCheck } = group;
    for (let check = 0; !passes && check < healthCheck.unhealthyThreshold; check++)
      judge(target, healthCheck, { status: 503 });
  }
  for (const container of task.containers) watchHealth(world, task, container);
  watchGrace(world, task);
}

/** Newer events have long replaced events that are older than an hour. */
const RECENT = 3600 * SECONDS;

function announceWave(world: World, service: Service, tasks: readonly Task[], planted: SeededTasks): void {
  if (planted.age > RECENT) return;
  const at = world.clock.now() - planted.age;
  const ids = tasks.map((task) => `(task ${task.id})`).join(" ");
  const targets = groupsOf(service).map(
    ({ targetGroup: { arn } }) => `${tasks.length} targets in (target-group ${arn})`,
  );
  announce(world, service, `has started ${tasks.length} tasks: ${ids}.`, at);
  const ran = planted.stopped === undefined || PAST_STOPS[planted.stopped.reason].exitCode !== undefined;
  if (!ran) return;
  for (const group of targets) announce(world, service, `registered ${group}`, at + LAUNCH);
  if (planted.stopped === undefined) return;
  const stopped = world.clock.now() - planted.stopped.age;
  announce(world, service, `has stopped ${tasks.length} running tasks: ${ids}.`, stopped + 1 * SECONDS);
  for (const group of targets) announce(world, service, `deregistered ${group}`, stopped + 11 * SECONDS);
}
