import {
  AddTagsToResourceCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DescribeAccountAttributesCommand,
  DescribeDBInstanceAutomatedBackupsCommand,
  DescribeDBInstancesCommand,
  DescribeDBParametersCommand,
  DescribeDBSnapshotsCommand,
  ListTagsForResourceCommand,
  ModifyDBInstanceCommand,
  type ModifyDBInstanceMessage,
  RebootDBInstanceCommand,
} from "@aws-sdk/client-rds";
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

const MINUTE = 60_000;
const modify = (input: Partial<ModifyDBInstanceMessage>, DBInstanceIdentifier = NAME) =>
  rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier, ...input }));
const remove = (input: object, DBInstanceIdentifier = NAME) =>
  rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier, ...input }));
const isGone = async (name: string): Promise<boolean> => {
  const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({}));
  return DBInstances?.every((one) => one.DBInstanceIdentifier !== name) ?? false;
};
const port = async (name: string): Promise<number | undefined> => (await instance(rds, name)).Endpoint?.Port;

test("a rename takes the name's address away at once; the new name leads to the instance ten minutes later", async () => {
  const old = await port(NAME);
  await modify({ NewDBInstanceIdentifier: "vulcan-prod-old", ApplyImmediately: true });
  expect((await instance(rds, NAME)).PendingModifiedValues).toEqual({ DBInstanceIdentifier: "vulcan-prod-old" });
  await follow(rds, NAME, ({ DBInstanceStatus }) => DBInstanceStatus === "renaming");
  await expect(query(sandbox, old, "SELECT 1")).rejects.toThrow();
  await expect.poll(() => isGone(NAME)).toBe(true);
  await follow(rds, "vulcan-prod-old", isAvailable);
  const renamed = sandbox.now();
  const fresh = await port("vulcan-prod-old");
  expect(fresh).not.toBe(old);
  await expect(query(sandbox, fresh, "SELECT 1")).rejects.toThrow();
  await untilTime(sandbox, renamed + 10 * MINUTE);
  expect(await query(sandbox, fresh, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
  expect(await messages(rds, "vulcan-prod-old")).toContain(`Renamed instance from ${NAME} to vulcan-prod-old`);
});

test("a swap of names gives the restored copy the old one's address", async () => {
  await query(sandbox, await port(NAME), "CREATE TABLE lost AS SELECT 1 AS n");
  await restore(rds, { UseLatestRestorableTime: true });
  await follow(rds, COPY, isAvailable);
  const address = await port(NAME);
  await modify({ NewDBInstanceIdentifier: "vulcan-prod-old", ApplyImmediately: true });
  expect((await refusal(modify({ NewDBInstanceIdentifier: NAME, ApplyImmediately: true }, COPY))).name).toBe(
    "DBInstanceAlreadyExistsFault",
  );
  await expect.poll(() => isGone(NAME)).toBe(true);
  await follow(rds, COPY, isAvailable);
  await modify({ NewDBInstanceIdentifier: NAME, ApplyImmediately: true }, COPY);
  await expect.poll(() => isGone(COPY)).toBe(true);
  await untilTime(sandbox, sandbox.now() + 11 * MINUTE);
  expect(await port(NAME)).toBe(address);
  const tables = await query(sandbox, address, "SELECT to_regclass('lost')::text AS lost");
  expect(tables).toEqual([{ lost: null }]);
});

test("without ApplyImmediately a rename and a new class wait; settings of the other kind do not", async () => {
  await modify({ NewDBInstanceIdentifier: "other", DBInstanceClass: "db.r7g.large", DeletionProtection: false });
  const after = await instance(rds, NAME);
  expect(after.PendingModifiedValues).toEqual({ DBInstanceIdentifier: "other", DBInstanceClass: "db.r7g.large" });
  expect(after).toMatchObject({ DBInstanceStatus: "available", DeletionProtection: false });
});

test("what a restore cannot set, a modification sets, in states of its own", async () => {
  await restore(rds, { UseLatestRestorableTime: true });
  await follow(rds, COPY, isAvailable);
  await modify(
    {
      MonitoringInterval: 60,
      MonitoringRoleArn: "arn:aws:iam::111122223333:role/rds-monitoring-role",
      EnablePerformanceInsights: true,
      CloudwatchLogsExportConfiguration: { EnableLogTypes: ["postgresql"] },
      ManageMasterUserPassword: true,
      ApplyImmediately: true,
    },
    COPY,
  );
  const { seen, instance: copy } = await follow(rds, COPY, (one, states) => isAvailable(one) && states.length > 1);
  expect(seen).toEqual(expect.arrayContaining(["configuring-enhanced-monitoring", "configuring-log-exports"]));
  expect(copy).toMatchObject({ MonitoringInterval: 60, PerformanceInsightsEnabled: true });
  expect(copy.MasterUserSecret?.SecretArn).toMatch(/^arn:aws:secretsmanager:.*:secret:rds!db-/);
});

test("a parameter group takes effect on the real server with a reboot, and a reset puts it back", async () => {
  const { Parameters } = await rds.send(
    new DescribeDBParametersCommand({ DBParameterGroupName: "vulcan-prod-postgres18", Source: "user" }),
  );
  expect(Parameters).toContainEqual(
    expect.objectContaining({ ParameterName: "max_connections", ParameterValue: "200" }),
  );
  await modify({ DBParameterGroupName: "default.postgres18", ApplyImmediately: true });
  const status = async () => (await instance(rds, NAME)).DBParameterGroups?.[0]?.ParameterApplyStatus;
  await expect.poll(status).toBe("pending-reboot");
  await follow(rds, NAME, isAvailable);
  const limit = async () => query(sandbox, await port(NAME), "SHOW max_connections");
  expect(await limit()).toEqual([{ max_connections: "200" }]);
  await rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: NAME }));
  await follow(rds, NAME, isAvailable);
  expect(await status()).toBe("in-sync");
  expect(await limit()).toEqual([{ max_connections: "901" }]);
  expect(await messages(rds, NAME)).toEqual(expect.arrayContaining(["DB instance shutdown", "DB instance restarted"]));
  await sandbox.reset();
  expect(await limit()).toEqual([{ max_connections: "200" }]);
});

