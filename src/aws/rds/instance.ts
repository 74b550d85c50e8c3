import type * as Sdk from "@aws-sdk/client-rds";
import { EXECUTION_TAG } from "../../domain/aws/execution-tag.ts";
import type { Database, Instance, Settings } from "../../domain/aws/rds.ts";
import type { Json } from "../../domain/json.ts";
import { needed } from "../client/needed.ts";

/** The part of what DescribeDBInstances shows that screens need; the rest of the answer may be odd. */
export function toDatabase(instance: Sdk.DBInstance): Database {
  const { DBClusterIdentifier, LatestRestorableTime: latest, BackupRetentionPeriod, DeletionProtection } = instance;
  return {
    id: needed(instance.DBInstanceIdentifier, "DBInstanceIdentifier"),
    status: needed(instance.DBInstanceStatus, "DBInstanceStatus"),
    engine: `${needed(instance.Engine, "Engine")} ${needed(instance.EngineVersion, "EngineVersion")}`,
    ...(latest && { latestRestorableTime: latest.toISOString() }),
    ...(DBClusterIdentifier && { cluster: DBClusterIdentifier }),
    ...(BackupRetentionPeriod !== undefined && { retentionDays: BackupRetentionPeriod }),
    ...(DeletionProtection !== undefined && { deletionProtected: DeletionProtection }),
    ...(instance.DBParameterGroups && { parameterGroups: groupsOf(instance.DBParameterGroups) }),
  };
}

const groupsOf = (groups: readonly Sdk.DBParameterGroupStatus[]) =>
  groups.map(({ DBParameterGroupName: name, ParameterApplyStatus: status }) => ({
    name: needed(name, "DBParameterGroupName"),
    status: needed(status, "ParameterApplyStatus"),
  }));

/** All that DescribeDBInstances shows of one instance. */
export function toInstance(instance: Sdk.DBInstance): Instance {
  const { Endpoint, StorageOperationStatus: status } = instance;
  const replicaOf = instance.ReadReplicaSourceDBInstanceIdentifier ?? instance.ReadReplicaSourceDBClusterIdentifier;
  const madeBy = instance.TagList?.find(({ Key }) => Key === EXECUTION_TAG)?.Value;
  const secret = instance.MasterUserSecret?.SecretArn;
  const replications = instance.DBInstanceAutomatedBackupsReplications ?? [];
  const copies = replications.flatMap(({ DBInstanceAutomatedBackupsArn: arn }) => arn ?? []);
  const percent = instance.StorageOperationPercentProgress;
  return {
    ...toDatabase(instance),
    parameterGroups: groupsOf(needed(instance.DBParameterGroups, "DBParameterGroups")),
    resourceId: needed(instance.DbiResourceId, "DbiResourceId"),
    ...(Endpoint?.Address && Endpoint.Port && { endpoint: { host: Endpoint.Address, port: Endpoint.Port } }),
    settings: settingsOf(instance),
    pending: Object.entries(needed(instance.PendingModifiedValues, "PendingModifiedValues")).flatMap(([name, value]) =>
      value === undefined ? [] : [name],
    ),
    ...(madeBy && { madeBy }),
    ...(status && { storage: { status, ...(percent === undefined ? {} : { percent }) } }),
    ...(replicaOf && { replicaOf }),
    replicas: needed(instance.ReadReplicaDBInstanceIdentifiers, "ReadReplicaDBInstanceIdentifiers"),
    roles: needed(instance.AssociatedRoles, "AssociatedRoles").map(({ RoleArn, FeatureName }) => ({
      arn: needed(RoleArn, "RoleArn"),
      feature: needed(FeatureName, "FeatureName"),
    })),
    isPasswordManaged: instance.MasterUserSecret !== undefined,
    ...(secret && { secret }),
    ...(copies.length > 0 && { backupCopies: copies }),
  };
}

/** What every instance has. An answer without it says nothing about it. */
const ALWAYS = [
  "DBInstanceClass",
  "Engine",
  "EngineVersion",
  "MasterUsername",
  "AllocatedStorage",
  "StorageType",
  "StorageEncrypted",
  "MultiAZ",
  "PubliclyAccessible",
  "DeletionProtection",
  "IAMDatabaseAuthenticationEnabled",
  "BackupRetentionPeriod",
  "PreferredBackupWindow",
  "PreferredMaintenanceWindow",
  "CopyTagsToSnapshot",
  "AutoMinorVersionUpgrade",
] as const satisfies readonly (keyof Sdk.DBInstance)[];

/** What an instance may have. Without it, the instance does not have it. [D: DBInstance] */
const SOMETIMES = [
  "DBName",
  "Iops",
  "StorageThroughput",
  "MaxAllocatedStorage",
  "KmsKeyId",
  "CACertificateIdentifier",
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

/** Settings by the names of DescribeDBInstances, and those that it has in records of their own. */
function settingsOf(instance: Sdk.DBInstance): Settings {
  const always = ALWAYS.map((name): [string, Json] => [name, needed(instance[name], name)]);
  const sometimes = SOMETIMES.map((name): [string, Json] => [name, instance[name] ?? null]);
  const groups = needed(instance.VpcSecurityGroups, "VpcSecurityGroups");
  const [parameters] = needed(instance.DBParameterGroups, "DBParameterGroups");
  const [options] = needed(instance.OptionGroupMemberships, "OptionGroupMemberships");
  return {
    ...Object.fromEntries([...always, ...sometimes]),
    VpcSecurityGroupIds: sorted(groups.map((group) => needed(group.VpcSecurityGroupId, "VpcSecurityGroupId"))),
    DBSubnetGroupName: needed(instance.DBSubnetGroup?.DBSubnetGroupName, "DBSubnetGroupName"),
    DBParameterGroupName: needed(parameters?.DBParameterGroupName, "DBParameterGroupName"),
    OptionGroupName: options === undefined ? null : needed(options.OptionGroupName, "OptionGroupName"),
    EnabledCloudwatchLogsExports: sorted(instance.EnabledCloudwatchLogsExports ?? []),
    Tags: ownTags(needed(instance.TagList, "TagList")),
  };
}

/** AWS's own tags cannot be passed on, and our own tag differs on each instance. */
function ownTags(tags: readonly Sdk.Tag[]): Json {
  return tags
    .filter(({ Key }) => needed(Key, "Key of a tag"))
    .filter(({ Key = "" }) => !Key.startsWith("aws:") && Key !== EXECUTION_TAG)
    .map(({ Key = "", Value = "" }) => ({ Key, Value }))
    .sort((a, b) => (a.Key < b.Key ? -1 : 1));
}

const sorted = (names: readonly string[]): Json => [...names].sort();
