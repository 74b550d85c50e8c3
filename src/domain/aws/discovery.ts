/** What an account has, by name: for `init`, which does not know a target yet. Each read has every page. */
export interface DiscoveryReads {
  /** Names of the ECS clusters. */
  clusters(): Promise<readonly string[]>;
  /** Names of the services of a cluster. */
  services(cluster: string): Promise<readonly string[]>;
  /** Instances of RDS. */
  databases(): Promise<readonly FoundDatabase[]>;
  /** DNS names of load balancers, by ARN. */
  balancers(arns: readonly string[]): Promise<readonly FoundBalancer[]>;
  /** The listeners of a load balancer, with the host names that their rules are for. */
  listeners(balancer: string): Promise<readonly FoundListener[]>;
}

export interface FoundDatabase {
  readonly id: string;
  /** As AWS calls it: `postgres`. */
  readonly engine: string;
  /** The Aurora cluster that it belongs to. */
  readonly cluster?: string;
}

export interface FoundBalancer {
  readonly arn: string;
  readonly dnsName: string;
  readonly isInternal: boolean;
}

export interface FoundListener {
  readonly port: number;
  /** HTTP, HTTPS, TCP … */
  readonly protocol: string;
  /** Without wildcards, in the order of the rules; none where every host is served. */
  readonly hosts: readonly string[];
}
