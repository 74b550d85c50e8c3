import { type DBInstance, DescribeDBInstanceAutomatedBackupsCommand } from "@aws-sdk/client-rds";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { COPY, follow, instance, isAvailable, messages, query, restore, untilTime } from "./databases.ts";
import { type Clients, clients, NAME, refusal } from "./support.ts";

let sandbox: Sandbox;
let rds: Clients["rds"];

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 300 });
  rds = clients(sandbox).rds;
});
afterAll(() => sandbox.stop());
beforeEach(() => sandbox.reset("healthy"));

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const port = (one: DBInstance): number | undefined => one.Endpoint?.Port;
const onSource = (sql: string) => query(sandbox, Number(new URL(sandbox.databaseUrl).port), sql);
const backups = async (DBInstanceIdentifier: string) =>
  (await rds.send(new DescribeDBInstanceAutomatedBackupsCommand({ DBInstanceIdentifier })))
    .DBInstanceAutomatedBackups?.[0];

test("a restore to a second between two commits has the first row and not the second; the source serves on", async () => {
  await onSource("CREATE TABLE seen (n INT)");
  await onSource("INSERT INTO seen VALUES (1)");
  const between = Math.ceil(sandbox.now() / SECOND) * SECOND;
  await untilTime(sandbox, between + 2 * SECOND);
  await onSource("INSERT INTO seen VALUES (2)");
  await untilTime(sandbox, between + 6 * MINUTE);
  await restore(rds, { RestoreTime: new Date(between) });
  expect((await instance(rds, COPY)).Endpoint).toBeUndefined();
  await onSource("INSERT INTO seen VALUES (3)");
  const { instance: copy } = await follow(rds, COPY, isAvailable);
  expect(await query(sandbox, port(copy), "SELECT n FROM seen ORDER BY n")).toEqual([{ n: 1 }]);
  await query(sandbox, port(copy), "INSERT INTO seen VALUES (10)");
  expect(await onSource("SELECT n FROM seen ORDER BY n")).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  const [limit] = await query<{ max_connections: string }>(sandbox, port(copy), "SHOW max_connections");
  expect(limit).toEqual({ max_connections: "901" });
  expect(await messages(rds, COPY)).toContain(
    `Restored from DB instance ${NAME} to ${new Date(between).toISOString()}`,
  );
});

test("a restored instance has a window of its own after its first backup, and can then be a source", {
  tags: ["variant"],
}, async () => {
  await untilTime(sandbox, sandbox.now() + MINUTE);
  await restore(rds, { UseLatestRestorableTime: true });
  const { seen, instance: first } = await follow(rds, COPY, isAvailable);
  expect(seen).toEqual(["creating", "backing-up", "modifying", "available"]);
  expect(first).toMatchObject({ StorageOperationStatus: "Initializing" });
  expect(first.StorageOperationPercentProgress).toBeLessThan(100);
  expect(first.LatestRestorableTime).toBeUndefined();
  expect(await backups(COPY)).toMatchObject({ Status: "creating" });
  const again = await follow(rds, COPY, (one, states) => isAvailable(one) && states.includes("backing-up"));
  expect(again.seen).toEqual(["available", "backing-up", "available"]);
  await query(sandbox, port(first), "CREATE TABLE later AS SELECT 1 AS n");
  const written = sandbox.now();
  await untilTime(sandbox, written + 7 * MINUTE);
  expect(await backups(COPY)).toMatchObject({ Status: "active" });
  const RestoreTime = new Date(written + MINUTE);
  await restore(rds, { SourceDBInstanceIdentifier: COPY, TargetDBInstanceIdentifier: "third", RestoreTime });
  const { instance: third } = await follow(rds, "third", isAvailable);
  expect(await query(sandbox, port(third), "SELECT n FROM later")).toEqual([{ n: 1 }]);
  expect(await messages(rds, COPY)).toContain("Finished DB Instance backup");
});

