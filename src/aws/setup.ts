/** How a service and what is around it are set up, as far as it decides whether a rollback would work. */

export interface ServiceSetup {
  /** Undefined where none is configured. */
  readonly breaker?: { readonly enable: boolean; readonly rollback: boolean };
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly execEnabled: boolean;
  readonly graceSeconds?: number;
  /** ROLLING, BLUE_GREEN, LINEAR or CANARY. */
  readonly strategy: string;
  /** The container that the load balancer sends requests to. */
  readonly container?: string;
}

export interface ContainerSetup {
  readonly name: string;
  readonly readonlyRoot: boolean;
  /** Seconds between SIGTERM and SIGKILL; ECS takes 30 where nothing is said. */
  readonly stopTimeout: number;
  readonly health?: HealthSetup;
  /** ARNs of the secrets that it asks Secrets Manager for. */
  readonly secrets: readonly string[];
  readonly logs?: { readonly group: string; readonly prefix: string };
}

/** Seconds, and ECS's own numbers where nothing is said. */
export interface HealthSetup {
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
  readonly startPeriod: number;
}

/** A running task, as ECS Exec would meet it. */
export interface ExecTask {
  readonly id: string;
  /** `family:revision` */
  readonly taskDefinition: string;
  /** HEALTHY, UNHEALTHY or UNKNOWN. */
  readonly health: string;
  readonly execEnabled: boolean;
  /** `1.4.0`; absent on EC2. */
  readonly platformVersion?: string;
  /** Of the ExecuteCommandAgent: PENDING, RUNNING, STOPPED; absent where there is none. */
  readonly agent?: string;
  /** Its containers, each with the state of its own agent. */
  readonly containers: readonly { readonly name: string; readonly agent?: string }[];
}

export interface RestoreWindow {
  readonly earliest: string;
  readonly latest: string;
}

export interface BackupSetup {
  readonly status: string;
  readonly retentionDays: number;
  readonly deletionProtected: boolean;
}
