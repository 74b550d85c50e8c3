import { isReady, type Service, type TargetHealth, type Task } from "../../domain/aws/ecs.ts";
import type { AwsReads } from "../../domain/aws/reads.ts";
import { OpsError, usageError } from "../../domain/error.ts";
import type {
  BalancerOverview,
  DatabaseOverview,
  Leftover,
  MigrationsOverview,
  Overview,
  Part,
  PastOverview,
  RevisionTasks,
  ServiceOverview,
  TasksOverview,
  WindowOverview,
} from "../../domain/status/target-status.ts";
import type { Caller, Target } from "../../domain/target.ts";
import { outOfTime } from "../../domain/time-limit.ts";

/** What an overview takes from elsewhere than AWS's answers. */
export interface Asking {
  readonly target: Target;
  readonly at: string;
  readonly endpoint?: string;
  caller(): Promise<Caller>;
  /** Judges the deployment history. */
  past(service: Service): Promise<PastOverview>;
  /** Absent where nothing says how the migrations can be reached. */
  migrations?(): Promise<MigrationsOverview>;
  /** Undefined where there is no backup to restore from. */
  window(): Promise<WindowOverview | undefined>;
  leftovers(): Promise<readonly Leftover[]>;
}

/** A part that takes longer is late, and the screen does not wait for it. Real time: it is a person who waits. */
const LIMIT_MS = 8000;
const MIGRATIONS_LIMIT_MS = 2000;

/** Reads everything at once; what fails or is late says so and keeps nothing else from being shown. */
export async function readOverview(reads: AwsReads, asking: Asking): Promise<Overview> {
  const { target, at, endpoint } = asking;
  const { cluster, service: name } = target;
  const service = reads.ecs.service(cluster, name);
  const tasks = Promise.all([reads.ecs.tasks(cluster, name, "RUNNING"), reads.ecs.tasks(cluster, name, "STOPPED")]);
  const parts = {
    caller: part(asking.caller()),
    service: part(service.then(toService)),
    tasks: part(tasks.then(([running, stopped]) => toTasks(running, stopped))),
    balancer: part(readBalancer(reads, service, tasks)),
    past: part(service.then((found) => asking.past(found))),
    migrations: readMigrations(asking),
    database: part(readDatabase(reads, target)),
    window: part(readWindow(asking)),
    alarms: part(reads.alarms()),
    scaling: part(reads.around.scalingTarget(cluster, name).then((found) => found ?? null)),
    leftovers: part(asking.leftovers()),
  };
  return { target, at, ...(endpoint && { endpoint }), ...(await settled(parts)) };
}

type Settled<T> = { readonly [K in keyof T]: Awaited<T[K]> };

async function settled<T extends Readonly<Record<string, Promise<unknown>>>>(parts: T): Promise<Settled<T>> {
  const entries = Object.entries(parts).map(async ([name, reading]) => [name, await reading] as const);
  return Object.fromEntries(await Promise.all(entries)) as Settled<T>;
}

function part<T>(reading: Promise<T>, limit = LIMIT_MS): Promise<Part<T>> {
  const late = new AbortController();
  const known = reading.then(
    (value): Part<T> => ({ known: true, value }),
    (error: Error): Part<T> => failed(error),
  );
  const timeout = outOfTime(limit, late.signal).then(
    (): Part<T> => ({ known: false, why: `no answer within ${limit / 1000} s`, code: "late", exitCode: 1 }),
    () => known,
  );
  return Promise.race([known, timeout]).finally(() => late.abort());
}

function failed(error: Error): Part<never> {
  if (!(error instanceof OpsError)) return { known: false, why: error.message };
  const { code, exitCode, next } = error.detail;
  return { known: false, why: error.message, code, exitCode, ...(next && { next }) };
}

function readMigrations({ migrations }: Asking): Promise<Part<MigrationsOverview>> {
  if (migrations === undefined) return Promise.resolve({ known: false, why: "not configured", code: "not-configured" });
  return part(migrations(), MIGRATIONS_LIMIT_MS);
}

function toService(service: Service): ServiceOverview {
  const event = service.events[0]?.text;
  return {
    name: service.name,
    taskDefinition: service.taskDefinition,
    desired: service.desired,
    running: service.running,
    deployments: service.deployments.map(({ taskDefinition, status, rollout = "", createdAt: since, ...counts }) => ({
      taskDefinition,
      status,
      rollout,
      since,
      running: counts.running,
      desired: counts.desired,
      failed: counts.failed,
    })),
    ...(event === undefined ? {} : { event }),
  };
}

function toTasks(running: readonly Task[], stopped: readonly Task[]): TasksOverview {
  const alive = [...running, ...stopped].filter((task) => task.status !== "STOPPED");
  const names = [...new Set(alive.map((task) => task.taskDefinition))];
  return {
    healthy: count(running.filter(isReady).map((task) => task.taskDefinition)),
    revisions: names.map((name) => toRevision(name, alive)),
    stops: stops(stopped),
  };
}

const STARTING: ReadonlySet<string> = new Set(["PROVISIONING", "PENDING", "ACTIVATING"]);

function toRevision(taskDefinition: string, alive: readonly Task[]): RevisionTasks {
  const tasks = alive.filter((task) => task.taskDefinition === taskDefinition);
  const running = tasks.filter((task) => task.status === "RUNNING");
  const starting = tasks.filter((task) => STARTING.has(task.status)).length;
  return {
    taskDefinition,
    starting,
    running: running.length,
    stopping: tasks.length - running.length - starting,
    health: count(running.map((task) => task.health)),
  };
}

async function readBalancer(
  reads: AwsReads,
  service: Promise<Service>,
  tasks: Promise<readonly (readonly Task[])[]>,
): Promise<BalancerOverview> {
  const { targetGroups } = await service;
  const [health, known] = await Promise.all([
    Promise.all(targetGroups.map((group) => reads.targetHealth(group))),
    tasks.catch(() => []),
  ]);
  return toBalancer(health.flat(), known.flat());
}

function toBalancer(targets: readonly TargetHealth[], tasks: readonly Task[]): BalancerOverview {
  const behind = ({ address }: TargetHealth) =>
    tasks.find((task) => task.addresses.includes(address))?.taskDefinition ?? "an unknown task";
  return {
    targets: count(targets.map((health) => health.state)),
    serving: count(targets.filter((health) => health.state === "healthy").map(behind)),
  };
}

function stops(stopped: readonly Task[]): TasksOverview["stops"] {
  const seen = new Map<string, { reason: string; taskDefinition: string; count: number }>();
  for (const { stoppedReason: reason = "no reason given", taskDefinition } of stopped) {
    const key = `${taskDefinition} ${reason}`;
    seen.set(key, { reason, taskDefinition, count: (seen.get(key)?.count ?? 0) + 1 });
  }
  return [...seen.values()].sort((a, b) => b.count - a.count);
}

function count(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

async function readDatabase(reads: AwsReads, target: Target): Promise<DatabaseOverview> {
  const database = await reads.database(target.database);
  if (database === undefined) throw usageError("database-absent", `there is no database ${target.database}`);
  const { id, status, engine, latestRestorableTime } = database;
  return { id, status, engine, ...(latestRestorableTime && { latestRestorableTime }) };
}

async function readWindow({ window, target }: Asking): Promise<WindowOverview> {
  const found = await window();
  if (found === undefined) throw usageError("backup-absent", `no backup of ${target.database} can be restored from`);
  return found;
}
