import { watchTarget } from "../alb/health-check.ts";
import { newTarget, targetKey } from "../alb/target-group.ts";
import { CommandProcess } from "../container/command-process.ts";
import type { TaskProcess } from "../container/task-process.ts";
import { VulcanProcess } from "../vulcan/process.ts";
import { texts } from "../wire/input.ts";
import type { World } from "../world.ts";
import { mainContainer, overrideOf } from "./census.ts";
import { announceStarted, announceTarget } from "./events.ts";
import type { Deployment, Run, Service, Task, TaskStatus } from "./model.ts";
import { ecsArn } from "./names.ts";
import { onTargetChanged, watchContainer, watchGrace } from "./task-health.ts";
import { onExit, stopTask } from "./task-stop.ts";

const ZONES = ["a", "b", "c"];

/** A task that exists and nothing more: PROVISIONING, without a process. */
export function makeTask(
  world: World,
  service: Service,
  deployment: Deployment,
  createdAt = world.clock.now(),
  run?: Run,
): Task {
  const { cluster } = service;
  const id = world.random.hex(32);
  const nth = Math.floor(world.random.next() * 3);
  const task: Task = {
    id,
    arn: ecsArn(world, `task/${cluster.name}/${id}`),
    cluster,
    service,
    deployment,
    ip: freeAddress(world, service, nth),
    zone: `${world.region}${ZONES[nth]}`,
    runtimeId: `${id}-${world.random.digits(10)}`,
    attachmentId: world.random.uuid(),
    enableExecuteCommand: service.settings.enableExecuteCommand === true,
    createdAt,
    lastStatus: "PROVISIONING",
    desiredStatus: "RUNNING",
    health: "UNKNOWN",
    healthFailures: 0,
    version: 1,
    ...(run === undefined ? {} : { run }),
  };
  cluster.tasks.set(id, task);
  return task;
}

function freeAddress(world: World, service: Service, zone: number): string {
  const taken = new Set([...service.cluster.tasks.values()].map((task) => task.ip));
  for (;;) {
    const ip = `10.0.${10 + zone}.${10 + Math.floor(world.random.next() * 230)}`;
    if (!taken.has(ip)) return ip;
  }
}

/** Starts a task of the deployment. */
export function launchTask(world: World, service: Service, deployment: Deployment): void {
  const task = makeTask(world, service, deployment);
  announceStarted(world, task);
  leadTask(world, task);
}

/** Leads a new task through its states. */
export function leadTask(world: World, task: Task): void {
  const { provisioning, pending, activating } = world.timings;
  after(world, task, provisioning, () => {
    enter(task, "PENDING");
    task.pullStartedAt = world.clock.now();
    after(world, task, pending, () => {
      if (!pull(world, task)) return;
      enter(task, "ACTIVATING");
      after(world, task, activating, () => run(world, task));
    });
  });
}

/** Goes on with a task only if nobody has asked it to stop meanwhile. */
function after(world: World, task: Task, delay: number, next: () => void): void {
  world.clock.after(delay, () => {
    if (task.desiredStatus === "RUNNING") next();
  });
}

function enter(task: Task, status: TaskStatus): void {
  task.lastStatus = status;
  task.version++;
}

function pull(world: World, task: Task): boolean {
  const { image } = mainContainer(task);
  if (world.images.has(image)) {
    task.pullStoppedAt = world.clock.now();
    return true;
  }
  const reason = `CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref ${image}: ${image}: not found`;
  task.containerReason = reason;
  stopTask(world, task, { code: "TaskFailedToStart", reason, failed: true });
  return false;
}

function run(world: World, task: Task): void {
  task.startedAt = world.clock.now();
  enter(task, "RUNNING");
  task.deployment.startFailures = 0;
  void startProcess(world, task);
  registerTarget(world, task);
  announceTarget(world, task, "registered");
  watchHealth(world, task);
}

/** The checks that run as long as the task does. */
export function watchHealth(world: World, task: Task): void {
  watchContainer(world, task);
  watchGrace(world, task);
}

/** Starts what runs in the task; the clock stands still until it listens or has given up. */
export async function startProcess(world: World, task: Task): Promise<void> {
  const process = makeProcess(world, task);
  task.process = process;
  void process.exited.then((exit) => {
    if (!world.ended) onExit(world, task, exit);
  });
  await world.clock.hold(process.started);
}

/** Vulcan itself, unless the command was overridden by another. */
function makeProcess(world: World, task: Task): TaskProcess {
  const command = texts(overrideOf(task), "command");
  if (command.length > 0 && command.join(" ") !== "vulcan serve") {
    return new CommandProcess(world.containers.enter(task), command);
  }
  const container = mainContainer(task);
  const image = world.images.get(container.image);
  if (image === undefined) throw new Error(`no image ${container.image}`);
  const { family, revision } = task.deployment.revision.taskDefinition;
  return new VulcanProcess({
    image,
    revision: `${family}:${revision}`,
    taskId: task.id,
    database: world.database,
    now: () => world.clock.now(),
    refusesNewer: world.vulcan.refusesNewerSchema,
  });
}

/** Registers the task with its service's target group, if it has one, and has it probed. */
export function registerTarget(world: World, task: Task, first = world.timings.registration): void {
  const group = task.service.targetGroup;
  if (group === undefined) return;
  const target = newTarget(task.ip, task.service.containerPort, task.zone, () => task.process?.port);
  task.target = target;
  group.targets.set(targetKey(target.ip, target.port), target);
  watchTarget(world.clock, group, target, first, () => {
    if (!world.ended) onTargetChanged(world, task);
  });
}
