import { alarmPlace, concernsTarget } from "../../domain/aws/alarm-subject.ts";
import type { OwnMuteRule } from "../../domain/aws/alarms.ts";
import type { Deployment, Service } from "../../domain/aws/ecs.ts";
import type { AwsReads } from "../../domain/aws/reads.ts";
import { OpsError, usageError } from "../../domain/error.ts";
import type {
  AlarmOverview,
  DatabaseOverview,
  DeploymentOverview,
  Known,
  LastLog,
  MigrationsOverview,
  PastOverview,
  ServiceOverview,
  TargetStatus,
  Unavailable,
  UnfinishedExecution,
  WindowOverview,
} from "../../domain/status/target-status.ts";
import { unfinishedOn } from "../../domain/status/unfinished.ts";
import type { Caller, Target } from "../../domain/target.ts";
import { limitOf, outOfTime } from "../../domain/time-limit.ts";
import { withCommand } from "../../domain/unfinished.ts";
import { readBalancer } from "./read-balancer.ts";
import { readImages, readLastLog } from "./read-releases.ts";
import { toTasks } from "./read-tasks.ts";
import { readTraffic } from "./read-traffic.ts";

/** What an overview needs besides AWS's answers. */
export interface StatusQuestion {
  readonly target: Target;
  readonly at: string;
  readonly endpoint?: string;
  /** A line for the AWS CLI with the profile and region that it needs. */
  asPasted(line: string): string;
  caller(): Promise<Caller>;
  /** Judges the deployment history. */
  past(service: Service): Promise<PastOverview>;
  /** Absent if nothing says how to reach the migrations. */
  migrations?(): Promise<MigrationsOverview>;
  /** Rejects with the reason, and what to type, if it cannot be restored to a moment. */
  window(): Promise<WindowOverview>;
  leftovers(): Promise<readonly UnfinishedExecution[]>;
  muteRules(): Promise<readonly OwnMuteRule[]>;
}

/** The screen does not wait longer than this for a part. Real time, because a person waits. */
const LIMIT_MS = 8000;
const MIGRATIONS_LIMIT_MS = 2000;
const EXTRA_LIMIT_MS = 3000;

/** Reads all parts in parallel. A part that fails or is late says so, and does not hide the others. */
export async function collectStatus(reads: AwsReads, asking: StatusQuestion): Promise<TargetStatus> {
  const { target, at, endpoint, asPasted } = asking;
  const { cluster, service: name } = target;
  const service = reads.ecs.service(cluster, name);
  const tasks = Promise.all([reads.ecs.tasks(cluster, name, "RUNNING"), reads.ecs.tasks(cluster, name, "STOPPED")]);
  const past = service.then((found) => asking.past(found));
  const question = { target, now: Date.parse(at) };
  const parts = {
    caller: readPart(asking.caller()),
    service: readPart(service.then(toService)),
    tasks: readPart(tasks.then(([running, stopped]) => toTasks(running, stopped))),
    balancer: readPart(readBalancer(reads, service, tasks)),
    past: readPart(past),
    traffic: readPart(readTraffic(reads, service, tasks, question)),
    migrations: readMigrations(asking),
    database: readPart(readDatabase(reads, target)),
    window: readPart(asking.window()),
    alarms: readPart(readAlarms(reads, service, target)),
    scaling: readPart(reads.around.scalingTarget(cluster, name).then((found) => found ?? null)),
    leftovers: readPart(asking.leftovers()),
    muteRules: readPart(asking.muteRules()),
  };
  const more = {
    images: readPart(readImages(reads, service, past, target), EXTRA_LIMIT_MS),
    lastLog: readLast(readLastLog(reads, service, tasks, target)),
  };
  const [read, { images, lastLog }] = await Promise.all([settled(parts), settled(more)]);
  const unfinished = unfinishedOn({ target, ...read }).map((left) => withCommand(left, asPasted));
  const named = images.known ? { images: images.value } : { images: {}, unreadImages: images };
  return { target, at, ...(endpoint && { endpoint }), ...read, ...named, ...(lastLog && { lastLog }), unfinished };
}