test("a time before the sandbox began gives the schema of that time", async () => {
  await sandbox.reset("bad-release");
  const newest = "SELECT version, applied_at FROM migrations ORDER BY version DESC LIMIT 1";
  const [{ version, applied_at } = { version: 0, applied_at: new Date() }] = await query<{
    version: number;
    applied_at: Date;
  }>(sandbox, Number(new URL(sandbox.databaseUrl).port), newest);
  await restore(rds, { RestoreTime: new Date(applied_at.getTime() - MINUTE) });
  const { instance: copy } = await follow(rds, COPY, isAvailable);
  expect(await query(sandbox, port(copy), newest)).toMatchObject([{ version: version - 1 }]);
});

/** What of the source's settings a restore drops, and what it becomes: the table A1. */
const DROPPED = {
  StorageType: "gp3",
  MaxAllocatedStorage: undefined,
  MultiAZ: false,
  AvailabilityZone: "eu-west-1b",
  PubliclyAccessible: true,
  DeletionProtection: false,
  IAMDatabaseAuthenticationEnabled: false,
  EnabledCloudwatchLogsExports: [],
  CACertificateIdentifier: "rds-ca-rsa2048-g1",
  PreferredMaintenanceWindow: "sat:22:11-sat:22:41",
  CopyTagsToSnapshot: false,
  MonitoringInterval: 0,
  MonitoringRoleArn: undefined,
  PerformanceInsightsEnabled: false,
  PerformanceInsightsRetentionPeriod: undefined,
  AssociatedRoles: [],
  EngineLifecycleSupport: "open-source-rds-extended-support",
} as const satisfies Partial<DBInstance>;

const KEPT = [
  "DBInstanceClass",
  "EngineVersion",
  "AllocatedStorage",
  "BackupRetentionPeriod",
  "PreferredBackupWindow",
  "AutoMinorVersionUpgrade",
  "NetworkType",
  "KmsKeyId",
  "DBName",
  "MasterUsername",
  "TagList",
] as const satisfies readonly (keyof DBInstance)[];

test("a restore drops what RDS drops, and keeps the rest", async () => {
  const source = await instance(rds, NAME);
  for (const [name, value] of Object.entries(DROPPED)) {
    expect(source[name as keyof DBInstance], name).not.toEqual(value);
  }
  await restore(rds, { UseLatestRestorableTime: true });
  const copy = await instance(rds, COPY);
  for (const [name, value] of Object.entries(DROPPED)) expect(copy[name as keyof DBInstance], name).toEqual(value);
  for (const name of KEPT) expect(copy[name], name).toEqual(source[name]);
  expect(copy.DbiResourceId).not.toBe(source.DbiResourceId);
  expect(copy.DBParameterGroups?.[0]?.DBParameterGroupName).toBe("default.postgres18");
  expect(copy.DBSubnetGroup?.DBSubnetGroupName).toBe("default");
  expect(copy.VpcSecurityGroups).not.toEqual(source.VpcSecurityGroups);
});

test("what a restore is told, it does", async () => {
  const source = await instance(rds, NAME);
  const group = source.DBParameterGroups?.[0]?.DBParameterGroupName;
  const VpcSecurityGroupIds = source.VpcSecurityGroups?.map((one) => one.VpcSecurityGroupId ?? "");
  await restore(rds, {
    UseLatestRestorableTime: true,
    DBParameterGroupName: group,
    DBSubnetGroupName: source.DBSubnetGroup?.DBSubnetGroupName,
    VpcSecurityGroupIds,
    MultiAZ: true,
    DeletionProtection: true,
    EnableIAMDatabaseAuthentication: true,
    EnableCloudwatchLogsExports: ["postgresql"],
    CopyTagsToSnapshot: true,
    Tags: [{ Key: "run", Value: "7" }],
    AllocatedStorage: 400,
    StorageType: "gp3",
    Iops: 12_000,
  });
  const { instance: copy, seen } = await follow(rds, COPY, isAvailable);
  expect(seen.slice(-3)).toEqual(["configuring-log-exports", "configuring-iam-database-auth", "available"]);
  expect(copy).toMatchObject({
    MultiAZ: true,
    DeletionProtection: true,
    IAMDatabaseAuthenticationEnabled: true,
    EnabledCloudwatchLogsExports: ["postgresql"],
    TagList: [{ Key: "run", Value: "7" }],
    AllocatedStorage: 400,
    Iops: 12_000,
    PubliclyAccessible: false,
    VpcSecurityGroups: source.VpcSecurityGroups,
  });
  expect(await query(sandbox, port(copy), "SHOW max_connections")).toEqual([{ max_connections: "200" }]);
});

