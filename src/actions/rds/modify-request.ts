import type { Settings } from "../../domain/aws/rds.ts";
import type { Json, JsonObject } from "../../domain/json.ts";
import type { Operation } from "../../domain/operation.ts";

/**
 * Settings that ModifyDBInstance takes and that do no harm to a copy which is not in use yet. A restore request does
 * not take the first seven at all. (Reference: rds-and-migrations.md A1)
 */
const MODIFIED_BY: Readonly<Record<string, string>> = {
  PreferredMaintenanceWindow: "PreferredMaintenanceWindow",
  MonitoringInterval: "MonitoringInterval",
  MonitoringRoleArn: "MonitoringRoleArn",
  PerformanceInsightsEnabled: "EnablePerformanceInsights",
  PerformanceInsightsRetentionPeriod: "PerformanceInsightsRetentionPeriod",
  PerformanceInsightsKMSKeyId: "PerformanceInsightsKMSKeyId",
  DatabaseInsightsMode: "DatabaseInsightsMode",
  BackupRetentionPeriod: "BackupRetentionPeriod",
  PreferredBackupWindow: "PreferredBackupWindow",
  CopyTagsToSnapshot: "CopyTagsToSnapshot",
  DeletionProtection: "DeletionProtection",
  MaxAllocatedStorage: "MaxAllocatedStorage",
  MultiAZ: "MultiAZ",
  PubliclyAccessible: "PubliclyAccessible",
  IAMDatabaseAuthenticationEnabled: "EnableIAMDatabaseAuthentication",
  CACertificateIdentifier: "CACertificateIdentifier",
  AutoMinorVersionUpgrade: "AutoMinorVersionUpgrade",
  VpcSecurityGroupIds: "VpcSecurityGroupIds",
  DBParameterGroupName: "DBParameterGroupName",
};

/** Settings that RDS wants together: if the first changes and is on, send the second, too. */
const COMPANIONS: readonly (readonly [string, string])[] = [
  ["MonitoringInterval", "MonitoringRoleArn"],
  ["PerformanceInsightsEnabled", "PerformanceInsightsRetentionPeriod"],
  ["PerformanceInsightsEnabled", "PerformanceInsightsKMSKeyId"],
  ["DatabaseInsightsMode", "PerformanceInsightsEnabled"],
  ["DatabaseInsightsMode", "PerformanceInsightsRetentionPeriod"],
];

/** The wanted settings that have to change. A request cannot ask for an absent value. */
export function toChange(now: Settings, wanted: Settings): Settings {
  const differs = (name: string): boolean => JSON.stringify(now[name] ?? null) !== JSON.stringify(wanted[name] ?? null);
  const changed = Object.keys(MODIFIED_BY).filter((name) => wanted[name] != null && differs(name));
  return Object.fromEntries(changed.map((name) => [name, wanted[name] as Json]));
}

/** One ModifyDBInstance that sets these values at once, not in a maintenance window. */
export function alignRequest(id: string, change: Settings, wanted: Settings): Operation {
  const together = COMPANIONS.filter(([one, other]) => one in change && wanted[other] != null && isOn(wanted[one]));
  const all = { ...Object.fromEntries(together.map(([, other]) => [other, wanted[other] as Json])), ...change };
  const members = Object.entries(MODIFIED_BY).flatMap(([name, member]): [string, Json][] =>
    name in all ? [[member, all[name] as Json]] : [],
  );
  const input: JsonObject = { DBInstanceIdentifier: id, ...Object.fromEntries(members), ApplyImmediately: true };
  return { service: "rds", name: "ModifyDBInstance", input };
}

const isOn = (value: Json | undefined): boolean => value !== 0 && value !== false && value != null;

/** The settings that such a request changes. */
export function settingsIn(input: JsonObject): Settings {
  const named = Object.entries(MODIFIED_BY).filter(([, member]) => input[member] !== undefined);
  return Object.fromEntries(named.map(([name, member]) => [name, input[member] as Json]));
}
