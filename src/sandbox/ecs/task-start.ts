import { watchTarget } from "../alb/health-check.ts";
import { newTarget, targetKey } from "../alb/target-group.ts";
import { CommandProcess } from "../container/command-process.ts";
import { environmentOf } from "../container/environment.ts";
import type { TaskProcess } from "../container/task-process.ts";
import { texts } from "../http/input.ts";
import { collectLog } from "../logs/collect.ts";
import { databaseAt } from "../vulcan/database-url.ts";
import type { Image } from "../vulcan/image.ts";
import { VulcanProcess } from "../vulcan/process.ts";
import type { World } from "../world.ts";
import { whenPlaced } from "./capacity.ts";
import { announceStarted, announceTarget } from "./events.ts";
import { imageOf } from "./image-of.ts";
import type { Deployment, Run, Service, Task, TaskStatus } from "./model.ts";
import { ecsArn } from "./names.ts";
import { watchMemory } from "./out-of-memory.ts";
import { onTargetChanged, watchContainer, watchGrace } from "./task-health.ts";
import { pullProblem } from "./task-pull.ts";
import { mainContainer, overrideOf } from "./task-queries.ts";
import { onExit, stopTask } from "./task-stop.ts";
import { groupsOf, targetsOf } from "./task-targets.ts";

/** Maximum time that the clock stands still (real ms) for a build that is known to start slowly. */
const SLOW_HOLD = 250;

/** Maximum real time that a health page takes (ms). */
const LONGEST_HEALTH = 60_000;

const ZONES = ["a", "b", "c"];

/** Creates a task in PROVISIONING, without a process. */
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
  const task: Task = {
    id,
    arn: ecsArn(world, `task/${cluster.name}/${id}`),
    cluster,
    service,
    deployment,
    ip: freeAddress(world, service, zoneIndex),
    zone: `${world.region}${ZONES[zoneIndex]}`,
    runtimeId: `${id}-${world.random.digits(10)}`,
    attachmentId: world.random.uuid(),
    enableExecuteCommand: service.settings.enableExecuteCommand === true,
    createdAt,
    tags: [],
    lastStatus: "PROVISIONING",
    desiredStatus: "RUNNING",
    health: "UNKNOWN",
    healthFailures: 0,
    version: 1,
    ...(run === undefined ? {} : { run }),
    placed: false,
  };
  cluster.tasks.set(id, task);
  return task;
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
    task.pullStartedAt = world.clock.now();
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
  const reason = pullProblem(world, task);
  if (reason === undefined) {
    task.pullStoppedAt = world.clock.now();
    return true;
  }
  task.containerReason = reason;
  stopTask(world, task, { code: "TaskFailedToStart", reason, failed: true });
  return false;
}

function run(world: World, task: Task): void {
  task.startedAt = world.clock.now();
  enterStatus(task, "RUNNING");
  task.deployment.startFailures = 0;
  void startProcess(world, task);
  registerTarget(world, task);
  announceTarget(world, task, "registered");
  watchHealth(world, task);
}

/** The checks that run as long as the task does. */
export function watchHealth(world: World, task: Task): void {
  watchContainer(world, task);
  watchMemory(world, task);
  watchGrace(world, task);
}

/** Starts the task's process. The clock stands still until the process listens or has given up. */
export async function startProcess(world: World, task: Task): Promise<void> {
  const image = imageOf(world, task);
  if (image === undefined) throw new Error(`no image ${mainContainer(task).image}`);
  task.environment = environmentOf(world, task);
  const process = makeProcess(world, task, image, task.environment);
  task.process = process;
  void process.exited.then((exit) => {
    if (!world.ended) onExit(world, task, exit);
  });
  await world.clock.hold(process.started, image.traits?.startsSlowly === true ? SLOW_HOLD : undefined);
  collectLog(world, task, task.startedAt);
}

/** Vulcan, unless another command overrides it. */
function makeProcess(
  world: World,
  task: Task,
  image: Image,
  environment: Readonly<Record<string, string>>,
): TaskProcess {
  const command = texts(overrideOf(task), "command");
  if (command.length > 0 && command.join(" ") !== "vulcan serve") {
    return new CommandProcess(world.containers.enter(task), command);
  }
  const { family, revision } = task.deployment.revision.taskDefinition;
  const { lockTimeout } = world.vulcan;
  const seconds = Math.max(0, Number(environment.SANDBOX_HEALTH_SECONDS ?? 0) || 0);
  return new VulcanProcess({
    image,
    revision: `${family}:${revision}`,
    taskId: task.id,
    database: () => databaseAt(world, environment.DB_URL),
    adminToken: environment.VULCAN_ADMIN_TOKEN ?? world.adminToken,
    now: () => world.clock.now(),
    refusesNewer: world.vulcan.refusesNewerSchema,
    lockTimeout: lockTimeout === undefined ? undefined : lockTimeout / world.clock.speed,
    health: { seconds, ms: Math.min(LONGEST_HEALTH, (seconds * 1000) / world.clock.speed) },
  });
}

/** Registers the task with each target group of its service, and starts the health checks. */
export function registerTarget(world: World, task: Task, first = world.timings.registration): void {
  const [target, ...others] = groupsOf(task.service).map(({ targetGroup, containerPort }) => {
    const made = newTarget(task.ip, containerPort, task.zone, () => task.process);
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
