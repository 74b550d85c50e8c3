import type { Input } from "../http/input.ts";
import { flag, list, number, record, text, texts } from "../http/input.ts";
import type { World } from "../world.ts";
import { instanceArn } from "./find.ts";
import type { DbInstance, Settings } from "./model.ts";

type Read = (input: Input, name: string) => unknown;

/** What one member of ModifyDBInstance changes. */
interface Change {
  readonly setting: keyof Settings;
  readonly read: Read;
  /** Whether it waits for the maintenance window unless ApplyImmediately is set. [D] */
  readonly waits: boolean | ((before: unknown, after: unknown) => boolean);
  /** The instance's status meanwhile. */
  readonly status?: string;
}

const strings: Read = (input, name) => (input[name] === undefined ? undefined : list(input, name).map(String));
const atOnce = (setting: keyof Settings, read: Read, status?: string): Change =>
  status === undefined ? { setting, read, waits: false } : { setting, read, waits: false, status };
const inWindow = (setting: keyof Settings, read: Read, status = "modifying"): Change => ({
  setting,
  read,
  waits: true,
  status,
});

const CHANGES: Readonly<Record<string, Change>> = {
  DBInstanceClass: inWindow("DBInstanceClass", text),
  EngineVersion: inWindow("EngineVersion", text, "upgrading"),
  AllocatedStorage: inWindow("AllocatedStorage", number),
  StorageType: inWindow("StorageType", text),
  Iops: inWindow("Iops", number),
  StorageThroughput: inWindow("StorageThroughput", number),
  MultiAZ: inWindow("MultiAZ", flag),
  DBSubnetGroupName: inWindow("DBSubnetGroupName", text, "moving-to-vpc"),
  OptionGroupName: inWindow("OptionGroupName", text),
  CACertificateIdentifier: inWindow("CACertificateIdentifier", text),
  // Only turning backups on or off needs an outage; another period is applied as soon as possible. [D]
  BackupRetentionPeriod: {
    ...inWindow("BackupRetentionPeriod", number),
    waits: (before, after) => before === 0 || after === 0,
  },
  EnableIAMDatabaseAuthentication: inWindow("IAMDatabaseAuthenticationEnabled", flag, "configuring-iam-database-auth"),
  MaxAllocatedStorage: atOnce("MaxAllocatedStorage", number),
  PubliclyAccessible: atOnce("PubliclyAccessible", flag, "modifying"),
  DeletionProtection: atOnce("DeletionProtection", flag),
  PreferredBackupWindow: atOnce("PreferredBackupWindow", text),
  PreferredMaintenanceWindow: atOnce("PreferredMaintenanceWindow", text),
  CopyTagsToSnapshot: atOnce("CopyTagsToSnapshot", flag),
  AutoMinorVersionUpgrade: atOnce("AutoMinorVersionUpgrade", flag),
  VpcSecurityGroupIds: atOnce("VpcSecurityGroupIds", strings),
  DBParameterGroupName: atOnce("DBParameterGroupName", text, "modifying"),
  MonitoringInterval: atOnce("MonitoringInterval", number, "configuring-enhanced-monitoring"),
  MonitoringRoleArn: atOnce("MonitoringRoleArn", text, "configuring-enhanced-monitoring"),
  EnablePerformanceInsights: atOnce("PerformanceInsightsEnabled", flag, "modifying"),
  PerformanceInsightsRetentionPeriod: atOnce("PerformanceInsightsRetentionPeriod", number, "modifying"),
  DatabaseInsightsMode: atOnce("DatabaseInsightsMode", text, "modifying"),
  NetworkType: inWindow("NetworkType", text),
  DedicatedLogVolume: inWindow("DedicatedLogVolume", flag),
};

/** What a request changes: part of it now, part of it in the maintenance window. */
export interface Changes {
  readonly now: Readonly<Partial<Settings>>;
  readonly later: Readonly<Partial<Settings>>;
  /** The members of the request that wait. */
  readonly waiting: Input;
  /** The states the instance passes through. */
  readonly states: readonly string[];
}

/** Members that change nothing are left out. */
export function changesOf(world: World, instance: DbInstance, input: Input): Changes {
  const immediately = flag(input, "ApplyImmediately") === true;
  const now: Record<string, unknown> = {};
  const later: Record<string, unknown> = {};
  const waiting: Record<string, unknown> = {};
  const states = new Set<string>();
  for (const [member, change] of Object.entries(CHANGES)) {
    const value = change.read(input, member);
    if (value === undefined || String(value) === String(instance.settings[change.setting])) continue;
    const { waits: rule } = change;
    const waits = !immediately && (typeof rule === "boolean" ? rule : rule(instance.settings[change.setting], value));
    (waits ? later : now)[change.setting] = value;
    if (waits) waiting[member] = input[member];
    if (!waits && change.status !== undefined) states.add(change.status);
  }
  const logs = logExports(instance, input);
  if (logs !== undefined) {
    now.EnabledCloudwatchLogsExports = logs;
    states.add("configuring-log-exports");
  }
  const managed = flag(input, "ManageMasterUserPassword");
  if (managed !== undefined) now.MasterUserSecretArn = managed ? newSecret(world, instance) : undefined;
  if (managed !== undefined || input.MasterUserPassword !== undefined) states.add("resetting-master-credentials");
  return { now, later, waiting, states: [...states] };
}

/** CloudwatchLogsExportConfiguration adds and removes log types. [D] */
function logExports(instance: DbInstance, input: Input): readonly string[] | undefined {
  const asked = record(input, "CloudwatchLogsExportConfiguration");
  if (asked === undefined) return undefined;
  const [on, off] = [texts(asked, "EnableLogTypes"), texts(asked, "DisableLogTypes")];
  const all = new Set([...instance.settings.EnabledCloudwatchLogsExports, ...on]);
  return [...all].filter((type) => !off.includes(type)).sort();
}

const newSecret = (world: World, instance: DbInstance): string =>
  `${instanceArn(world, "").split(":db:")[0]?.replace(":rds:", ":secretsmanager:")}:secret:rds!db-${instance.resourceId
    .slice(3, 15)
    .toLowerCase()}-${world.random.hex(6)}`;
