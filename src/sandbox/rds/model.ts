import type { Input } from "../http/input.ts";
import type { PostgresServer } from "../postgres/server.ts";
import type { NameEndpoint } from "./dns-endpoint.ts";

/** An instance's settings, by the names DescribeDBInstances gives them where it gives them flat. */
export interface Settings {
  readonly DBInstanceClass: string;
  readonly EngineVersion: string;
  readonly AllocatedStorage: number;
  readonly StorageType: string;
  readonly Iops: number | undefined;
  readonly StorageThroughput: number | undefined;
  readonly MaxAllocatedStorage: number | undefined;
  readonly MultiAZ: boolean;
  readonly AvailabilityZone: string;
  readonly PubliclyAccessible: boolean;
  readonly DeletionProtection: boolean;
  readonly IAMDatabaseAuthenticationEnabled: boolean;
  readonly EnabledCloudwatchLogsExports: readonly string[];
  readonly CACertificateIdentifier: string;
  readonly BackupRetentionPeriod: number;
  readonly PreferredBackupWindow: string;
  readonly PreferredMaintenanceWindow: string;
  readonly CopyTagsToSnapshot: boolean;
  readonly AutoMinorVersionUpgrade: boolean;
  readonly MonitoringInterval: number;
  readonly MonitoringRoleArn: string | undefined;
  readonly PerformanceInsightsEnabled: boolean;
  readonly PerformanceInsightsRetentionPeriod: number | undefined;
  readonly DatabaseInsightsMode: string;
  readonly VpcSecurityGroupIds: readonly string[];
  readonly DBSubnetGroupName: string;
  readonly OptionGroupName: string;
  readonly DBParameterGroupName: string;
  readonly KmsKeyId: string;
  readonly MasterUserSecretArn: string | undefined;
  readonly AssociatedRoles: readonly string[];
  readonly EngineLifecycleSupport: string;
  readonly NetworkType: string;
  readonly DedicatedLogVolume: boolean;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** A real server, started when it is first asked for. */
export interface ServerOnDemand {
  readonly server: () => Promise<PostgresServer>;
  /** Undefined until somebody has asked for it. */
  readonly started: () => Promise<PostgresServer> | undefined;
}

export interface DbInstance extends ServerOnDemand {
  /** Changes with a rename. */
  identifier: string;
  readonly resourceId: string;
  readonly createdAt: number;
  status: string;
  settings: Settings;
  parameterStatus: "in-sync" | "pending-reboot" | "applying";
  /** What waits for the maintenance window, as PendingModifiedValues shows it. */
  pending: Readonly<Record<string, unknown>>;
  /** What ModifyDBInstance was asked for and has not done yet. */
  asked: Input;
  /** Whether a modification has been taken in that the status may not show yet. */
  underway: boolean;
  tags: readonly Tag[];
  /** Absent until the instance has an address. */
  endpoint: NameEndpoint | undefined;
  /** The oldest instant a restore can reach; absent before the first automated backup. */
  restorableFrom: number | undefined;
  /** Where the log has stopped being shipped. */
  readonly restorableUntil: number | undefined;
  /** While storage is being filled from the backup. */
  initializing: { readonly from: number; readonly until: number } | undefined;
  /** Grows with each sequence of states; an older sequence then stops. */
  turn: number;
}

export interface DbSnapshot {
  readonly identifier: string;
  readonly type: "manual" | "automated";
  /** The instance's name, settings and identity as they were. */
  readonly instanceName: string;
  readonly resourceId: string;
  readonly settings: Settings;
  readonly instanceCreatedAt: number;
  readonly from: number;
  readonly until: number;
  readonly tags: readonly Tag[];
}

export interface RdsEvent {
  readonly source: string;
  readonly type: "db-instance" | "db-snapshot";
  readonly message: string;
  readonly categories: readonly string[];
  readonly at: number;
}

export interface ParameterGroup {
  readonly name: string;
  readonly description: string;
  /** What the group sets, as DescribeDBParameters shows it. */
  readonly values: Readonly<Record<string, string>>;
}

/** What goes wrong, by a scenario's will. */
export interface RdsTrouble {
  readonly restore?: "endless" | "incompatible-parameters";
  readonly storageFull?: boolean;
}

/** Everything RDS knows in one account and region. */
export interface Rds {
  /** The server that is there for the whole life of the sandbox. */
  readonly primary: PostgresServer;
  /** The address of the scenario's own instance, the same after each reset. */
  readonly primaryAddress: NameEndpoint;
  readonly instances: Map<string, DbInstance>;
  /** Deleted instances whose automated backups were kept. */
  readonly retained: DbInstance[];
  readonly snapshots: DbSnapshot[];
  readonly events: RdsEvent[];
  readonly parameterGroups: Map<string, ParameterGroup>;
  readonly subnetGroups: readonly string[];
  readonly securityGroups: readonly string[];
  /** Each name's address, kept as long as the world lasts. */
  readonly endpoints: Map<string, Promise<NameEndpoint>>;
  /** The servers this world has started. */
  readonly servers: Set<Promise<PostgresServer>>;
  readonly trouble: RdsTrouble;
  /** Instances are shown under names that only tasks resolve. */
  readonly isPrivate: boolean;
  /** Makes a restored server's data as it was at an instant before the world began: the log does not reach there. */
  rewind: ((server: PostgresServer, at: number) => Promise<void>) | undefined;
}
