import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { number } from "../http/input.ts";
import type { World } from "../world.ts";
import { badCombination, badValue } from "./input.ts";
import type { Settings } from "./model.ts";

type Check<Value> = (value: Value, world: World, settings: Settings) => AwsError | undefined;

const unless = (holds: boolean, refusal: () => AwsError): AwsError | undefined => (holds ? undefined : refusal());

const among =
  (name: string, allowed: readonly string[]): Check<string> =>
  (value) =>
    unless(allowed.includes(value), () => badValue(`Invalid ${name}: ${value}. Valid values: ${allowed.join(", ")}.`));

const CERTIFICATES: readonly string[] = ["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"];
const STORAGE_TYPES: readonly string[] = ["gp2", "gp3", "io1", "io2"];
const LOG_TYPES: readonly string[] = ["postgresql", "upgrade", "iam-db-auth-error"];
const INTERVALS: readonly number[] = [0, 1, 5, 10, 15, 30, 60];
const CLASS = /^db\.[a-z]+\d+[a-z]*\.(micro|small|medium|large|\d*xlarge)$/;
const TIME = "([01]\\d|2[0-3]):([0-5]\\d)";
const DAY = "(mon|tue|wed|thu|fri|sat|sun)";
const BACKUP_WINDOW = new RegExp(`^${TIME}-${TIME}$`);
const MAINTENANCE_WINDOW = new RegExp(`^${DAY}:${TIME}-${DAY}:${TIME}$`, "i");

/** A window lasts at least half an hour. A window that ends before it starts runs past midnight. [D] */
function lastsLongEnough(window: string): boolean {
  const [, fromHour, fromMinute, toHour, toMinute] = BACKUP_WINDOW.exec(window) ?? [];
  const minutes = (Number(toHour) - Number(fromHour)) * 60 + Number(toMinute) - Number(fromMinute);
  return (minutes + 24 * 60) % (24 * 60) >= 30;
}

/** The limit of storage autoscaling is 10 % above the size at least, whichever of both changes. [O: public bug reports] */
const leavesRoom = (size: number, limit: number | undefined): AwsError | undefined =>
  unless(limit === undefined || limit * 10 >= size * 11, () =>
    badCombination("Max storage size must be greater than storage size"),
  );

/** Which single values RDS refuses, in a restore and in a modification. Codes are A6's; texts inferred. [D; I] */
const CHECKS: { readonly [Name in keyof Settings]?: Check<NonNullable<Settings[Name]>> } = {
  DBInstanceClass: (value) => unless(CLASS.test(value), () => badValue(`Invalid DB Instance class: ${value}`)),
  AllocatedStorage: (value, _, { MaxAllocatedStorage }) =>
    unless(Number.isInteger(value) && value >= 20 && value <= 65_536, () =>
      badValue(`Invalid storage size for engine name postgres: ${value}`),
    ) ?? leavesRoom(value, MaxAllocatedStorage),
  MaxAllocatedStorage: (value, _, { AllocatedStorage }) => leavesRoom(AllocatedStorage, value),
  StorageType: (value) =>
    unless(
      STORAGE_TYPES.includes(value),
      () => new AwsError("StorageTypeNotSupported", `The storage type ${value} is not supported for the DB instance.`),
    ),
  CACertificateIdentifier: (value) =>
    unless(
      CERTIFICATES.includes(value),
      () => new AwsError("CertificateNotFound", `Certificate ${value} not found.`, 404),
    ),
  BackupRetentionPeriod: (value) =>
    unless(Number.isInteger(value) && value >= 0 && value <= 35, () =>
      badValue(`Invalid backup retention period: ${value}. Must be between 0 and 35.`),
    ),
  PreferredBackupWindow: (value) =>
    unless(BACKUP_WINDOW.test(value) && lastsLongEnough(value), () =>
      badValue(`Invalid backup window format: ${value}. Should be specified as hh24:mi-hh24:mi, at least 30 minutes.`),
    ),
  PreferredMaintenanceWindow: (value) =>
    unless(MAINTENANCE_WINDOW.test(value), () =>
      badValue(`Invalid maintenance window format: ${value}. Should be specified as ddd:hh24:mi-ddd:hh24:mi.`),
    ),
  AvailabilityZone: (value, { region }) =>
    unless(new RegExp(`^${region}[abc]$`).test(value), () => badValue(`Invalid availability zone: ${value}`)),
  EnabledCloudwatchLogsExports: (value, _, { EngineVersion }) =>
    unless(
      value.every((type) => LOG_TYPES.includes(type)),
      () => {
        const unknown = value.filter((type) => !LOG_TYPES.includes(type)).map((type) => `'${type}'`);
        return badCombination(
          `You cannot use the log types ${unknown.join(", ")} with engine version postgres ${EngineVersion}. For ` +
            "supported log types, see the documentation.",
        );
      },
    ),
  MonitoringInterval: (value, _, { MonitoringRoleArn }) =>
    unless(INTERVALS.includes(value), () => badValue(`Invalid monitoring interval: ${value}`)) ??
    unless(value === 0 || MonitoringRoleArn !== undefined, () =>
      badCombination("A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0."),
    ),
  NetworkType: (value, world, settings) =>
    among("network type", ["IPV4", "DUAL"])(value, world, settings) ??
    unless(
      value === "IPV4",
      () =>
        new AwsError(
          "NetworkTypeNotSupported",
          `The network type DUAL is not supported by the subnet group ${settings.DBSubnetGroupName}.`,
        ),
    ),
  DatabaseInsightsMode: among("database insights mode", ["standard", "advanced"]),
  EngineLifecycleSupport: among("engine lifecycle support", [
    "open-source-rds-extended-support",
    "open-source-rds-extended-support-disabled",
  ]),
};

/** Refuses invalid values among the changed settings. `settings` are all settings after the change. */
export function checkSettings(world: World, changed: Readonly<Partial<Settings>>, settings: Settings): void {
  for (const [name, check] of Object.entries(CHECKS)) {
    const value = changed[name as keyof Settings];
    const refusal = value === undefined ? undefined : (check as Check<unknown>)(value, world, settings);
    if (refusal !== undefined) throw refusal;
  }
}

/** The requested port, within the range that RDS allows. [D] */
export function requestedPort(input: Input, name: string): number | undefined {
  const port = number(input, name);
  if (port === undefined || (Number.isInteger(port) && port >= 1150 && port <= 65_535)) return port;
  throw badValue(`Invalid port: ${port}. Must be between 1150 and 65535.`);
}
