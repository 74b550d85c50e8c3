import type { Instance, Settings } from "../../domain/aws/rds.ts";
import type { Json, JsonObject } from "../../domain/json.ts";

/**
 * What a restore has to be told, lest RDS chooses: its members by the settings they restate. All else of a setting's
 * value comes from the backup itself. (Reference: rds-and-migrations.md A1)
 */
const RESTORED_BY: Readonly<Record<string, string>> = {
  DBInstanceClass: "DBInstanceClass",
  VpcSecurityGroupIds: "VpcSecurityGroupIds",
  DBSubnetGroupName: "DBSubnetGroupName",
  DBParameterGroupName: "DBParameterGroupName",
  OptionGroupName: "OptionGroupName",
  MultiAZ: "MultiAZ",
  PubliclyAccessible: "PubliclyAccessible",
  StorageType: "StorageType",
  Iops: "Iops",
  StorageThroughput: "StorageThroughput",
  MaxAllocatedStorage: "MaxAllocatedStorage",
  DeletionProtection: "DeletionProtection",
  IAMDatabaseAuthenticationEnabled: "EnableIAMDatabaseAuthentication",
  EnabledCloudwatchLogsExports: "EnableCloudwatchLogsExports",
  CACertificateIdentifier: "CACertificateIdentifier",
  BackupRetentionPeriod: "BackupRetentionPeriod",
  PreferredBackupWindow: "PreferredBackupWindow",
  CopyTagsToSnapshot: "CopyTagsToSnapshot",
  AutoMinorVersionUpgrade: "AutoMinorVersionUpgrade",
  EngineLifecycleSupport: "EngineLifecycleSupport",
  NetworkType: "NetworkType",
  DedicatedLogVolume: "DedicatedLogVolume",
  Tags: "Tags",
};

/** The members of a restore that restate the source's settings. Zones are left to RDS: Multi-AZ forbids to name one. */
export function restatedBy(source: Instance): JsonObject {
  const expected = expectedOf(source);
  const members = Object.entries(RESTORED_BY).flatMap(([setting, member]): [string, Json][] => {
    const value = expected[setting] ?? null;
    return isEmpty(value) || !isTakenBy(expected, setting) ? [] : [[member, value]];
  });
  const grown = expected.AllocatedStorage !== source.settings.AllocatedStorage;
  return { ...Object.fromEntries(members), ...(grown && { AllocatedStorage: expected.AllocatedStorage ?? null }) };
}

const isEmpty = (value: Json): boolean => value === null || (Array.isArray(value) && value.length === 0);

/** GiB. Below it, gp3 on PostgreSQL has its baseline, which is shown and cannot be asked for. [K] */
const GP3_STRIPED = 400;

function isTakenBy({ StorageType, AllocatedStorage }: Settings, setting: string): boolean {
  if (setting !== "Iops" && setting !== "StorageThroughput") return true;
  if (StorageType === "gp3") return Number(AllocatedStorage) >= GP3_STRIPED;
  return setting === "Iops" && /^io/.test(String(StorageType));
}

/** What the copy shall have: as the source, except that a source without room gets the least growth that RDS takes. */
export function expectedOf({ settings, status }: Instance): Settings {
  if (status !== "storage-full") return settings;
  // Rather a GiB more than a refusal, should RDS round the other way.
  return { ...settings, AllocatedStorage: Math.floor(Number(settings.AllocatedStorage) * 1.1) + 1 };
}

/** One setting of the copy that is not as it shall be. */
export interface Deviation {
  readonly setting: string;
  readonly source: Json;
  readonly restored: Json;
  readonly expected: Json;
}

/** Whatever is not as it shall be, by the names of DescribeDBInstances. */
export function deviations(source: Instance, restored: Instance): readonly Deviation[] {
  const expected = expectedOf(source);
  return Object.keys(expected)
    .map((setting) => ({
      setting,
      source: source.settings[setting] ?? null,
      restored: restored.settings[setting] ?? null,
      expected: expected[setting] ?? null,
    }))
    .filter((one) => JSON.stringify(one.restored) !== JSON.stringify(one.expected));
}
