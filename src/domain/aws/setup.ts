import type { RecoverySource } from "./backups.ts";
import type { LogPlace } from "./ecs.ts";

/** How a service and its surroundings are set up, as far as that decides whether a rollback would work. */

export interface ServiceSetup {
  readonly breaker?: { readonly enable: boolean; readonly rollback: boolean };
  readonly minimumHealthyPercent?: number;
  readonly maximumPercent?: number;
  readonly execEnabled?: boolean;
  /** ECS ignores health checks for 0 s where nothing is set. [D: CreateService, healthCheckGracePeriodSeconds] */
  readonly graceSeconds?: number;
  /** ROLLING, BLUE_GREEN, LINEAR or CANARY. */
  readonly strategy: string;
}

/** How a cluster treats the commands that ECS Exec runs. */
export interface ClusterSetup {
  /** The KMS key that sessions are encrypted with, beside TLS; absent where none is configured. */
  readonly kmsKey?: string;
  /** NONE, DEFAULT (to the container's own awslogs) or OVERRIDE; ECS uses DEFAULT where nothing is set. */
  readonly logging: string;
}

export interface DefinitionSetup {
  readonly taskRole?: string;
  /** `task` or `host`: containers share their processes; absent where each has its own. */
  readonly pidMode?: string;
  readonly containers: readonly ContainerSetup[];
}

export interface ContainerSetup {
  readonly name: string;
  readonly image?: string;
  /** Absent means true. */
  readonly essential?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly readonlyRoot: boolean;
  /** Whether an init process reaps what other processes leave behind. */
  readonly initProcess: boolean;
  /** Names of its environment variables, including those that are secrets. */
  readonly variables: readonly string[];
  /** Seconds between SIGTERM and SIGKILL; ECS uses 30 where nothing is set. */
  readonly stopTimeout: number;
  readonly health?: HealthSetup;
  /** ARNs of the secrets that it asks Secrets Manager for. */
  readonly secrets: readonly string[];
  readonly logs?: LogPlace;
}

/** Seconds; ECS's own numbers where nothing is set. */
export interface HealthSetup {
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
  readonly startPeriod: number;
}

/** A running task, as ECS Exec sees it. */
export interface ExecTask {
  readonly id: string;
  /** `family:revision` */
  readonly taskDefinition: string;
  /** HEALTHY, UNHEALTHY or UNKNOWN. */
  readonly health: string;
  readonly execEnabled?: boolean;
  /** RUNNING; STOPPED where ECS is about to stop it. */
  readonly desired?: string;
  /** `1.4.0`; absent on EC2. */
  readonly platformVersion?: string;
  /** `Linux`, `Windows Server 2022 Core`; absent on EC2. */
  readonly platformFamily?: string;
  /** Present where it was started with another role than its definition's. */
  readonly taskRole?: string;
  readonly containers: readonly ExecContainer[];
}

export interface ExecContainer {
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

/** Whether this machine reaches the service that carries the sessions of ECS Exec. */
export interface MessagesReach {
  readonly host: string;
  /** Why not; absent where it does. */
  readonly failure?: string;
}

/** How a target group detects a bad target. */
export interface TargetCheck {
  /** Seconds between two health checks. */
  readonly interval: number;
  /** Failed health checks in a row that make a target unhealthy. */
  readonly unhealthyAfter: number;
  /** HTTP, HTTPS, TCP … */
  readonly protocol?: string;
  /** `traffic-port`, or the number of a port. */
  readonly port?: string;
}

/** A target group that a service names. */
export interface TargetGroupSetup {
  readonly arn: string;
  /** False where the load balancer says that there is no such group. */
  readonly exists: boolean;
  /** The load balancers that send requests to it. */
  readonly balancers?: readonly string[];
  /** Absent where it checks nothing. */
  readonly check?: TargetCheck;
}

export interface BackupSetup extends RecoverySource {
  readonly deletionProtected?: boolean;
}
