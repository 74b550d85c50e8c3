import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { flag, number, text } from "../http/input.ts";
import type { World } from "../world.ts";
import { badValue, requiredText } from "./input.ts";
import type { Settings } from "./model.ts";
import { DEFAULT_GROUP, ENGINE_VERSION } from "./parameters.ts";
import { ORIGINS, type Read } from "./restored-settings.ts";

/** Members of CreateDBInstance that a restore does not have. */
const MEMBERS: Readonly<Partial<Record<keyof Settings, readonly [name: string, read: Read]>>> = {
  BackupRetentionPeriod: ["BackupRetentionPeriod", number],
  PreferredMaintenanceWindow: ["PreferredMaintenanceWindow", text],
  MonitoringInterval: ["MonitoringInterval", number],
  MonitoringRoleArn: ["MonitoringRoleArn", text],
  PerformanceInsightsEnabled: ["EnablePerformanceInsights", flag],
  PerformanceInsightsRetentionPeriod: ["PerformanceInsightsRetentionPeriod", number],
  DatabaseInsightsMode: ["DatabaseInsightsMode", text],
};

/** What CreateDBInstance sets where the request leaves it out. [D; windows, zone and storage type I] */
const defaults = (world: World, input: Input): Settings => ({
  DBInstanceClass: requiredText(input, "DBInstanceClass"),
  EngineVersion: ENGINE_VERSION,
  AllocatedStorage: Number(requiredText(input, "AllocatedStorage")),
  StorageType: "gp3",
  Iops: undefined,
  StorageThroughput: undefined,
  MaxAllocatedStorage: undefined,
  MultiAZ: false,
  AvailabilityZone: `${world.region}a`,
  PubliclyAccessible: (text(input, "DBSubnetGroupName") ?? "default") === "default",
  DeletionProtection: false,
  IAMDatabaseAuthenticationEnabled: false,
  EnabledCloudwatchLogsExports: [],
  CACertificateIdentifier: "rds-ca-rsa2048-g1",
  BackupRetentionPeriod: 1,
  PreferredBackupWindow: "02:11-02:41",
  PreferredMaintenanceWindow: "sat:22:11-sat:22:41",
  CopyTagsToSnapshot: false,
  AutoMinorVersionUpgrade: true,
  MonitoringInterval: 0,
  MonitoringRoleArn: undefined,
  PerformanceInsightsEnabled: false,
  PerformanceInsightsRetentionPeriod: undefined,
  DatabaseInsightsMode: "standard",
  VpcSecurityGroupIds: world.network.securityGroups.slice(0, 1).map(({ id }) => id),
  DBSubnetGroupName: "default",
  OptionGroupName: "default:postgres-18",
  DBParameterGroupName: DEFAULT_GROUP,
  KmsKeyId: keyOf(world, input),
  MasterUserSecretArn: undefined,
  AssociatedRoles: [],
  EngineLifecycleSupport: "open-source-rds-extended-support",
  NetworkType: "IPV4",
  DedicatedLogVolume: false,
});

/** Storage is encrypted only on demand, by AWS's own key unless another is named. [D] */
function keyOf(world: World, input: Input): string | undefined {
  const key = text(input, "KmsKeyId");
  if (key !== undefined || flag(input, "StorageEncrypted") !== true) return key;
  return `arn:aws:kms:${world.region}:${world.account}:key/0b43c9d2-7d1c-4f8a-9a16-5a2e3e5f7b2d`;
}

/** Only the version that really runs can be asked for: `18` or `18.4`. */
function checkEngine(input: Input): void {
  const engine = requiredText(input, "Engine");
  if (engine !== "postgres") {
    throw new AwsError("NotImplemented", `The sandbox's instances run PostgreSQL, not ${engine}.`, 501);
  }
  const version = text(input, "EngineVersion") ?? ENGINE_VERSION;
  if (version === ENGINE_VERSION || version === ENGINE_VERSION.split(".")[0]) return;
  throw new AwsError("NotImplemented", `The sandbox runs PostgreSQL ${ENGINE_VERSION} alone, not ${version}.`, 501);
}

/** The settings of a CreateDBInstance request. */
export function createdSettings(world: World, input: Input): Settings {
  checkEngine(input);
  const initial = defaults(world, input);
  if (!Number.isInteger(initial.AllocatedStorage)) throw badValue("Invalid storage size for engine name postgres");
  const given = Object.entries(ORIGINS).flatMap(([name, origin]) => {
    const [member, read] = MEMBERS[name as keyof Settings] ?? origin.input ?? [];
    const value = member === undefined ? undefined : read?.(input, member);
    return value === undefined ? [] : [[name, value] as const];
  });
  const settings = { ...initial, ...Object.fromEntries(given) } as Settings;
  const isProvisioned = settings.Iops !== undefined && text(input, "StorageType") === undefined;
  return isProvisioned ? { ...settings, StorageType: "io1" } : settings;
}
