import type { OwnMuteRule } from "../aws/alarms.ts";
import type { Caller, Target } from "../target.ts";
import type { Unfinished } from "../unfinished.ts";
import type { TrafficOverview } from "./traffic.ts";

/** A target's state on one screen. A part that could not be read carries the reason and hides no other part. */
export interface TargetStatus {
  readonly target: Target;
  readonly at: string;
  /** Where the requests went, if not to AWS itself. */
  readonly endpoint?: string;
  readonly caller: Known<Caller>;
  readonly service: Known<ServiceOverview>;
  readonly tasks: Known<TasksOverview>;
  readonly balancer: Known<BalancerOverview>;
  readonly past: Known<PastOverview>;
  /** Image of the application's container, by task definition: of those that this status names and could read. */
  readonly images: Readonly<Record<string, string>>;
  /** Why no image could be read: releases then go by their revision. */
  readonly unreadImages?: Unavailable;
  /** Null where no load balancer counts requests. */
  readonly traffic: Known<TrafficOverview | null>;
  /** The last words of a task that failed; absent where none has failed lately. */
  readonly lastLog?: Known<LastLog>;
  readonly migrations: Known<MigrationsOverview>;
  readonly database: Known<DatabaseOverview>;
  readonly window: Known<WindowOverview>;
  readonly alarms: Known<readonly AlarmOverview[]>;
  /** Null where nothing scales the service. */
  readonly scaling: Known<ScalingOverview | null>;
  readonly leftovers: Known<readonly UnfinishedExecution[]>;
  /** Why the lock that operators share could not be read: what runs on other machines is then not among the leftovers. */
  readonly sharedLock?: Unavailable;
  /** Ours, on any machine. */
  readonly muteRules: Known<readonly OwnMuteRule[]>;
  /** What runs have left, by all that is above. */
  readonly unfinished: readonly Unfinished[];
}

export type Known<T> = { readonly known: true; readonly value: T } | Unavailable;

export interface Unavailable {
  readonly known: false;
  readonly why: string;
  /** From the error, where there was one: its stable identifier and exit code, and what to type. */
  readonly code?: string;
  readonly exitCode?: number;
  readonly next?: readonly string[];
}

export interface ServiceOverview {
  readonly name: string;
  readonly taskDefinition: string;
  readonly desired: number;
  /** Absent where ECS does not say; so are the counts of a deployment. */
  readonly running?: number;
  /** Where it is not ACTIVE: DRAINING, while it is being deleted. */
  readonly status?: string;
  readonly deployments: readonly DeploymentOverview[];
  /** Whether ECS gives up a deployment whose tasks fail, and rolls it back. Absent where ECS does not say. */
  readonly breaker?: { readonly enabled: boolean; readonly rollback: boolean };
  /** The newest that ECS reports. */
  readonly event?: string;
}

export interface DeploymentOverview {
  readonly taskDefinition: string;
  readonly status: string;
  readonly rollout: string;
  readonly since: string;
  readonly running?: number;
  readonly desired?: number;
  readonly failed?: number;
}

export interface TasksOverview {
  /** Tasks that are running and not unhealthy, by task definition. */
  readonly healthy: Readonly<Record<string, number>>;
  readonly revisions: readonly RevisionTasks[];
  /** Why tasks stopped lately, the most frequent first. */
  readonly stops: readonly StopsOverview[];
}

export interface StopsOverview {
  readonly reason: string;
  readonly taskDefinition: string;
  readonly count: number;
  /** Of their containers, each once. */
  readonly exitCodes?: readonly number[];
}

/** The last lines of the newest task that failed. */
export interface LastLog {
  readonly taskDefinition: string;
  readonly task: string;
  readonly container: string;
  readonly lines: readonly { readonly at: string; readonly text: string }[];
}

/** The tasks of one revision that are not stopped, by their state; those that run, also by health. */
export interface RevisionTasks {
  readonly taskDefinition: string;
  readonly starting: number;
  readonly running: number;
  readonly stopping: number;
  /** HEALTHY, UNHEALTHY, UNKNOWN. */
  readonly health: Readonly<Record<string, number>>;
}

/** A service's target groups. A task has a target in each, so they are never added up. */
export interface BalancerOverview extends GroupCounts {
  /** One entry a group; `targets` and `serving` of the overview are those of the one with the fewest healthy targets. */
  readonly groups: readonly GroupOverview[];
}

