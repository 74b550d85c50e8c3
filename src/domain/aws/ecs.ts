import type { Json, JsonObject } from "../json.ts";
import type { AlarmSubject } from "./alarms.ts";
import type { TaskStart } from "./task-start.ts";

/**
 * What the reads return: the part of AWS's answers that this product uses, as plain data, times in RFC 3339. A member
 * that may be absent without AWS having documented what that means is optional here: absent is "not known", and never
 * none, off or 0. An answer without what everything rests on is no answer: the read rejects (`aws-incomplete`).
 */

export interface Service {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
  /** ECS, CODE_DEPLOY or EXTERNAL. */
  readonly controller: string;
  /** ROLLING, BLUE_GREEN, LINEAR or CANARY. */
  readonly strategy: string;
  /** `family:revision` of the PRIMARY deployment. */
  readonly taskDefinition: string;
  readonly desired: number;
  readonly running?: number;
  readonly pending?: number;
  /** Share of the desired tasks that ECS keeps healthy during a deployment. */
  readonly minimumHealthyPercent?: number;
  /** Most tasks that may run during a deployment, in percent of the desired ones. */
  readonly maximumPercent?: number;
  readonly breaker?: Breaker;
  /** Whether tasks that it starts have ECS Exec. */
  readonly execEnabled?: boolean;
  /** ECS ignores health checks for 0 s where nothing is set. [D: CreateService, healthCheckGracePeriodSeconds] */
  readonly graceSeconds?: number;
  /** CloudWatch alarms that stop its deployments, by name. */
  readonly deploymentAlarms?: readonly string[];
  /** Which container and port each target group sends its requests to. */
  readonly balancers: readonly { readonly targetGroup: string; readonly container: string; readonly port: number }[];
  readonly deployments: readonly Deployment[];
  readonly targetGroups: readonly string[];
  /** ARN of the newest service deployment; absent where the API does not return it. */
  readonly deploymentArn?: string;
  /** The placement of its tasks in the form that RunTask takes, to start one more task beside them. */
  readonly placement?: JsonObject;
  /** Newest first. */
  readonly events: readonly { readonly at: string; readonly text: string }[];
}

export interface Deployment {
  readonly id: string;
  /** PRIMARY, ACTIVE, or a value that AWS may add. */
  readonly status: string;
  readonly taskDefinition: string;
  /** IN_PROGRESS, COMPLETED, FAILED; absent behind a Classic Load Balancer. */
  readonly rollout?: string;
  readonly rolloutReason?: string;
  readonly desired?: number;
  readonly running?: number;
  readonly pending?: number;
  readonly failed?: number;
  readonly createdAt: string;
}

/** The circuit breaker as configured; `threshold` is the count of failed tasks that trips it. */
export interface Breaker {
  readonly enabled: boolean;
  readonly rollback: boolean;
  readonly threshold?: number;
}

/** One service deployment in its present state. */
export interface ServiceDeployment {
  readonly arn: string;
  /** PENDING, IN_PROGRESS, SUCCESSFUL, STOP_REQUESTED, STOPPED, ROLLBACK_REQUESTED … ROLLBACK_FAILED. */
  readonly status: string;
  readonly statusReason?: string;
  /** The task definition that it was to deploy; empty where that is not known. */
  readonly taskDefinition: string;
  /** What ran when it began; StopServiceDeployment ROLLBACK returns to it. Absent where ECS does not say. */
  readonly sources?: readonly string[];
  readonly rollback?: { readonly taskDefinition: string; readonly startedAt: string; readonly reason?: string };
  readonly breaker?: { readonly status?: string; readonly failures?: number; readonly threshold?: number };
  /** CloudWatch alarms that fired and stopped it. */
  readonly alarms: readonly string[];
}

/** One row of the service-deployment history. */
export interface HistoryRow {
  readonly arn: string;
  /** PENDING … SUCCESSFUL, STOPPED, ROLLBACK_SUCCESSFUL, ROLLBACK_FAILED. */
  readonly status: string;
  readonly taskDefinition: string;
  /** How many tasks it was asked for; absent where that is not known. One of none proves nothing of its revision. */
  readonly tasks?: number;
  /** Why that number could not be read. */
  readonly tasksUnread?: string;
  /** Digests of its images, by container; absent where ECS has not resolved every one. */
  readonly images?: string;
  /** ARN of the settings and resolved images that this deployment was to bring to the service. */
  readonly serviceRevision?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly createdAt: string;
}

