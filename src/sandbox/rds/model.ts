import type { Input } from "../http/input.ts";
import type { Tag } from "../http/tags.ts";
import type { PostgresServer } from "../postgres/server.ts";
import type { NameEndpoint } from "./dns-endpoint.ts";

/** An instance's settings, under the names of DescribeDBInstances if it shows them at the top level. */
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
  /** Undefined for storage that is not encrypted. */
  readonly KmsKeyId: string | undefined;
  readonly MasterUserSecretArn: string | undefined;
  readonly AssociatedRoles: readonly string[];
  readonly EngineLifecycleSupport: string;
  readonly NetworkType: string;
  readonly DedicatedLogVolume: boolean;
}

/** A real server that starts on first use. */
export interface ServerOnDemand {
  readonly server: () => Promise<PostgresServer>;
  /** Undefined until the server has been started. */
  readonly started: () => Promise<PostgresServer> | undefined;
}

export interface DbInstance extends ServerOnDemand {
  /** Changes with a rename. */
  identifier: string;
  readonly resourceId: string;
  readonly masterUsername: string;
  /** The database made with the instance, if any. */
  readonly databaseName: string | undefined;
  readonly createdAt: number;
  status: string;
  settings: Settings;
  parameterStatus: "in-sync" | "pending-reboot" | "applying";
  /** Changes that are not applied yet, as PendingModifiedValues shows them. */
  pending: Readonly<Record<string, unknown>>;
  /** The members of ModifyDBInstance requests that are not applied yet. */
  asked: Input;
  /** Whether RDS has accepted a modification that the status may not show yet. */
  underway: boolean;
  tags: readonly Tag[];
  /** Absent until the instance has an address. */
  endpoint: NameEndpoint | undefined;
  /** The oldest instant a restore can reach; absent before the first automated backup. */
  restorableFrom: number | undefined;
  /** The instant at which the instance stopped shipping its log. */
  readonly restorableUntil: number | undefined;
  /** Set while storage is being filled from the backup. */
  initializing: { readonly from: number; readonly until: number } | undefined;
  /** Increases with each sequence of states. An older sequence then stops. */
  turn: number;
}

/** The state of an instance to which nothing has happened yet. */
export const beginning = () => ({
  status: "creating",
  parameterStatus: "in-sync" as const,
  pending: {},
  asked: {},
  underway: false,
  endpoint: undefined,
  restorableFrom: undefined,
  restorableUntil: undefined,
  initializing: undefined,
  turn: 0,
});

export interface DbSnapshot {
  readonly identifier: string;
  readonly type: "manual" | "automated";
  /** The instance whose server has the data, also after its deletion. */
  readonly source: DbInstance;
  /** The instant whose data it holds. */
  at: number;
  /** The instance's name, settings and identity at the time of the snapshot. */
  readonly instanceName: string;
  readonly resourceId: string;
  readonly settings: Settings;
  readonly instanceCreatedAt: number;
  readonly from: number;
  readonly until: number;
  tags: readonly Tag[];
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
  tags: readonly Tag[];
}

/** The subnets in which an instance can be. */
export interface SubnetGroup {
  readonly name: string;
  readonly description: string;
  readonly subnetIds: readonly string[];
  tags: readonly Tag[];
}

/** What goes wrong in the scenario. */
export interface RdsFaults {
  readonly restore?: "endless" | "incompatible-parameters";
  readonly storageFull?: boolean;
}

/** Everything RDS knows in one account and region. */
export interface Rds {
  /** The server that runs for the whole life of the sandbox. */
  readonly primary: PostgresServer;
  /** The address of the scenario's own instance, the same after each reset. */
  readonly primaryAddress: NameEndpoint;
  readonly instances: Map<string, DbInstance>;
  /** Deleted instances whose automated backups were kept. */
  readonly retained: DbInstance[];
  /** Manual snapshots. */
  readonly snapshots: DbSnapshot[];
  /** Automated snapshots that have been read, by their ARN. */
  readonly automated: Map<string, DbSnapshot>;
  readonly events: RdsEvent[];
  readonly parameterGroups: Map<string, ParameterGroup>;
  readonly subnetGroups: Map<string, SubnetGroup>;
  /** Each name's address, kept as long as the world lasts. */
  readonly endpoints: Map<string, Promise<NameEndpoint>>;
  /** The servers this world has started. */
  readonly servers: Set<Promise<PostgresServer>>;
  readonly trouble: RdsFaults;
  /** Instances are shown under names that only tasks can resolve. */
  readonly isPrivate: boolean;
  /** Sets a restored server's data to an instant before the world began, which the log does not cover. */
  rewind: ((server: PostgresServer, at: number) => Promise<void>) | undefined;
}
