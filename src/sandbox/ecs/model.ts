import type { Target, TargetGroup } from "../alb/target-group.ts";
import type { Cancel } from "../clock/virtual-clock.ts";
import type { TaskProcess } from "../container/task-process.ts";
import type { Input, Output } from "../http/input.ts";
import type { ContainerHealthRule, HealthStatus } from "./container-health.ts";

/** All instants are virtual milliseconds since the epoch. */
export type Instant = number;

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export interface TaskDefinition {
  readonly family: string;
  readonly revision: number;
  readonly arn: string;
  status: "ACTIVE" | "INACTIVE";
  readonly registeredAt: Instant;
  deregisteredAt: Instant | undefined;
  readonly registeredBy: string;
  /** The members as registered, returned unchanged. */
  readonly registered: Input;
  tags: Tag[];
  readonly containers: readonly ContainerDefinition[];
}

/** The members of a container definition that the scheduler uses. */
export interface ContainerDefinition {
  readonly name: string;
  readonly image: string;
  /** Whether the task ends with it. */
  readonly essential: boolean;
  /** What has to be true of other containers before it starts. */
  readonly dependsOn: readonly Dependency[];
  /** The ports that its program listens on, as they are mapped; none are named for many a program. */
  readonly ports: readonly number[];
  readonly health: ContainerHealthRule | undefined;
  /** How long after its start those that depend on it wait; without an end where nothing is said. */
  readonly startTimeoutSeconds: number | undefined;
  readonly stopTimeoutSeconds: number;
  /** The member of the definition as registered. */
  readonly registered: Input;
}

export type DependencyCondition = "START" | "HEALTHY" | "COMPLETE" | "SUCCESS";

export interface Dependency {
  readonly containerName: string;
  readonly condition: DependencyCondition;
}

export interface ServiceRevision {
  readonly arn: string;
  readonly taskDefinition: TaskDefinition;
  /** Tags resolved to digests when the deployment was made. */
  readonly images: readonly { readonly containerName: string; readonly image: string; readonly imageDigest?: string }[];
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly createdAt: Instant;
}

type ServiceDeploymentStatus =
  | "PENDING"
  | "IN_PROGRESS"
  | "SUCCESSFUL"
  | "STOP_REQUESTED"
  | "STOPPED"
  | "ROLLBACK_REQUESTED"
  | "ROLLBACK_IN_PROGRESS"
  | "ROLLBACK_SUCCESSFUL"
  | "ROLLBACK_FAILED";

type MonitorStatus = "DISABLED" | "MONITORING" | "TRIGGERED" | "MONITORING_COMPLETE";

/** The record of one attempt to deploy a revision. It stays long after the deployment is gone. */
export interface ServiceDeployment {
  readonly arn: string;
  /** What was deployed when the attempt began. */
  readonly sources: readonly ServiceRevision[];
  readonly target: ServiceRevision;
  readonly createdAt: Instant;
  startedAt: Instant | undefined;
  finishedAt: Instant | undefined;
  stoppedAt: Instant | undefined;
  updatedAt: Instant;
  status: ServiceDeploymentStatus;
  statusReason: string | undefined;
  rollback: { readonly reason: string; readonly startedAt: Instant; readonly revision: ServiceRevision } | undefined;
  breaker: { status: MonitorStatus; failureCount: number; threshold: number };
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly desired: number;
}

/** One entry of a service's `deployments`. */
export interface Deployment {
  readonly id: string;
  readonly revision: ServiceRevision;
  /** The attempt that this deployment is the target of, or that rolls back to it. */
  record: ServiceDeployment | undefined;
  status: "PRIMARY" | "ACTIVE";
  rolloutState: "IN_PROGRESS" | "COMPLETED" | "FAILED";
  rolloutStateReason: string;
  failedTasks: number;
  readonly createdAt: Instant;
  updatedAt: Instant;
  /** Whether it launches no more tasks: the breaker has tripped, or the deployment was stopped or superseded. */
  halted: boolean;
  /** Tasks in a row that never reached RUNNING. They delay the next launch. */
  startFailures: number;
  notBefore: Instant;
  /** Until then a failed deployment stays in the list, even without tasks. */
  shownUntil: Instant;
}

interface ServiceEvent {
  readonly id: string;
  readonly at: Instant;
  readonly message: string;
}

