import { AgentProcess } from "../container/agent-process.ts";
import { CommandProcess } from "../container/command-process.ts";
import { environmentOf } from "../container/environment.ts";
import { imageName, type Program, programOf } from "../container/programs-by-image.ts";
import { ProxyProcess } from "../container/proxy-process.ts";
import type { TaskProcess } from "../container/task-process.ts";
import { collectLog } from "../logs/collect.ts";
import { databaseAt } from "../vulcan/database-url.ts";
import { VULCAN_PORT, VulcanProcess } from "../vulcan/process.ts";
import type { World } from "../world.ts";
import { imageOf } from "./image-of.ts";
import type { Task } from "./model.ts";
import { readinessOf } from "./start-order.ts";
import { listenerOf, overrideOf, type TaskContainer } from "./task-container.ts";
import { neverStart, onExit } from "./task-stop.ts";

/** Maximum time that the clock stands still (real ms) for a build that is known to start slowly. */
const SLOW_HOLD = 250;

/** Maximum real time that a health page takes (ms). */
const LONGEST_HEALTH = 60_000;

/** Starts all containers that can start now, and with each those that waited for it. Returns the started ones. */
export function startReady(world: World, task: Task): TaskContainer[] {
  const started: TaskContainer[] = [];
  for (let next = nextReady(world, task); next !== undefined; next = nextReady(world, task)) {
    if (readinessOf(task, next, world.clock.now()) === "never") {
      neverStart(world, task, next);
      continue;
    }
    started.push(next);
    next.startedAt = world.clock.now();
    void startProcess(world, task, next);
    limitPatience(world, task, next);
  }
  return started;
}

/** Those that wait for a container give up after its startTimeout. */
function limitPatience(world: World, task: Task, { definition }: TaskContainer): void {
  if (definition.startTimeoutSeconds === undefined) return;
  world.clock.after(definition.startTimeoutSeconds * 1000, () => task.startWaiting?.());
}

/** The first container that has not started and need not wait. */
const nextReady = (world: World, task: Task): TaskContainer | undefined =>
  task.desiredStatus === "STOPPED"
    ? undefined
    : task.containers.find(
        (one) => one.startedAt === undefined && !one.stopped && readinessOf(task, one, world.clock.now()) !== "waits",
      );

/** Starts a container's process. The clock stands still until the process listens or has given up. */
export async function startProcess(world: World, task: Task, container: TaskContainer): Promise<void> {
  container.environment = environmentOf(world, task, container);
  const process = makeProcess(world, task, container);
  container.process = process;
  void process.exited.then((exit) => {
    if (!world.ended) onExit(world, task, container, exit);
  });
  const isSlow = imageOf(world, task, container)?.traits?.startsSlowly === true;
  await world.clock.hold(process.started, isSlow ? SLOW_HOLD : undefined);
  collectLog(world, task, container, container.startedAt);
}

function makeProcess(world: World, task: Task, container: TaskContainer): TaskProcess {
  const { definition } = container;
  const program: Program = programOf(definition, overrideOf(task, container));
  const name = imageName(definition.image);
  switch (program.kind) {
    case "command":
      return new CommandProcess(world.containers.enter(task, container), program.words);
    case "agent":
      return new AgentProcess(name, program.isDeaf);
    case "proxy":
      return new ProxyProcess(name, definition.ports, () => applicationBeside(task, container));
    case "vulcan":
      return makeVulcan(world, task, container);
  }
}

/** What a proxy forwards to: the first other program of the task that listens and is no proxy. */
const applicationBeside = (task: Task, proxy: TaskContainer): TaskProcess | undefined =>
  task.containers
    .filter((one) => one !== proxy && !(one.process instanceof ProxyProcess))
    .find(({ process }) => process?.port !== undefined)?.process;

function makeVulcan(world: World, task: Task, container: TaskContainer): VulcanProcess {
  const { definition, environment = {} } = container;
  const image = imageOf(world, task, container);
  if (image === undefined) throw new Error(`no image ${definition.image}`);
  const { family, revision } = task.deployment.revision.taskDefinition;
  const seconds = Math.max(0, Number(environment.SANDBOX_HEALTH_SECONDS ?? 0) || 0);
  const ports = definition.ports.length === 0 ? [VULCAN_PORT] : definition.ports;
  return new VulcanProcess({
    image,
    revision: `${family}:${revision}`,
    taskId: task.id,
    ports,
    takenPort: () => ports.find((port) => listenerOf(task, port, container) !== undefined),
    database: () => databaseAt(world, environment.DB_URL),
    adminToken: environment.VULCAN_ADMIN_TOKEN ?? world.adminToken,
    now: () => world.clock.now(),
    refusesNewer: world.vulcan.refusesNewerSchema,
    lockTimeout: lockTimeoutOf(world, container),
    health: { seconds, ms: Math.min(LONGEST_HEALTH, (seconds * 1000) / world.clock.speed) },
  });
}

/** In real ms. One that ran before the world began has had the lock: it takes it here again, at the pace of this machine. */
function lockTimeoutOf({ vulcan: { lockTimeout }, clock }: World, { startedAt }: TaskContainer): number | undefined {
  const hasRun = startedAt !== undefined && startedAt < clock.now();
  return lockTimeout === undefined || hasRun ? undefined : lockTimeout / clock.speed;
}
