import type { Output } from "../http/input.ts";
import type { World } from "../world.ts";
import { endpointView } from "./dns-name.ts";
import { backupArn, groupArn, instanceArn, snapshotArn } from "./find.ts";
import type { DbInstance, DbSnapshot, Settings, SubnetGroup } from "./model.ts";
import { restoreWindow } from "./restore-window.ts";

export const MASTER = "vulcan";
export const DATABASE = "vulcan";

/** Settings that DescribeDBInstances does not show under their own name. */
const NESTED: readonly (keyof Settings)[] = [
  "VpcSecurityGroupIds",
  "DBSubnetGroupName",
  "OptionGroupName",
  "DBParameterGroupName",
  "MasterUserSecretArn",
  "AssociatedRoles",
];

function flat(settings: Settings): Output {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !NESTED.includes(name as keyof Settings)));
}

/** An instance as DescribeDBInstances shows it. */
export function instanceView(world: World, instance: DbInstance): Output {
  const { settings } = instance;
  const window = restoreWindow(world, instance);
  const secret = settings.MasterUserSecretArn;
  return {
    DBInstanceIdentifier: instance.identifier,
    Engine: "postgres",
    DBInstanceStatus: instance.status,
    MasterUsername: instance.masterUsername,
    DBName: instance.databaseName,
    Endpoint: endpointView(world, instance),
    ...flat(settings),
    InstanceCreateTime: new Date(instance.createdAt),
    DBSecurityGroups: [],
    VpcSecurityGroups: settings.VpcSecurityGroupIds.map((id) => ({ VpcSecurityGroupId: id, Status: "active" })),
    DBParameterGroups: [
      { DBParameterGroupName: settings.DBParameterGroupName, ParameterApplyStatus: instance.parameterStatus },
    ],
    DBSubnetGroup: subnetGroupView(world, world.rds.subnetGroups.get(settings.DBSubnetGroupName)),
    OptionGroupMemberships: [{ OptionGroupName: settings.OptionGroupName, Status: "in-sync" }],
    PendingModifiedValues: instance.pending,
    LatestRestorableTime: window === undefined ? undefined : new Date(window.latest),
    ReadReplicaDBInstanceIdentifiers: [],
    LicenseModel: "postgresql-license",
    StorageEncrypted: settings.KmsKeyId !== undefined,
    DbInstancePort: 0,
    DomainMemberships: [],
    DbiResourceId: instance.resourceId,
    DBInstanceArn: instanceArn(world, instance.identifier),
    AssociatedRoles: settings.AssociatedRoles.map((RoleArn) => ({
      RoleArn,
      FeatureName: "s3Import",
      Status: "ACTIVE",
    })),
    MasterUserSecret: secret === undefined ? undefined : { SecretArn: secret, SecretStatus: "active" },
    TagList: instance.tags,
    BackupTarget: "region",
    ...storageView(world, instance),
  };
}

/** A subnet group as DescribeDBSubnetGroups shows it; undefined if it has been deleted. */
export function subnetGroupView(world: World, group: SubnetGroup | undefined): Output | undefined {
  if (group === undefined) return undefined;
  const subnets = world.network.subnets.filter(({ id }) => group.subnetIds.includes(id));
  return {
    DBSubnetGroupName: group.name,
    DBSubnetGroupDescription: group.description,
    DBSubnetGroupArn: groupArn(world, "subgrp", group.name),
    VpcId: world.network.vpcId,
    SubnetGroupStatus: "Complete",
    Subnets: subnets.map(({ id, zone }) => ({
      SubnetIdentifier: id,
      SubnetAvailabilityZone: { Name: zone },
      SubnetStatus: "Active",
    })),
    SupportedNetworkTypes: ["IPV4"],
  };
}

/** Present only while storage is being filled from the backup. [V in the SDK] */
function storageView(world: World, { initializing }: DbInstance): Output {
  if (initializing === undefined || world.clock.now() >= initializing.until) return {};
  const { from, until } = initializing;
  const percent = Math.floor((100 * (world.clock.now() - from)) / (until - from));
  return { StorageOperationStatus: "Initializing", StorageOperationPercentProgress: percent };
}

export function snapshotView(world: World, snapshot: DbSnapshot): Output {
  const now = world.clock.now();
  const isDone = now >= snapshot.until;
  const { settings } = snapshot;
  return {
    DBSnapshotIdentifier: snapshot.identifier,
    DBInstanceIdentifier: snapshot.instanceName,
    DbiResourceId: snapshot.resourceId,
    SnapshotCreateTime: isDone ? new Date(snapshot.until) : undefined,
    OriginalSnapshotCreateTime: isDone ? new Date(snapshot.at) : undefined,
    AvailabilityZone: settings.AvailabilityZone,
    LicenseModel: "postgresql-license",
    VpcId: world.network.vpcId,
    SnapshotTarget: "region",
    InstanceCreateTime: new Date(snapshot.instanceCreatedAt),
    Engine: "postgres",
    EngineVersion: settings.EngineVersion,
    AllocatedStorage: settings.AllocatedStorage,
    StorageType: settings.StorageType,
    Status: isDone ? "available" : "creating",
    PercentProgress: isDone ? 100 : Math.floor((100 * (now - snapshot.from)) / (snapshot.until - snapshot.from)),
    Port: 5432,
    MasterUsername: snapshot.source.masterUsername,
    SnapshotType: snapshot.type,
    Encrypted: settings.KmsKeyId !== undefined,
    KmsKeyId: settings.KmsKeyId,
    OptionGroupName: settings.OptionGroupName,
    DBSnapshotArn: snapshotArn(world, snapshot.identifier),
    TagList: snapshot.tags,
  };
}

/** An instance's automated backups. Those of a deleted one are `retained`. They have no parameter group. [D] */
export function backupView(world: World, instance: DbInstance, status: "active" | "creating" | "retained"): Output {
  const window = restoreWindow(world, instance);
  const { settings } = instance;
  return {
    DBInstanceArn: instanceArn(world, instance.identifier),
    DbiResourceId: instance.resourceId,
    Region: world.region,
    DBInstanceIdentifier: instance.identifier,
    RestoreWindow:
      window === undefined
        ? undefined
        : { EarliestTime: new Date(window.earliest), LatestTime: new Date(window.latest) },
    AllocatedStorage: settings.AllocatedStorage,
    Status: status,
    Port: 5432,
    AvailabilityZone: settings.AvailabilityZone,
    InstanceCreateTime: new Date(instance.createdAt),
    MasterUsername: instance.masterUsername,
    Engine: "postgres",
    EngineVersion: settings.EngineVersion,
    Encrypted: settings.KmsKeyId !== undefined,
    StorageType: settings.StorageType,
    KmsKeyId: settings.KmsKeyId,
    BackupRetentionPeriod: settings.BackupRetentionPeriod,
    DBInstanceAutomatedBackupsArn: backupArn(world, instance),
    BackupTarget: "region",
  };
}
