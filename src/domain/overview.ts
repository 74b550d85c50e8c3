import type { Caller, Target } from "./target.ts";

/** A target's state on one screen. A part that could not be read carries the reason instead. */
export interface Overview {
  readonly target: Target;
  readonly at: string;
  readonly caller: Part<Caller>;
  readonly service: Part<ServiceOverview>;
  readonly database: Part<DatabaseOverview>;
  readonly alarms: Part<readonly { readonly name: string; readonly reason: string }[]>;
}

export type Part<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly why: string };

export interface ServiceOverview {
  readonly name: string;
  readonly taskDefinition: string;
  readonly desired: number;
  readonly running: number;
  readonly deployments: readonly DeploymentOverview[];
  /** Tasks that are running and healthy, by task definition. */
  readonly healthy: Readonly<Record<string, number>>;
  /** Load-balancer targets by state. */
  readonly targets: Readonly<Record<string, number>>;
  /** Why tasks stopped lately, the most frequent first. */
  readonly stops: readonly { readonly reason: string; readonly taskDefinition: string; readonly count: number }[];
  readonly lastGood?: { readonly taskDefinition: string; readonly ranSeconds: number };
  readonly event?: string;
}

export interface DeploymentOverview {
  readonly taskDefinition: string;
  readonly status: string;
  readonly rollout: string;
  readonly since: string;
  readonly running: number;
  readonly desired: number;
  readonly failed: number;
}

export interface DatabaseOverview {
  readonly id: string;
  readonly status: string;
  readonly engine: string;
  readonly latestRestorableTime?: string;
}

/** What is wrong, one sentence each, the worst first; empty where nothing is. */
export function troubles({ service, database, alarms }: Overview): readonly string[] {
  return [
    ...(service.known ? serviceTroubles(service.value) : [`the service cannot be read: ${service.why}`]),
    ...(database.known && database.value.status !== "available"
      ? [`database ${database.value.id} is ${database.value.status}`]
      : []),
    ...(alarms.known ? alarms.value.map((alarm) => `alarm ${alarm.name}: ${alarm.reason}`) : []),
  ];
}

function serviceTroubles(service: ServiceOverview): string[] {
  const serving = Object.values(service.healthy).reduce((sum, count) => sum + count, 0);
  const [primary, ...older] = service.deployments;
  const failing =
    primary !== undefined && (primary.failed > 0 || primary.rollout === "FAILED") && primary.rollout !== "COMPLETED";
  return [
    ...(serving === 0 && service.desired > 0 ? [`no healthy task of ${service.name} is left`] : []),
    ...(serving > 0 && serving < service.desired ? [`only ${serving} of ${service.desired} tasks are healthy`] : []),
    ...(failing ? [failure(primary, service)] : []),
    ...(older.length > 0 && !failing ? [`a deployment of ${primary?.taskDefinition} is in progress`] : []),
  ];
}

function failure({ taskDefinition, failed, rollout }: DeploymentOverview, service: ServiceOverview): string {
  const reason = service.stops.find((stop) => stop.taskDefinition === taskDefinition)?.reason;
  const why = reason === undefined ? "" : `: ${reason}`;
  return `the deployment of ${taskDefinition} is ${rollout}, ${failed} of its tasks failed${why}`;
}