export interface TaskDefinition {
  readonly name: string;
  /** ACTIVE, INACTIVE or DELETE_IN_PROGRESS. */
  readonly status: string;
  readonly containers: readonly Container[];
  readonly cpu?: string;
  readonly memory?: string;
  readonly taskRole?: string;
  readonly executionRole?: string;
  readonly networkMode?: string;
  /** `task` or `host`: containers share their processes; absent where each has its own. */
  readonly pidMode?: string;
  /** e.g. `LINUX/X86_64` */
  readonly platform?: string;
  /** Every other setting by name, as a fingerprint. */
  readonly others: Readonly<Record<string, string>>;
  readonly registeredAt?: string;
  /** By key; absent where it has none. */
  readonly tags?: Readonly<Record<string, string>>;
}

export interface LogPlace {
  readonly group: string;
  readonly prefix: string;
  /** The region of the group, which can differ from the region of the service. */
  readonly region?: string;
  /** Whether the driver creates a group that does not exist. */
  readonly createsGroup?: true;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  /** The words that replace the image's own command; absent where the image decides. */
  readonly command?: readonly string[];
  /** The words before the command; absent where the image decides. */
  readonly entryPoint?: readonly string[];
  /** When it ends, the task ends. Absent means true. */
  readonly essential?: boolean;
  readonly environment: readonly Setting[];
  /** `from` is the ARN or name of the secret; its value is never read. */
  readonly secrets: readonly { readonly name: string; readonly from: string }[];
  readonly ports: readonly { readonly number: number; readonly protocol: string }[];
  readonly healthCheck?: string;
  /** The numbers of that health check. */
  readonly health?: HealthSetup;
  readonly readonlyRoot?: true;
  /** An init process reaps what other processes leave behind. */
  readonly initProcess?: true;
  /** Seconds between SIGTERM and SIGKILL. Absent means 30. */
  readonly stopTimeout?: number;
  /** `name` is the part that may be shown. */
  readonly log?: Setting;
  /** Where its awslogs driver writes: streams are named `prefix/container/taskId`. */
  readonly logs?: LogPlace;
  readonly labels: Readonly<Record<string, string>>;
  /** Every other setting by name, as a fingerprint. */
  readonly others: Readonly<Record<string, string>>;
}

/** Seconds; ECS's own numbers where nothing is set. */
export interface HealthSetup {
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
  readonly startPeriod: number;
}

/** A name whose value stays hidden: equal fingerprints mean equal values, within one process. */
export interface Setting {
  readonly name: string;
  readonly fingerprint: string;
  /** Host, port and database that a database's setting points to, without credentials. */
  readonly place?: string;
}

/** What a deployment really brought: the service's settings besides the task definition, and images with digests. */
export interface ServiceRevision {
  readonly arn: string;
  readonly taskDefinition: string;
  /** Absent where ECS does not say: it has not looked for the images yet. */
  readonly images?: readonly { readonly container: string; readonly image: string; readonly digest?: string }[];
  /** Settings of the service that UpdateService with a task definition does not change. */
  readonly settings: Readonly<Record<string, Json>>;
}

export interface Task {
  readonly id: string;
  readonly taskDefinition: string;
  /** PROVISIONING … STOPPED. */
  readonly status: string;
  /** RUNNING; STOPPED where ECS is about to stop it. */
  readonly desired?: string;
  /** HEALTHY, UNHEALTHY or UNKNOWN; without a container health check ECS always answers UNKNOWN. */
  readonly health: string;
  readonly stopCode?: string;
  readonly stoppedReason?: string;
  readonly exitCodes: readonly number[];
  /** Id of the deployment that started it. */
  readonly startedBy?: string;
  /** How far its start has come. */
  readonly start?: TaskStart;
  /** When its containers had started; absent before that. */
  readonly startedAt?: string;
  /** When it was asked to stop. For a draining task, this is long before `stoppedAt`. */
  readonly stoppingAt?: string;
  readonly stoppedAt?: string;
  readonly execEnabled?: boolean;
  /** `1.4.0`; absent on EC2. */
  readonly platformVersion?: string;
  /** `Linux`, `Windows Server 2022 Core`; absent on EC2. */
  readonly platformFamily?: string;
  /** Present where it was started with another role than its definition's. */
  readonly taskRole?: string;
  readonly containers?: readonly TaskContainer[];
  /** The containers that ended, each with what ECS reports about its end. */
  readonly ended?: readonly EndedContainer[];
  /** By which target groups know it: its private addresses, IPv4 and IPv6, or `instance:port`; see `targets.ts`. */
  readonly addresses: readonly string[];
}