const ago = (ms: number): Date => new Date(sandbox.now() - ms);
const LATEST = { UseLatestRestorableTime: true };

test.each([
  ["a time in the lag", () => ({ RestoreTime: ago(MINUTE) }), "InvalidParameterValue", 400],
  ["a time before the window", () => ({ RestoreTime: ago(9 * 24 * 60 * MINUTE) }), "InvalidParameterValue", 400],
  ["two times", () => ({ ...LATEST, RestoreTime: ago(MINUTE) }), "InvalidParameterCombination", 400],
  ["no time", () => ({}), "InvalidParameterCombination", 400],
  [
    "a name that is taken",
    () => ({ ...LATEST, TargetDBInstanceIdentifier: NAME }),
    "DBInstanceAlreadyExistsFault",
    400,
  ],
  ["no such source", () => ({ ...LATEST, SourceDBInstanceIdentifier: "nobody" }), "DBInstanceNotFoundFault", 404],
  ["a bad name", () => ({ ...LATEST, TargetDBInstanceIdentifier: "bad--name" }), "InvalidParameterValue", 400],
  [
    "no such parameter group",
    () => ({ ...LATEST, DBParameterGroupName: "none" }),
    "DBParameterGroupNotFoundFault",
    404,
  ],
  ["no such subnet group", () => ({ ...LATEST, DBSubnetGroupName: "none" }), "DBSubnetGroupNotFoundFault", 404],
  [
    "a zone and Multi-AZ",
    () => ({ ...LATEST, MultiAZ: true, AvailabilityZone: "eu-west-1a" }),
    "InvalidParameterCombination",
    400,
  ],
  ["less storage", () => ({ ...LATEST, AllocatedStorage: 20 }), "InvalidParameterCombination", 400],
  ["fast small storage", () => ({ ...LATEST, StorageType: "gp3", Iops: 12_000 }), "InvalidParameterCombination", 400],
])("a restore with %s is refused", async (_, input, name, status) => {
  expect(await refusal(restore(rds, input()))).toMatchObject({ name, status });
  expect((await refusal(instance(rds, COPY))).name).toBe("DBInstanceNotFoundFault");
});

test("faults: never ends, incompatible parameters, storage full, name taken", async () => {
  await sandbox.reset("restore-never-ends");
  await restore(rds, LATEST);
  await untilTime(sandbox, sandbox.now() + 15 * MINUTE);
  expect((await instance(rds, COPY)).DBInstanceStatus).toBe("creating");
  await sandbox.reset("restore-incompatible-parameters");
  await restore(rds, LATEST);
  const broken = await follow(rds, COPY, ({ DBInstanceStatus }) => DBInstanceStatus === "incompatible-parameters");
  expect(broken.seen).toEqual(["creating", "incompatible-parameters"]);
  await sandbox.reset("storage-full");
  const full = await instance(rds, NAME);
  expect(full.DBInstanceStatus).toBe("storage-full");
  expect(sandbox.now() - Number(full.LatestRestorableTime)).toBeGreaterThan(15 * MINUTE);
  await restore(rds, { ...LATEST, AllocatedStorage: 200 });
  await follow(rds, COPY, isAvailable);
  await sandbox.reset("restore-name-taken");
  expect((await refusal(restore(rds, LATEST))).name).toBe("DBInstanceAlreadyExistsFault");
  const neighbour = await instance(rds, COPY);
  expect(await query(sandbox, port(neighbour), "SELECT count(*)::int AS n FROM tenants")).toEqual([{ n: 3 }]);
});
