import type { Caller, Target } from "../target.ts";

/** A target's state on one screen. A part that could not be read carries the reason instead, and hides no other. */
export interface Overview {
  readonly target: Target;
  readonly at: string;
  /** Where the requests went, if not to AWS itself. */
  readonly endpoint?: string;
  readonly caller: Part<Caller>;
  readonly service: Part<ServiceOverview>;
  readonly tasks: Part<TasksOverview>;
  readonly balancer: Part<BalancerOverview>;
  readonly past: Part<PastOverview>;
  readonly migrations: Part<MigrationsOverview>;
  readonly database: Part<DatabaseOverview>;
  readonly window: Part<WindowOverview>;
  readonly alarms: Part<readonly { readonly name: string; readonly reason: string }[]>;
  /** Null where nothing scales the service. */
  readonly scaling: Part<ScalingOverview | null>;
  readonly leftovers: Part<readonly Leftover[]>;
}

export type Part<T> = { readonly known: true; readonly value: T } | Unread;

export interface Unread {
  readonly known: false;
  readonly why: string;
  /** Of the error, where it was one: its stable identifier and exit code, and what to type. */
  readonly code?: string;
  readonly exitCode?: number;
  readonly next?: readonly string[];
}

export interface ServiceOverview {
  readonly name: string;
  readonly taskDefinition: string;
  readonly desired: number;
  readonly running: number;
  readonly deployments: readonly DeploymentOverview[];
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

export interface TasksOverview {
  /** Tasks that are running and not unhealthy, by task definition. */
  readonly healthy: Readonly<Record<string, number>>;
  readonly revisions: readonly RevisionTasks[];
  /** Why tasks stopped lately, the most frequent first. */
  readonly stops: readonly { readonly reason: string; readonly taskDefinition: string; readonly count: number }[];
}

/** The tasks of one revision that are not stopped, by where they are in their life; those that run, by health. */
export interface RevisionTasks {
  readonly taskDefinition: string;
  readonly starting: number;
  readonly running: number;
  readonly stopping: number;
  /** HEALTHY, UNHEALTHY, UNKNOWN. */
  readonly health: Readonly<Record<string, number>>;
}

export interface BalancerOverview {
  /** Load-balancer targets by state. */
  readonly targets: Readonly<Record<string, number>>;
  /** Healthy targets by the revision of the task behind them; under `an unknown task` where none has that address. */
  readonly serving: Readonly<Record<string, number>>;
}

/** What the deployment history tells. */
export interface PastOverview {
  /** The newest revision proven good, other than the current one; null where there is none. */
  readonly lastGood: { readonly taskDefinition: string; readonly since: string; readonly ranSeconds: number } | null;
  /** The newest attempt, whatever became of it. */
  readonly attempt: { readonly taskDefinition: string; readonly status: string; readonly at: string } | null;
}

export interface MigrationsOverview {
  /** Version of the newest migration that is applied. */
  readonly newest: number;
  readonly description: string;
  readonly appliedAt?: string;
}

export interface DatabaseOverview {
  readonly id: string;
  readonly status: string;
  readonly engine: string;
  readonly latestRestorableTime?: string;
}

/** The times to which the database can be restored. */
export interface WindowOverview {
  readonly earliest: string;
  readonly latest: string;
}

export interface ScalingOverview {
  readonly least: number;
  readonly most: number;
  readonly inSuspended: boolean;
  readonly outSuspended: boolean;
  readonly scheduledSuspended: boolean;
}

/** What an earlier execution on this target has left behind. */
export interface Leftover {
  readonly execution: string;
  /** The runbook's id, or the command that holds the lock where there is no journal. */
  readonly what: string;
  /** unfinished, interrupted, unknown: to be resumed; running: its process is alive; ended: it holds a lock and no more; elsewhere: another machine's. */
  readonly state: "unfinished" | "interrupted" | "unknown" | "running" | "ended" | "elsewhere";
  readonly since: string;
  readonly operator: string;
  readonly holdsLock: boolean;
  /** What it changed for the run and has not put back, by the titles of its steps; absent where there is nothing. */
  readonly notBack?: readonly string[];
}

/** What is wrong, one sentence each, the worst first; empty where nothing is. */
export function troubles({ service, tasks, database, alarms, leftovers }: Overview): readonly string[] {
  return [
    ...(service.known ? serviceTroubles(service.value, tasks) : [`the service cannot be read: ${service.why}`]),
    ...(database.known && database.value.status !== "available"
      ? [`database ${database.value.id} is ${database.value.status}`]
      : []),
    ...(alarms.known ? alarms.value.map((alarm) => `alarm ${alarm.name}: ${alarm.reason}`) : []),
    ...(leftovers.known ? leftovers.value.flatMap(notBackTrouble) : []),
  ];
}

function notBackTrouble({ execution, notBack }: Leftover): string[] {
  return notBack === undefined ? [] : [`execution ${execution} has not put back: ${notBack.join(", ")}`];
}

function serviceTroubles(service: ServiceOverview, tasks: Part<TasksOverview>): string[] {
  const [primary, ...older] = service.deployments;
  const failing = isFailing(primary);
  return [
    ...(tasks.known ? healthTroubles(service, tasks.value) : []),
    ...(failing && primary !== undefined ? [failure(primary, tasks)] : []),
    ...(older.length > 0 && !failing ? [`a deployment of ${primary?.taskDefinition} is in progress`] : []),
  ];
}

function healthTroubles({ name, desired }: ServiceOverview, { healthy }: TasksOverview): string[] {
  const serving = Object.values(healthy).reduce((sum, count) => sum + count, 0);
  if (serving === 0 && desired > 0) return [`no healthy task of ${name} is left`];
  return serving < desired ? [`only ${serving} of ${desired} tasks are healthy`] : [];
}

/** Does the newest deployment lose tasks, or has ECS given it up? */
export function isFailing(primary: DeploymentOverview | undefined): boolean {
  return (
    primary !== undefined && (primary.failed > 0 || primary.rollout === "FAILED") && primary.rollout !== "COMPLETED"
  );
}

function failure({ taskDefinition, failed, rollout }: DeploymentOverview, tasks: Part<TasksOverview>): string {
  const stops = tasks.known ? tasks.value.stops : [];
  const reason = stops.find((stop) => stop.taskDefinition === taskDefinition)?.reason;
  const why = reason === undefined ? "" : `: ${reason}`;
  return `the deployment of ${taskDefinition} is ${rollout}, ${failed} of its tasks failed${why}`;
}

/** Parts of the world that could not be read. What is not set up is no failure. */
export function unread(overview: Overview): readonly Unread[] {
  const { caller, service, tasks, balancer, past, database, window, alarms, scaling } = overview;
  return [caller, service, tasks, balancer, past, database, window, alarms, scaling].filter((part) => !part.known);
}

/** Why nothing at all is known of the target; undefined where anything is. Refused credentials come first. */
export function blindness(overview: Overview): Unread | undefined {
  const { caller, service, tasks, database, window, alarms, scaling } = overview;
  if ([caller, service, tasks, database, window, alarms, scaling].some((part) => part.known)) return undefined;
  const failures = unread(overview);
  return failures.find((part) => part.exitCode === 4) ?? (service.known ? undefined : service);
}