interface GroupCounts {
  /** Load-balancer targets by state. */
  readonly targets: Readonly<Record<string, number>>;
  /** Healthy targets by the revision of the task behind them; under `UNKNOWN_TASK` where none has that address. */
  readonly serving: Readonly<Record<string, number>>;
  /** Targets by the revision behind them and by state: what the load balancer says, not the containers. */
  readonly states?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface GroupOverview extends GroupCounts {
  readonly name: string;
  /** `gone`: there is no such group. `unused`: no load balancer sends requests to it. */
  readonly fault?: "gone" | "unused";
  /** Its targets belong to none of the tasks that can be seen. */
  readonly unmatched?: true;
}

/** What the deployment history shows. */
export interface PastOverview {
  /** The newest revision proven good, other than the current one; null where there is none. */
  readonly lastGood: { readonly taskDefinition: string; readonly since: string; readonly ranSeconds: number } | null;
  /** The newest attempt, whatever its result. */
  readonly attempt: AttemptOverview | null;
  /** Why it is not known which deployments asked for no task at all: such a one proves nothing. */
  readonly tasksUnread?: string;
}

export interface AttemptOverview {
  readonly taskDefinition: string;
  readonly status: string;
  readonly at: string;
  /** Where it was rolled back: to what, and what made ECS do so. */
  readonly back?: { readonly to: string; readonly by: "circuit breaker" | "alarm" | "request" };
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
  /** Absent where RDS does not say from when. */
  readonly earliest?: string;
  readonly latest: string;
}

/** An alarm in state ALARM. */
export interface AlarmOverview {
  readonly name: string;
  readonly reason: string;
  /** `own`: on something of this target. `unknown`: what it watches cannot be told, so that it counts like one. */
  readonly about: "own" | "other" | "unknown";
}

export interface ScalingOverview {
  readonly least: number;
  readonly most: number;
  readonly inSuspended: boolean;
  readonly outSuspended: boolean;
  readonly scheduledSuspended: boolean;
}

/** What an earlier execution on this target has left behind. */
export interface UnfinishedExecution {
  readonly execution: string;
  /** The runbook's id, or the command that holds the lock where there is no journal. */
  readonly what: string;
  /**
   * `unfinished`, `interrupted`, `unknown`: to be resumed. `running`: its process is alive. `ended`: it holds a lock
   * and nothing more. `elsewhere`: it belongs to another machine.
   */
  readonly state: "unfinished" | "interrupted" | "unknown" | "running" | "ended" | "elsewhere";
  readonly since: string;
  readonly operator: string;
  readonly holdsLock: boolean;
  /** What it changed for its run and has not put back; absent where there is nothing, or while it runs. */
  readonly unfinished?: readonly Unfinished[];
}

/** The database cannot be restored by this program, and why: an answer, which `why` and `next` carry. */
const NO_RECOVERY: ReadonlySet<string> = new Set([
  "cluster-member",
  "database-deleted",
  "source-unfit",
  "no-backup",
  "database-unknown",
]);

/** Why the database cannot be restored by this program; undefined where it can, or where that is not known. */
export function noRecovery({ window }: Pick<TargetStatus, "window">): Unavailable | undefined {
  return !window.known && NO_RECOVERY.has(window.code ?? "") ? window : undefined;
}

/** Parts that could not be read. A part that is not set up is no failure; nor is a database that cannot be restored. */
export function unread(status: TargetStatus): readonly Unavailable[] {
  return unreadParts(status).map(([, part]) => part);
}

const PARTS = [
  "caller",
  "service",
  "tasks",
  "balancer",
  "past",
  "traffic",
  "database",
  "window",
  "alarms",
  "scaling",
  "muteRules",
] as const;

/** The same with the name of each part. */
export function unreadParts(status: TargetStatus): readonly (readonly [(typeof PARTS)[number], Unavailable])[] {
  return PARTS.flatMap((name) => {
    const part = status[name];
    return part.known || NO_RECOVERY.has(part.code ?? "") ? [] : [[name, part] as const];
  });
}

/** Why nothing at all is known of the target; undefined where something is known. Refused credentials come first. */
export function whyNothingIsKnown(status: TargetStatus): Unavailable | undefined {
  // Who asks is not what was asked for.
  const { service, tasks, database, window, alarms, scaling } = status;
  if ([service, tasks, database, window, alarms, scaling].some((part) => part.known)) return undefined;
  const failures = unread(status);
  return failures.find((part) => part.exitCode === 4) ?? (service.known ? undefined : service);
}
