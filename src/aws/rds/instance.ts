import type * as Sdk from "@aws-sdk/client-rds";
import { EXECUTION_TAG } from "../../domain/aws/execution-tag.ts";
import type { Instance, Settings } from "../../domain/aws/rds.ts";
import type { Json } from "../../domain/json.ts";

/** What DescribeDBInstances shows of one instance. */
export function toInstance(instance: Sdk.DBInstance): Instance {
  const { DBInstanceIdentifier: id = "", Endpoint, StorageOperationStatus: status, DBClusterIdentifier } = instance;
  const [group] = instance.DBParameterGroups ?? [];
  const madeBy = instance.TagList?.find(({ Key }) => Key === EXECUTION_TAG)?.Value;
  const percent = instance.StorageOperationPercentProgress;
  return {
    id,
    resourceId: instance.DbiResourceId ?? "",
    status: instance.DBInstanceStatus ?? "",
    ...(Endpoint?.Address && Endpoint.Port && { endpoint: { host: Endpoint.Address, port: Endpoint.Port } }),
    settings: settingsOf(instance),
    pending: Object.entries(instance.PendingModifiedValues ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [name],
    ),
    parameterStatus: group?.ParameterApplyStatus ?? "",
    ...(madeBy && { madeBy }),
    ...(status && { storage: { status, ...(percent === undefined ? {} : { percent }) } }),
    ...(DBClusterIdentifier && { cluster: DBClusterIdentifier }),
    replicas: instance.ReadReplicaDBInstanceIdentifiers ?? [],
    roles: (instance.AssociatedRoles ?? []).map(({ RoleArn, FeatureName }) => ({
      arn: RoleArn ?? "",
      feature: FeatureName ?? "",
    })),
    isPasswordManaged: instance.MasterUserSecret !== undefined,
  };
}

/** Settings that DescribeDBInstances shows flat, by its own names. */
const FLAT = [
  "DBInstanceClass",
  "Engine",
  "EngineVersion",
  "DBName",
  "MasterUsername",
  "AllocatedStorage",
  "StorageType",
  "Iops",
  "StorageThroughput",
  "MaxAllocatedStorage",
  "StorageEncrypted",
  "KmsKeyId",
  "MultiAZ",
  "PubliclyAccessible",
  "DeletionProtection",
  "IAMDatabaseAuthenticationEnabled",
  "CACertificateIdentifier",
  "BackupRetentionPeriod",
  "PreferredBackupWindow",
  "PreferredMaintenanceWindow",
  "CopyTagsToSnapshot",
  "AutoMinorVersionUpgrade",
  "MonitoringInterval",
  "MonitoringRoleArn",
  "PerformanceInsightsEnabled",
  "PerformanceInsightsRetentionPeriod",
  "PerformanceInsightsKMSKeyId",
  "DatabaseInsightsMode",
  "EngineLifecycleSupport",
  "NetworkType",
  "DedicatedLogVolume",
] as const satisfies readonly (keyof Sdk.DBInstance)[];

function settingsOf(instance: Sdk.DBInstance): Settings {
  const flat = FLAT.map((name): [string, Json] => [name, instance[name] ?? null]);
  return {
    ...Object.fromEntries(flat),
    VpcSecurityGroupIds: sorted((instance.VpcSecurityGroups ?? []).map((group) => group.VpcSecurityGroupId)),
    DBSubnetGroupName: instance.DBSubnetGroup?.DBSubnetGroupName ?? null,
    DBParameterGroupName: instance.DBParameterGroups?.[0]?.DBParameterGroupName ?? null,
    OptionGroupName: instance.OptionGroupMemberships?.[0]?.OptionGroupName ?? null,
    EnabledCloudwatchLogsExports: sorted(instance.EnabledCloudwatchLogsExports ?? []),
    Tags: ownTags(instance.TagList ?? []),
  };
}

/** What AWS itself has tagged cannot be passed on, and our own tag is another one on each instance. */
function ownTags(tags: readonly Sdk.Tag[]): Json {
  return tags
    .filter(({ Key = "" }) => !Key.startsWith("aws:") && Key !== EXECUTION_TAG)
    .map(({ Key = "", Value = "" }) => ({ Key, Value }))
    .sort((a, b) => (a.Key < b.Key ? -1 : 1));
}

const sorted = (names: readonly (string | undefined)[]): Json => names.map((name) => name ?? "").sort();
