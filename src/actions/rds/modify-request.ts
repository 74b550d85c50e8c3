import type { Settings } from "../../domain/aws/rds.ts";
import type { Json, JsonObject } from "../../domain/json.ts";
import type { Operation } from "../../domain/operation.ts";

/**
 * Settings that ModifyDBInstance can be told and that do no harm to a copy which nobody uses yet. The first six are those
 * that a restore cannot be told at all. (Reference: rds-and-migrations.md A1)
 */
const MODIFIED_BY: Readonly<Record<string, string>> = {
  PreferredMaintenanceWindow: "PreferredMaintenanceWindow",
  MonitoringInterval: "MonitoringInterval",
  MonitoringRoleArn: "MonitoringRoleArn",
  PerformanceInsightsEnabled: "EnablePerformanceInsights",
  PerformanceInsightsRetentionPeriod: "PerformanceInsightsRetentionPeriod",
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

/** What RDS wants to be told together: the one where the other changes and is in force. */
const COMPANIONS: readonly (readonly [string, string])[] = [
  ["MonitoringInterval", "MonitoringRoleArn"],
  ["PerformanceInsightsEnabled", "PerformanceInsightsRetentionPeriod"],
  ["DatabaseInsightsMode", "PerformanceInsightsEnabled"],
  ["DatabaseInsightsMode", "PerformanceInsightsRetentionPeriod"],
];

/** Of the wanted settings, those to be changed; a value that is absent cannot be asked for. */
export function toChange(now: Settings, wanted: Settings): Settings {
  const differs = (name: string): boolean => JSON.stringify(now[name] ?? null) !== JSON.stringify(wanted[name] ?? null);
  const changed = Object.keys(MODIFIED_BY).filter((name) => wanted[name] != null && differs(name));
  return Object.fromEntries(changed.map((name) => [name, wanted[name] as Json]));
}

/** The one ModifyDBInstance that brings these values about, at once rather than in a maintenance window. */
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

/** The settings that such a request asks for. */
export function settingsIn(input: JsonObject): Settings {
  const named = Object.entries(MODIFIED_BY).filter(([, member]) => input[member] !== undefined);
  return Object.fromEntries(named.map(([name, member]) => [name, input[member] as Json]));
}
