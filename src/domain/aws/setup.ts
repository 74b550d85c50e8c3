/** How the surroundings of a service are set up, as far as that decides whether a rollback would work. */

/** How a cluster treats the commands that ECS Exec runs. */
export interface ClusterSetup {
  /** The KMS key that sessions are encrypted with, beside TLS; absent where none is configured. */
  readonly kmsKey?: string;
  /** NONE, DEFAULT (to the container's own awslogs) or OVERRIDE; ECS uses DEFAULT where nothing is set. */
  readonly logging: string;
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

/** A role of IAM, as far as that decides whether tasks may use it. */
export interface RoleSetup {
  readonly name: string;
  /** The services that may assume it, `*` for all; undefined where its trust policy cannot be judged. */
  readonly trusts: readonly string[] | undefined;
}

export interface SubnetSetup {
  readonly id: string;
  readonly vpc: string;
  /** IPv4 addresses that are free; absent where it has none. */
  readonly free?: number;
}

export interface SecurityGroupSetup {
  readonly id: string;
  readonly vpc?: string;
}
