import type * as Sdk from "@aws-sdk/client-rds";
import type { AutomatedBackup, Cluster, RestoreWindow, Snapshot } from "../../domain/aws/backups.ts";
import type { Settings } from "../../domain/aws/rds.ts";
import type { Json } from "../../domain/json.ts";
import { newestFirst } from "../../domain/time.ts";
import type { Clients } from "../client/clients.ts";
import { everyPage } from "../client/every-page.ts";
import { needed } from "../client/needed.ts";

const absent =
  (...names: readonly string[]) =>
  (failure: unknown): undefined => {
    if (names.includes((failure as { name?: string }).name ?? "")) return undefined;
    throw failure;
  };

/** All that bear the instance's name: its own, and those that are kept of deleted instances. */
export async function readAutomatedBackups(clients: Clients, id: string): Promise<readonly AutomatedBackup[]> {
  const [rds, sdk] = await Promise.all([clients.rds(), import("../sdk/rds.ts")]);
  return everyPage(async (Marker) => {
    const input = { DBInstanceIdentifier: id, ...(Marker && { Marker }) };
    const answer = await rds
      .send(new sdk.DescribeDBInstanceAutomatedBackupsCommand(input))
      .catch(absent("DBInstanceAutomatedBackupNotFoundFault"));
    if (answer === undefined) return { items: [], next: undefined };
    const items = needed(answer.DBInstanceAutomatedBackups, "DBInstanceAutomatedBackups").map(toBackup);
    return { items, next: answer.Marker };
  });
}

function toBackup(backup: Sdk.DBInstanceAutomatedBackup): AutomatedBackup {
  const { EarliestTime: earliest, LatestTime: latest } = backup.RestoreWindow ?? {};
  const window = windowBetween(earliest, latest);
  return {
    resourceId: needed(backup.DbiResourceId, "DbiResourceId of a backup"),
    status: needed(backup.Status, "Status of a backup"),
    ...(window && { window }),
    settings: known({
      StorageType: backup.StorageType,
      OptionGroupName: backup.OptionGroupName,
      IAMDatabaseAuthenticationEnabled: backup.IAMDatabaseAuthenticationEnabled,
      BackupRetentionPeriod: backup.BackupRetentionPeriod,
    }),
  };
}

function windowBetween(earliest: Date | undefined, latest: Date | undefined): RestoreWindow | undefined {
  if (latest === undefined) return undefined;
  return { ...(earliest && { earliest: earliest.toISOString() }), latest: latest.toISOString() };
}

const known = (members: Readonly<Record<string, Json | undefined>>): Settings =>
  Object.fromEntries(Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

/** Newest first. */
export async function readSnapshots(clients: Clients, id: string): Promise<readonly Snapshot[]> {
  const [rds, { DescribeDBSnapshotsCommand }] = await Promise.all([clients.rds(), import("../sdk/rds.ts")]);
  const found = await everyPage(async (Marker) => {
    const input = { DBInstanceIdentifier: id, ...(Marker && { Marker }) };
    const { DBSnapshots, Marker: next } = await rds.send(new DescribeDBSnapshotsCommand(input));
    return { items: needed(DBSnapshots, "DBSnapshots").map(toSnapshot), next };
  });
  return found.toSorted((a, b) => newestFirst(a.createdAt ?? "", b.createdAt ?? ""));
}

function toSnapshot({ DBSnapshotIdentifier, SnapshotType, Status, SnapshotCreateTime: at }: Sdk.DBSnapshot): Snapshot {
  return {
    id: needed(DBSnapshotIdentifier, "DBSnapshotIdentifier"),
    type: needed(SnapshotType, "SnapshotType"),
    status: needed(Status, "Status of a snapshot"),
    ...(at && { createdAt: at.toISOString() }),
  };
}

/** Undefined where the account has no such cluster. */
export async function readCluster(clients: Clients, id: string): Promise<Cluster | undefined> {
  const [rds, { DescribeDBClustersCommand }] = await Promise.all([clients.rds(), import("../sdk/rds.ts")]);
  const answer = await rds
    .send(new DescribeDBClustersCommand({ DBClusterIdentifier: id }))
    .catch(absent("DBClusterNotFoundFault"));
  const [cluster] = answer === undefined ? [] : needed(answer.DBClusters, "DBClusters");
  if (cluster === undefined) return undefined;
  const window = windowBetween(cluster.EarliestRestorableTime, cluster.LatestRestorableTime);
  const groups = cluster.VpcSecurityGroups?.flatMap(({ VpcSecurityGroupId: group }) => group ?? []);
  return {
    id: needed(cluster.DBClusterIdentifier, "DBClusterIdentifier"),
    engine: needed(cluster.Engine, "Engine"),
    ...(window && { window }),
    settings: known({
      DBSubnetGroupName: cluster.DBSubnetGroup,
      VpcSecurityGroupIds: groups === undefined || groups.length === 0 ? undefined : [...groups].sort(),
      DBClusterParameterGroupName: cluster.DBClusterParameterGroup,
      // Only a Multi-AZ DB cluster has these. [K]
      DBClusterInstanceClass: cluster.DBClusterInstanceClass,
      ...(cluster.DBClusterInstanceClass !== undefined && { StorageType: cluster.StorageType, Iops: cluster.Iops }),
      Port: cluster.Port,
      DeletionProtection: cluster.DeletionProtection,
    }),
  };
}