export interface Service {
  readonly name: string;
  readonly arn: string;
  readonly cluster: Cluster;
  status: "ACTIVE" | "DRAINING" | "INACTIVE";
  desired: number;
  /** PRIMARY first, then the ACTIVE ones. */
  deployments: Deployment[];
  events: ServiceEvent[];
  readonly createdAt: Instant;
  /** Members that clients can set and read: deploymentConfiguration, networkConfiguration, … */
  settings: Record<string, unknown>;
  tags: Tag[];
  /** After a write, reads return this old view until then. */
  stale: { readonly view: Output; readonly until: Instant } | undefined;
  /** The container and its port that the first target group sends to. */
  readonly containerName: string;
  readonly containerPort: number;
  readonly targetGroup: TargetGroup | undefined;
  /** Its target groups beside the first one. */
  readonly otherGroups?: readonly ServiceGroup[];
  /** Newest last. */
  history: ServiceDeployment[];
  revisions: ServiceRevision[];
  lastCompleted: Deployment | undefined;
  wake: { readonly due: Instant; readonly cancel: Cancel } | undefined;
  /** Cancels the timer for the steady state. The timer runs while the service looks steady and is not announced yet. */
  settling: Cancel | undefined;
  /** Whether "has reached a steady state" has been announced since the last change. */
  steady: boolean;
  /** Task ids by kind of event. They wait to be announced together in one event. */
  readonly gathering: Map<string, string[]>;
  /** One round of the scheduler. It is set when the service is made, so that tasks need not know the scheduler. */
  reconcile: () => void;
}

/** A target group, and the container and its port that it sends requests to. */
export interface ServiceGroup {
  readonly targetGroup: TargetGroup;
  readonly containerName: string;
  readonly containerPort: number;
}

export interface Cluster {
  readonly name: string;
  readonly arn: string;
  status: "ACTIVE" | "INACTIVE";
  /** Members that clients can set and read: capacityProviders, configuration, … */
  settings: Readonly<Record<string, unknown>>;
  tags: Tag[];
  readonly services: Map<string, Service>;
  readonly tasks: Map<string, Task>;
}

export type TaskStatus =
  | "PROVISIONING"
  | "PENDING"
  | "ACTIVATING"
  | "RUNNING"
  | "DEACTIVATING"
  | "STOPPING"
  | "DEPROVISIONING"
  | "STOPPED";

/** The RunTask parameters of a task that belongs to no service. */
export interface Run {
  readonly group: string;
  readonly startedBy: string | undefined;
  /** `containerOverrides` as given. */
  readonly overrides: readonly Input[];
}

/** One container of a task. */
export interface TaskContainer {
  readonly definition: ContainerDefinition;
  readonly runtimeId: string;
  /** The last word of its ARN. */
  readonly arnId: string;
  health: HealthStatus;
  /** Consecutive failed checks. */
  healthFailures: number;
  startedAt?: Instant;
  /** Whether it runs no more, or never will. */
  stopped: boolean;
  exitCode?: number;
  reason?: string;
  process?: TaskProcess;
  /** As it was when the container started. */
  environment?: Readonly<Record<string, string>>;
}

export interface Task {
  readonly id: string;
  readonly arn: string;
  readonly cluster: Cluster;
  readonly service: Service;
  readonly deployment: Deployment;
  readonly ip: string;
  readonly zone: string;
  readonly attachmentId: string;
  readonly enableExecuteCommand: boolean;
  readonly createdAt: Instant;
  tags: Tag[];
  lastStatus: TaskStatus;
  desiredStatus: "RUNNING" | "STOPPED";
  /** In the order of the definition. */
  readonly containers: readonly TaskContainer[];
  version: number;
  /** Whether it has capacity. Until then it waits in PROVISIONING. */
  placed: boolean;
  /** When its network interface was attached. */
  connectedAt?: Instant;
  pullStartedAt?: Instant;
  pullStoppedAt?: Instant;
  startedAt?: Instant;
  stoppingAt?: Instant;
  executionStoppedAt?: Instant;
  stoppedAt?: Instant;
  stopCode?: string;
  stoppedReason?: string;
  /** Starts the containers whose dependencies have come true. Set while some wait. */
  startWaiting?: (() => void) | undefined;
  readonly run?: Run;
  /** Until then neither scale-in nor a deployment stops the task. */
  protectedUntil?: Instant | undefined;
  target?: Target;
  /** In the service's other target groups, in their order. */
  otherTargets?: readonly Target[];
}

export interface Ecs {
  readonly clusters: Map<string, Cluster>;
  /** By family, oldest revision first. */
  readonly families: Map<string, TaskDefinition[]>;
}
