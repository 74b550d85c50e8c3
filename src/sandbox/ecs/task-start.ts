import { watchTarget } from "../alb/health-check.ts";
import { newTarget, targetKey } from "../alb/target-group.ts";
import type { TaskProcess } from "../container/task-process.ts";
import type { World } from "../world.ts";
import { whenPlaced } from "./capacity.ts";
import { startReady } from "./container-start.ts";
import { announceStarted, announceTarget } from "./events.ts";
import type { Deployment, Run, Service, Task, TaskStatus } from "./model.ts";
import { ecsArn } from "./names.ts";
import { watchMemory } from "./out-of-memory.ts";
import { containerNamed, newContainer, type TaskContainer } from "./task-container.ts";
import { onTargetChanged, watchContainer, watchGrace } from "./task-health.ts";
import { pullProblem } from "./task-pull.ts";
import { stopTask } from "./task-stop.ts";
import { groupsOf, targetsOf } from "./task-targets.ts";

const ZONES = ["a", "b", "c"];

/** Creates a task in PROVISIONING, without processes. */
export function makeTask(
  world: World,
  service: Service,
  deployment: Deployment,
  createdAt = world.clock.now(),
  run?: Run,
): Task {
  const { cluster } = service;
  const id = world.random.hex(32);
  const zoneIndex = Math.floor(world.random.next() * 3);
  const ip = freeAddress(world, service, zoneIndex);
  const runtimeId = `${id}-${world.random.digits(10)}`;
  const attachmentId = world.random.uuid();
  const task: Task = {
    id,
    arn: ecsArn(world, `task/${cluster.name}/${id}`),
    cluster,
    service,
    deployment,
    ip,
    zone: `${world.region}${ZONES[zoneIndex]}`,
    containers: makeContainers(world, id, deployment, { runtimeId, attachmentId }),
    attachmentId,
    enableExecuteCommand: service.settings.enableExecuteCommand === true,
    createdAt,
    tags: [],
    lastStatus: "PROVISIONING",
    desiredStatus: "RUNNING",
    version: 1,
    ...(run === undefined ? {} : { run }),
    placed: false,
  };
  cluster.tasks.set(id, task);
  return task;
}

/** The first container has its task's own numbers, so that a task of one container draws no more than it always has. */
function makeContainers(
  world: World,
  id: string,
  { revision }: Deployment,
  first: Pick<Task, "attachmentId"> & { readonly runtimeId: string },
): TaskContainer[] {
  return revision.taskDefinition.containers.map((definition, index) =>
    index === 0
      ? newContainer(definition, first.runtimeId, first.attachmentId)
      : newContainer(definition, `${id}-${world.random.digits(10)}`, world.random.uuid()),
  );
}

function freeAddress(world: World, service: Service, zone: number): string {
  const taken = new Set([...service.cluster.tasks.values()].map((task) => task.ip));
  for (;;) {
    const host = 10 + Math.floor(world.random.next() * 230);
    const ip = world.ipv6 ? `2600:1f14:abcd:ef0${zone}::${host.toString(16)}` : `10.0.${10 + zone}.${host}`;
    if (!taken.has(ip)) return ip;
  }
}

/** Starts a task of the deployment. */
export function launchTask(world: World, service: Service, deployment: Deployment): void {
  const task = makeTask(world, service, deployment);
  announceStarted(world, task);
  advanceTask(world, task);
}

/** Leads a new task through its states. */
export function advanceTask(world: World, task: Task): void {
  const { provisioning, pending, activating } = world.timings;
  const prepare = (): void => {
    enterStatus(task, "PENDING");
    task.connectedAt = world.clock.now();
    task.pullStartedAt = task.connectedAt;
    after(world, task, pending, () => {
      if (!pull(world, task)) return;
      enterStatus(task, "ACTIVATING");
      after(world, task, activating, () => run(world, task));
    });
  };
  whenPlaced(world, task, () => after(world, task, provisioning, prepare));
}

/** Calls `next` after `delay`, unless the task has been asked to stop meanwhile. */
function after(world: World, task: Task, delay: number, next: () => void): void {
  world.clock.after(delay, () => {
    if (task.desiredStatus === "RUNNING") next();
  });
}

function enterStatus(task: Task, status: TaskStatus): void {
  task.lastStatus = status;
  task.version++;
}

function pull(world: World, task: Task): boolean {
  const problem = pullProblem(world, task);
  if (problem === undefined) {
    task.pullStoppedAt = world.clock.now();
    return true;
  }
  const { container, reason } = problem;
  container.reason = reason;
  stopTask(world, task, { code: "TaskFailedToStart", reason, failed: true });
  return false;
}

/** Starts the containers in their order; the task is RUNNING when the last one has started. */
function run(world: World, task: Task): void {
  task.startWaiting = () => {
    if (task.desiredStatus !== "RUNNING") return;
    const started = startReady(world, task);
    if (task.desiredStatus === "RUNNING" && task.containers.every(isUpOrOver)) enterRunning(world, task);
    for (const container of started) watchHealth(world, task, container);
  };
  task.startWaiting();
}

const isUpOrOver = ({ startedAt, stopped }: TaskContainer): boolean => startedAt !== undefined || stopped;

function enterRunning(world: World, task: Task): void {
  task.startWaiting = undefined;
  task.startedAt = world.clock.now();
  enterStatus(task, "RUNNING");
  task.deployment.startFailures = 0;
  registerTarget(world, task);
  announceTarget(world, task, "registered");
  watchGrace(world, task);
}

/** The checks that run as long as the container does. */
export function watchHealth(world: World, task: Task, container: TaskContainer): void {
  watchContainer(world, task, container);
  watchMemory(world, task, container);
}

/** Registers the task with each target group of its service, and starts the health checks. */
export function registerTarget(world: World, task: Task, first = world.timings.registration): void {
  const [target, ...others] = groupsOf(task.service).map(({ targetGroup, containerName, containerPort }) => {
    const listener = () => listenerAt(task, containerName, containerPort);
    const made = newTarget(task.ip, containerPort, task.zone, listener);
    targetGroup.targets.set(targetKey(made.ip, made.port), made);
    return made;
  });
  if (target === undefined) return;
  task.target = target;
  task.otherTargets = others;
  for (const { group, target: own } of targetsOf(task)) {
    watchTarget(world.clock, group, own, first, () => {
      if (!world.ended) onTargetChanged(world, task);
    });
  }
}

/** The program behind a target: the container's that the service names, while it listens on that port. */
function listenerAt(task: Task, name: string, port: number): TaskProcess | undefined {
  const process = containerNamed(task, name)?.process;
  return process?.ports.includes(port) === true ? process : undefined;
}
