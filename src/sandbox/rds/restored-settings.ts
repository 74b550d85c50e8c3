import type { Input } from "../http/input.ts";
import { flag, number, text, texts } from "../http/input.ts";
import type { World } from "../world.ts";
import { badCombination, badValue } from "./input.ts";
import type { Settings } from "./model.ts";
import { DEFAULT_GROUP } from "./parameters.ts";

export type Read = (input: Input, name: string) => unknown;

/** Where a restored instance's setting comes from: the request's member, or else the source or the value here. */
interface Origin {
  readonly input?: readonly [name: string, read: Read];
  readonly absent: "as the source" | { readonly value: (world: World, input: Input) => unknown };
}

const SAME = "as the source";
const fixed = (value: unknown): Origin["absent"] => ({ value: () => value });
export const list: Read = (input, name) => (input[name] === undefined ? undefined : texts(input, name));

/**
 * The whole of reference A1: what RestoreDBInstanceToPointInTime accepts, and what it sets if the request omits it. A
 * setting without `input` can only be set again later, by ModifyDBInstance (or AddRoleToDBInstance).
 */
export const ORIGINS: Readonly<Record<keyof Settings, Origin>> = {
  DBInstanceClass: { input: ["DBInstanceClass", text], absent: SAME },
  EngineVersion: { absent: SAME },
  AllocatedStorage: { input: ["AllocatedStorage", number], absent: SAME },
  StorageType: { input: ["StorageType", text], absent: fixed("gp3") },
  Iops: { input: ["Iops", number], absent: fixed(undefined) },
  StorageThroughput: { input: ["StorageThroughput", number], absent: fixed(undefined) },
  MaxAllocatedStorage: { input: ["MaxAllocatedStorage", number], absent: fixed(undefined) },
  MultiAZ: { input: ["MultiAZ", flag], absent: fixed(false) },
  AvailabilityZone: { input: ["AvailabilityZone", text], absent: { value: (world) => `${world.region}b` } },
  // Public unless the request names a subnet group other than the default one. [D of instances in clusters, else I]
  PubliclyAccessible: {
    input: ["PubliclyAccessible", flag],
    absent: { value: (_, input) => (text(input, "DBSubnetGroupName") ?? "default") === "default" },
  },
  DeletionProtection: { input: ["DeletionProtection", flag], absent: fixed(false) },
  IAMDatabaseAuthenticationEnabled: { input: ["EnableIAMDatabaseAuthentication", flag], absent: fixed(false) },
  EnabledCloudwatchLogsExports: { input: ["EnableCloudwatchLogsExports", list], absent: fixed([]) },
  CACertificateIdentifier: { input: ["CACertificateIdentifier", text], absent: fixed("rds-ca-rsa2048-g1") },
  BackupRetentionPeriod: { input: ["BackupRetentionPeriod", number], absent: SAME },
  PreferredBackupWindow: { input: ["PreferredBackupWindow", text], absent: SAME },
  PreferredMaintenanceWindow: { absent: fixed("sat:22:11-sat:22:41") },
  CopyTagsToSnapshot: { input: ["CopyTagsToSnapshot", flag], absent: fixed(false) },
  AutoMinorVersionUpgrade: { input: ["AutoMinorVersionUpgrade", flag], absent: SAME },
  MonitoringInterval: { absent: fixed(0) },
  MonitoringRoleArn: { absent: fixed(undefined) },
  PerformanceInsightsEnabled: { absent: fixed(false) },
  PerformanceInsightsRetentionPeriod: { absent: fixed(undefined) },
  DatabaseInsightsMode: { absent: fixed("standard") },
  VpcSecurityGroupIds: {
    input: ["VpcSecurityGroupIds", list],
    absent: { value: ({ network }) => network.securityGroups.slice(0, 1).map(({ id }) => id) },
  },
  DBSubnetGroupName: { input: ["DBSubnetGroupName", text], absent: fixed("default") },
  OptionGroupName: { input: ["OptionGroupName", text], absent: fixed("default:postgres-18") },
  DBParameterGroupName: { input: ["DBParameterGroupName", text], absent: fixed(DEFAULT_GROUP) },
  KmsKeyId: { absent: SAME },
  MasterUserSecretArn: { absent: fixed(undefined) },
  AssociatedRoles: { absent: fixed([]) },
  EngineLifecycleSupport: {
    input: ["EngineLifecycleSupport", text],
    absent: fixed("open-source-rds-extended-support"),
  },
  NetworkType: { input: ["NetworkType", text], absent: SAME },
  DedicatedLogVolume: { input: ["DedicatedLogVolume", flag], absent: fixed(false) },
};

/** The settings of an instance restored from `source`. */
export function restoredSettings(world: World, source: Settings, input: Input): Settings {
  const entries = Object.entries(ORIGINS).map(([name, origin]) => {
    const given = origin.input?.[1](input, origin.input[0]);
    if (given !== undefined) return [name, given];
    return [name, origin.absent === SAME ? source[name as keyof Settings] : origin.absent.value(world, input)];
  });
  const settings = Object.fromEntries(entries) as Settings;
  if (settings.Iops === undefined || text(input, "StorageType") !== undefined) return settings;
  return { ...settings, StorageType: "io1" };
}

/** What RDS refuses in the restored settings. Texts are inferred. [I] */
export function checkRestored(source: Settings, settings: Settings, input: Input): void {
  if (settings.MultiAZ && text(input, "AvailabilityZone") !== undefined) {
    throw badCombination("Requesting a specific availability zone is not valid for Multi-AZ instances.");
  }
  const { AllocatedStorage: size, StorageType: type, Iops: iops } = settings;
  if (size < source.AllocatedStorage) {
    throw badCombination("The allocated storage can't be less than that of the source DB instance.");
  }
  if (size > source.AllocatedStorage && size < source.AllocatedStorage * 1.1) {
    throw badValue("The allocated storage must grow by at least 10 percent.");
  }
  if (type.startsWith("io") && iops === undefined) {
    throw badCombination(`Storage type ${type} requires a value for Iops.`);
  }
  if (type === "gp3" && size < 400 && (iops !== undefined || settings.StorageThroughput !== undefined)) {
    throw badCombination(
      "You can't specify IOPS or storage throughput for engine postgres and a storage size less than 400.",
    );
  }
}
