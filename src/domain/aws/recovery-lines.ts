import { commandLine, option } from "../command-line.ts";
import type { Json, JsonObject } from "../json.ts";
import type { AutomatedBackup, Cluster } from "./backups.ts";
import { awsLine } from "./cli-command.ts";
import type { Settings } from "./rds.ts";

/** Settings that RDS would choose otherwise, and the member of a restore request that states them. */
const STATED: Readonly<Record<string, string>> = {
  DBInstanceClass: "DBInstanceClass",
  DBSubnetGroupName: "DBSubnetGroupName",
  VpcSecurityGroupIds: "VpcSecurityGroupIds",
  DBParameterGroupName: "DBParameterGroupName",
  OptionGroupName: "OptionGroupName",
  MultiAZ: "MultiAZ",
  PubliclyAccessible: "PubliclyAccessible",
  StorageType: "StorageType",
  DeletionProtection: "DeletionProtection",
  IAMDatabaseAuthenticationEnabled: "EnableIAMDatabaseAuthentication",
  BackupRetentionPeriod: "BackupRetentionPeriod",
};

const stated = (settings: Settings, ...without: readonly string[]): JsonObject =>
  Object.fromEntries(
    Object.entries(STATED).flatMap(([name, member]): [string, Json][] => {
      const value = settings[name] ?? null;
      return value === null || without.includes(name) ? [] : [[member, value]];
    }),
  );

const moment = (member: string, to: string | undefined): JsonObject =>
  to === undefined ? { UseLatestRestorableTime: true } : { [member]: to };

/** Restores a deleted instance under its old name, so that its address is the same. [D: SourceDbiResourceId] */
export function pointInTimeLine(
  { resourceId, settings }: AutomatedBackup,
  name: string,
  to: string | undefined,
  region: string | undefined,
): string {
  const input = {
    SourceDbiResourceId: resourceId,
    TargetDBInstanceIdentifier: name,
    ...moment("RestoreTime", to),
    ...stated(settings),
  };
  return awsLine({ service: "rds", name: "RestoreDBInstanceToPointInTime", input }, region);
}

/** Restores a snapshot as a new instance, with the settings that are known of the old one. */
export function snapshotLine(
  snapshot: string,
  name: string,
  settings: Settings = {},
  region: string | undefined = undefined,
): string {
  const input = {
    DBInstanceIdentifier: name,
    DBSnapshotIdentifier: snapshot,
    ...stated(settings, "BackupRetentionPeriod"),
  };
  return awsLine({ service: "rds", name: "RestoreDBInstanceFromDBSnapshot", input }, region);
}

/** RDS: at most. [D] */
const MOST_LETTERS = 63;

/** What is restored beside a name that is taken. */
export function besideName(name: string): string {
  const tail = "-restored";
  return `${name.slice(0, MOST_LETTERS - tail.length).replace(/-+$/, "")}${tail}`;
}

interface ClusterRestore {
  readonly name: string;
  readonly found: Cluster | undefined;
  /** An instance of it. */
  readonly member: string;
  readonly settings: Settings | undefined;
  readonly to: string | undefined;
}

/**
 * Restores a cluster beside the old one. An Aurora cluster is restored without instances, so a second line makes one.
 * [D: RestoreDBClusterToPointInTime]
 */
export function clusterLines({ name, found, member, settings = {}, to }: ClusterRestore, region?: string): string[] {
  const engine = found?.engine ?? (typeof settings.Engine === "string" ? settings.Engine : undefined);
  const known = found?.settings ?? pick(settings, "VpcSecurityGroupIds", "DBSubnetGroupName", "DeletionProtection");
  const restored = besideName(name);
  const input = {
    SourceDBClusterIdentifier: name,
    DBClusterIdentifier: restored,
    ...moment("RestoreToTime", to),
    ...known,
  };
  const restore = awsLine({ service: "rds", name: "RestoreDBClusterToPointInTime", input }, region);
  if (engine === undefined || !engine.startsWith("aurora")) return [restore];
  const where = region === undefined ? [] : option("region", region);
  const instance = {
    DBInstanceIdentifier: besideName(member),
    DBClusterIdentifier: restored,
    Engine: engine,
    ...pick(settings, "DBInstanceClass", "DBParameterGroupName"),
  };
  return [
    restore,
    commandLine`aws rds wait db-cluster-available --db-cluster-identifier ${restored} ${where}`,
    awsLine({ service: "rds", name: "CreateDBInstance", input: instance }, region),
  ];
}

const pick = (settings: Settings, ...names: readonly string[]): JsonObject =>
  Object.fromEntries(names.flatMap((name) => (settings[name] == null ? [] : [[name, settings[name]]])));