test("deletion: protected, how the last snapshot is asked for, and backups that outlive the instance", async () => {
  await query(sandbox, await port(NAME), "CREATE TABLE kept AS SELECT 1 AS n");
  expect(await refusal(remove({ SkipFinalSnapshot: true }))).toMatchObject({
    name: "InvalidParameterCombination",
    message: "Cannot delete protected DB Instance, please disable deletion protection and try again.",
  });
  await modify({ DeletionProtection: false });
  expect((await refusal(remove({}))).name).toBe("InvalidParameterCombination");
  const address = await port(NAME);
  const { DbiResourceId } = await instance(rds, NAME);
  await untilTime(sandbox, sandbox.now() + 6 * MINUTE);
  await remove({ FinalDBSnapshotIdentifier: "last", DeleteAutomatedBackups: false });
  await expect(query(sandbox, address, "SELECT 1")).rejects.toThrow();
  expect((await refusal(remove({ SkipFinalSnapshot: true }))).name).toBe("InvalidDBInstanceStateFault");
  await expect.poll(() => isGone(NAME)).toBe(true);
  const { DBSnapshots } = await rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: "last" }));
  expect(DBSnapshots?.[0]).toMatchObject({ Status: "available", PercentProgress: 100, DBInstanceIdentifier: NAME });
  const { DBInstanceAutomatedBackups } = await rds.send(
    new DescribeDBInstanceAutomatedBackupsCommand({ DbiResourceId }),
  );
  expect(DBInstanceAutomatedBackups?.[0]).toMatchObject({ Status: "retained" });
  const from = { SourceDBInstanceIdentifier: undefined, SourceDbiResourceId: DbiResourceId };
  await restore(rds, { ...from, UseLatestRestorableTime: true });
  await follow(rds, COPY, isAvailable);
  expect(await query(sandbox, await port(COPY), "SELECT n FROM kept")).toEqual([{ n: 1 }]);
});

test("a snapshot: the instance backs up meanwhile, and its name is taken once", async () => {
  const input = { DBInstanceIdentifier: NAME, DBSnapshotIdentifier: "before-restore" };
  const { DBSnapshot } = await rds.send(new CreateDBSnapshotCommand(input));
  expect(DBSnapshot).toMatchObject({ Status: "creating", SnapshotType: "manual" });
  expect((await refusal(rds.send(new CreateDBSnapshotCommand(input)))).name).toBe("InvalidDBInstanceStateFault");
  const { seen } = await follow(rds, NAME, isAvailable);
  expect(seen).toEqual(["backing-up", "available"]);
  expect((await refusal(rds.send(new CreateDBSnapshotCommand(input)))).name).toBe("DBSnapshotAlreadyExistsFault");
  const missing = rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: "none" }));
  expect(await refusal(missing)).toMatchObject({ name: "DBSnapshotNotFoundFault", status: 404 });
});

test("the fortieth instance is the last; pages and filters cover every one once; tags", async () => {
  await sandbox.reset("restore-never-ends"); // where no server is started for a copy
  for (let n = 2; n <= 40; n++)
    await restore(rds, { UseLatestRestorableTime: true, TargetDBInstanceIdentifier: `copy-${n}` });
  const refused = await refusal(restore(rds, { UseLatestRestorableTime: true }));
  expect(refused.name).toBe("InstanceQuotaExceededFault");
  const { AccountQuotas } = await rds.send(new DescribeAccountAttributesCommand({}));
  expect(AccountQuotas).toContainEqual({ AccountQuotaName: "DBInstances", Used: 40, Max: 40 });
  const seen: (string | undefined)[] = [];
  let Marker: string | undefined;
  do {
    const page = await rds.send(new DescribeDBInstancesCommand({ MaxRecords: 20, Marker }));
    seen.push(...(page.DBInstances ?? []).map((one) => one.DBInstanceIdentifier));
    Marker = page.Marker;
  } while (Marker !== undefined);
  expect([seen.length, new Set(seen).size]).toEqual([40, 40]);
  const Filters = [{ Name: "db-instance-id", Values: ["copy-7", "copy-9"] }];
  const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ Filters }));
  expect(DBInstances).toHaveLength(2);
  const ResourceName = DBInstances?.[0]?.DBInstanceArn;
  await rds.send(new AddTagsToResourceCommand({ ResourceName, Tags: [{ Key: "run", Value: "1" }] }));
  const { TagList } = await rds.send(new ListTagsForResourceCommand({ ResourceName }));
  expect(TagList).toContainEqual({ Key: "run", Value: "1" });
});