/** A container of a task, as ECS Exec sees it. */
export interface TaskContainer {
  readonly name: string;
  /** State of its own agent; `absent` where ECS lists its agents without that one. */
  readonly agent?: string;
  /** ECS's reason for that state. */
  readonly agentReason?: string;
  /** RFC 3339 */
  readonly agentStartedAt?: string;
  /** Part of the name by which a session finds the container. */
  readonly runtimeId?: string;
}

export interface EndedContainer {
  readonly name: string;
  readonly exitCode?: number;
  readonly reason?: string;
}

export interface TargetHealth {
  /** In the form of a task's `addresses`. */
  readonly address: string;
  /** initial, healthy, unhealthy, draining, unused, unavailable. */
  readonly state: string;
  readonly reason?: string;
  readonly description?: string;
}

export interface Alarm {
  readonly name: string;
  readonly state: string;
  readonly reason: string;
  readonly watches: AlarmSubject;
}

export interface Image {
  readonly digest: string;
  readonly pushedAt?: string;
}

export interface LogLine {
  readonly at: string;
  readonly text: string;
}

/** What Application Auto Scaling may do to the service's desired count. */
export interface ScalingTarget {
  readonly least: number;
  readonly most: number;
  readonly inSuspended: boolean;
  readonly outSuspended: boolean;
  readonly scheduledSuspended: boolean;
}

/** A scheduled action of Application Auto Scaling. */
export interface ScheduledScaling {
  readonly name: string;
  /** `at(2026-04-10T06:00:00)`, `rate(1 day)`, `cron(0 6 * * ? *)` */
  readonly schedule: string;
  /** Absent means UTC. */
  readonly zone?: string;
  /** What it sets; absent is left as it is. */
  readonly least?: number;
  readonly most?: number;
}

/**
 * Can the task serve, as far as ECS says? A container without a health check is always UNKNOWN, and so is one whose
 * check has not passed yet. Load-balancer targets and ECS's own COMPLETED then decide.
 */
export function isReady({ status, health }: Task): boolean {
  return status === "RUNNING" && health !== "UNHEALTHY";
}

/** ECS lists a task that is starting among those that it wants to run. */
export const isRunning = ({ status }: Task): boolean => status === "RUNNING";

/** `arn:…:task-definition/vulcan-prod:42` → `vulcan-prod:42`. */
export function shortName(arn: string | undefined): string {
  return (arn ?? "").split("/").at(-1) ?? "";
}

/** `vulcan-prod:42` → 42. */
export function revisionOf(taskDefinition: string): number {
  return Number(taskDefinition.split(":").at(-1));
}

/** `vulcan-prod:42` → `vulcan-prod`. */
export function familyOf(taskDefinition: string): string {
  return shortName(taskDefinition).split(":")[0] ?? "";
}

/** Of one family, registered before it. Numbers of two families say nothing of each other. */
export const isLower = (name: string, than: string): boolean =>
  familyOf(name) === familyOf(than) && revisionOf(name) < revisionOf(than);

export function inBatches<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

export function iso(date: Date | undefined): string | undefined {
  return date?.toISOString();
}

const NAMES_A_PLACE = /(^|_|PG)(URL|URI|DSN|HOST|HOSTNAME|ADDR|ADDRESS|ENDPOINT|SERVER|CONN|CONNECTION)(_|$)/i;

/** Does a variable of this name hold the address of a database? */
export const namesDatabase = (name: string): boolean => isDatabaseSetting(name) && NAMES_A_PLACE.test(name);

/** Does a variable of this name say which database is used? */
export const isDatabaseSetting = (name: string): boolean =>
  /(^|_)(DB|DATABASE|DATASOURCE|JDBC|PG|POSTGRES|POSTGRESQL|RDS)(_|$)|^PG[A-Z]+$|^DSN$/i.test(name);

/**
 * `111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/vulcan:1.42.0`, or with `@sha256:…`; also FIPS and dual-stack names
 * (`dkr.ecr-fips.`, `dkr-ecr.REGION.on.aws`), in every partition.
 */
export const ECR_REF =
  /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([\w-]+)\.[a-z][a-z0-9.-]+\/([^:@]+)(?::([^@]+))?(?:@(sha256:\w+))?$/;

/** Whether the read `image` can look it up. Images of other registries cannot be looked up here. */
export const isEcrImage = (ref: string): boolean => ECR_REF.test(ref);
