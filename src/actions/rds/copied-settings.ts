import type { Instance, Settings } from "../../domain/aws/rds.ts";
import type { Json, JsonObject } from "../../domain/json.ts";

/**
 * What a restore request has to state, because RDS would choose it otherwise: the setting, and the member that restates
 * it. All other settings come from the backup itself. (Reference: rds-and-migrations.md A1)
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

/** The members of a restore that restate the source's settings. RDS chooses the zone: Multi-AZ forbids naming one. */
export function requestSettings(source: Instance): JsonObject {
  const expected = expectedSettings(source);
  const members = Object.entries(RESTORED_BY).flatMap(([setting, member]): [string, Json][] => {
    const value = expected[setting] ?? null;
    return isEmpty(value) || !isTakenBy(expected, setting) ? [] : [[member, value]];
  });
  const grown = expected.AllocatedStorage !== source.settings.AllocatedStorage;
  return { ...Object.fromEntries(members), ...(grown && { AllocatedStorage: expected.AllocatedStorage ?? null }) };
}

const isEmpty = (value: Json): boolean => value === null || (Array.isArray(value) && value.length === 0);

/** GiB. Below it, gp3 on PostgreSQL has its baseline, which RDS shows but does not accept in a request. [K] */
const GP3_STRIPED = 400;

function isTakenBy({ StorageType, AllocatedStorage }: Settings, setting: string): boolean {
  if (setting !== "Iops" && setting !== "StorageThroughput") return true;
  if (StorageType === "gp3") return Number(AllocatedStorage) >= GP3_STRIPED;
  return setting === "Iops" && /^io/.test(String(StorageType));
}

/**
 * The settings that the copy should have: the source's. A source with full storage gets the least growth RDS takes, and
 * with it what RDS demands beside that size.
 */
export function expectedSettings({ settings, status }: Instance): Settings {
  if (status !== "storage-full") return { ...settings, ...limitFor(settings) };
  // One GiB too much is better than a refusal, if RDS rounds the other way.
  const grown = { ...settings, AllocatedStorage: grownBy10Percent(settings.AllocatedStorage) };
  return { ...grown, ...limitFor(grown), ...throughputFor(settings, grown) };
}

const grownBy10Percent = (size: Json | undefined): number => Math.floor(Number(size) * 1.1) + 1;

/** GiB. [K] */
const MOST_STORAGE = 65_536;

/** The limit of storage autoscaling has to be 10 % above the size. A copy may need a higher one than the source. [O: public bug reports] */
function limitFor({ AllocatedStorage: size, MaxAllocatedStorage: limit = null }: Settings): Settings {
  if (limit === null || Number(limit) * 10 >= Number(size) * 11) return {};
  const least = grownBy10Percent(size);
  return { MaxAllocatedStorage: least > MOST_STORAGE ? null : least };
}

/** What gp3 on PostgreSQL has at least from that size on: IOPS, and MiB/s. [K] */
const GP3_STRIPED_LEAST = { Iops: 12_000, StorageThroughput: 500 };
/** IOPS per GiB that io1 and io2 have at least. [K] */
const LEAST_IOPS = 0.5;

/** A larger size may want more throughput than the source has. */
function throughputFor({ AllocatedStorage: before }: Settings, { StorageType, AllocatedStorage, Iops }: Settings) {
  const size = Number(AllocatedStorage);
  const isStriped = StorageType === "gp3" && Number(before) < GP3_STRIPED && size >= GP3_STRIPED;
  if (isStriped) return GP3_STRIPED_LEAST;
  const isProvisioned = /^io/.test(String(StorageType)) && Number(Iops) < size * LEAST_IOPS;
  return isProvisioned ? { Iops: Math.ceil(size * LEAST_IOPS) } : {};
}

/** What the copy gets otherwise than the source, and on purpose: `AllocatedStorage 100 → 111`. */
export function intendedDifferences(source: Instance): readonly string[] {
  return Object.entries(expectedSettings(source)).flatMap(([name, value]) => {
    const before = source.settings[name] ?? null;
    return value === before ? [] : [`${name} ${before ?? "none"} → ${value ?? "none"}`];
  });
}

/** One setting of the copy that is not as expected. */
export interface Deviation {
  readonly setting: string;
  readonly source: Json;
  readonly restored: Json;
  readonly expected: Json;
}

/** Every setting that is not as expected, by its name in DescribeDBInstances. */
export function deviations(source: Instance, restored: Instance): readonly Deviation[] {
  const expected = expectedSettings(source);
  return Object.keys(expected)
    .map((setting) => ({
      setting,
      source: source.settings[setting] ?? null,
      restored: restored.settings[setting] ?? null,
      expected: expected[setting] ?? null,
    }))
    .filter((one) => JSON.stringify(one.restored) !== JSON.stringify(one.expected));
}