type Settled<T> = { readonly [K in keyof T]: Awaited<T[K]> };

async function settled<T extends Readonly<Record<string, Promise<unknown>>>>(parts: T): Promise<Settled<T>> {
  const entries = Object.entries(parts).map(async ([name, reading]) => [name, await reading] as const);
  return Object.fromEntries(await Promise.all(entries)) as Settled<T>;
}

function readPart<T>(reading: Promise<T>, usualLimit = LIMIT_MS): Promise<Known<T>> {
  const limit = limitOf(usualLimit);
  const late = new AbortController();
  const known = reading.then(
    (value): Known<T> => ({ known: true, value }),
    (error: Error): Known<T> => failed(error),
  );
  const timeout = outOfTime(limit, late.signal).then(
    (): Known<T> => ({ known: false, why: `no answer within ${limit / 1000} s`, code: "late", exitCode: 1 }),
    () => known,
  );
  return Promise.race([known, timeout]).finally(() => late.abort());
}

async function readLast(reading: Promise<LastLog | undefined>): Promise<Known<LastLog> | undefined> {
  const part = await readPart(reading, EXTRA_LIMIT_MS);
  if (!part.known) return part;
  return part.value && { known: true, value: part.value };
}

/** The part of the status that an error leaves. */
export function failed(error: Error): Unavailable {
  if (!(error instanceof OpsError)) return { known: false, why: error.message };
  const { code, exitCode, next } = error.detail;
  return { known: false, why: error.message, code, exitCode, ...(next && { next }) };
}

function readMigrations({ migrations }: StatusQuestion): Promise<Known<MigrationsOverview>> {
  if (migrations === undefined) return Promise.resolve({ known: false, why: "not configured", code: "not-configured" });
  return readPart(migrations(), MIGRATIONS_LIMIT_MS);
}

function toService(service: Service): ServiceOverview {
  const event = service.events[0]?.text;
  return {
    name: service.name,
    taskDefinition: service.taskDefinition,
    desired: service.desired,
    ...(service.running !== undefined && { running: service.running }),
    ...(service.status !== "ACTIVE" && { status: service.status }),
    deployments: service.deployments.map(toDeployment),
    ...(service.breaker && { breaker: { enabled: service.breaker.enabled, rollback: service.breaker.rollback } }),
    ...(event === undefined ? {} : { event }),
  };
}

function toDeployment({ taskDefinition, status, rollout = "", createdAt, ...counts }: Deployment): DeploymentOverview {
  const { running, desired, failed: lost } = counts;
  return {
    taskDefinition,
    status,
    rollout,
    since: createdAt,
    ...(running !== undefined && { running }),
    ...(desired !== undefined && { desired }),
    ...(lost !== undefined && { failed: lost }),
  };
}

/** Whose alarm each is follows from the service. Where that cannot be read, none is taken for another's. */
async function readAlarms(reads: AwsReads, service: Promise<Service>, target: Target): Promise<AlarmOverview[]> {
  const place = service
    .then(async (found) => {
      const groups = await reads.targetGroups(found.targetGroups).catch(() => undefined);
      return alarmPlace(target.cluster, found, target.database, groups);
    })
    .catch(() => undefined);
  const [firing, known] = await Promise.all([reads.alarms(), place]);
  return firing.map(({ name, reason, watches }) => {
    return { name, reason, about: known === undefined ? "unknown" : concernsTarget(watches, known) };
  });
}

async function readDatabase(reads: AwsReads, target: Target): Promise<DatabaseOverview> {
  const database = await reads.database(target.database);
  if (database === undefined) throw usageError("database-absent", `there is no database ${target.database}`);
  const { id, status, engine, latestRestorableTime } = database;
  return { id, status, engine, ...(latestRestorableTime && { latestRestorableTime }) };
}
