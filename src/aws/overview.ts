import type { DatabaseOverview, Overview, Part, ServiceOverview } from "../domain/overview.ts";
import type { Target } from "../domain/target.ts";
import type { AwsReads } from "./read.ts";
import { isReady, type Service, type TargetHealth, type Task } from "./shapes.ts";

/** Reads everything at once; what fails says so and keeps nothing else from being shown. `lastGood` judges the history. */
export async function readOverview(
  reads: AwsReads,
  target: Target,
  at: string,
  lastGood: (service: Service) => Promise<ServiceOverview["lastGood"]>,
): Promise<Overview> {
  const [caller, service, database, alarms] = await Promise.all([
    part(reads.caller()),
    part(readService(reads, target, lastGood)),
    part(readDatabase(reads, target)),
    part(reads.alarms()),
  ]);
  return { target, at, caller, service, database, alarms };
}

function part<T>(reading: Promise<T>): Promise<Part<T>> {
  return reading.then(
    (value) => ({ known: true, value }),
    (error: Error) => ({ known: false, why: error.message }),
  );
}

async function readService(
  reads: AwsReads,
  { cluster, service: name }: Target,
  lastGood: (service: Service) => Promise<ServiceOverview["lastGood"]>,
): Promise<ServiceOverview> {
  const [service, running, stopped] = await Promise.all([
    reads.ecs.service(cluster, name),
    reads.ecs.tasks(cluster, name, "RUNNING"),
    reads.ecs.tasks(cluster, name, "STOPPED"),
  ]);
  const [targets, good] = await Promise.all([
    Promise.all(service.targetGroups.map((group) => reads.targetHealth(group))),
    lastGood(service).catch(() => undefined),
  ]);
  return toOverview(service, running, stopped, targets.flat(), good);
}

function toOverview(
  service: Service,
  running: readonly Task[],
  stopped: readonly Task[],
  targets: readonly TargetHealth[],
  lastGood: ServiceOverview["lastGood"],
): ServiceOverview {
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
    healthy: count(running.filter(isReady).map((task) => task.taskDefinition)),
    targets: count(targets.map((health) => health.state)),
    stops: stops(stopped),
    ...(lastGood === undefined ? {} : { lastGood }),
    ...(event === undefined ? {} : { event }),
  };
}

function stops(stopped: readonly Task[]): ServiceOverview["stops"] {
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
  if (database === undefined) throw new Error(`there is no database ${target.database}`);
  return database;
}
