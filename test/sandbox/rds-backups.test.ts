import {
  DescribeDBInstanceAutomatedBackupsCommand,
  ModifyDBInstanceCommand,
  type ModifyDBInstanceMessage,
} from "@aws-sdk/client-rds";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { COPY, follow, instance, isAvailable, query, restore, untilTime } from "./databases.ts";
import { type Clients, clients, NAME, refusal } from "./support.ts";

let sandbox: Sandbox;
let rds: Clients["rds"];

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 200 });
  rds = clients(sandbox).rds;
});
afterAll(() => sandbox.stop());
beforeEach(() => sandbox.reset("healthy"));

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const modify = (input: Partial<ModifyDBInstanceMessage>) =>
  rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: NAME, ...input }));
const keep = async (BackupRetentionPeriod: number) => {
  await modify({ BackupRetentionPeriod, ApplyImmediately: true });
  return follow(rds, NAME, (one) => one.BackupRetentionPeriod === BackupRetentionPeriod && isAvailable(one));
};
const backups = () => rds.send(new DescribeDBInstanceAutomatedBackupsCommand({ DBInstanceIdentifier: NAME }));
const earliest = async () =>
  Number((await backups()).DBInstanceAutomatedBackups?.[0]?.RestoreWindow?.EarliestTime) - sandbox.now();
const restoreTo = (at: number) => restore(rds, { RestoreTime: new Date(at) });

test("fewer days of backups move the window's beginning, and more days do not bring them back", async () => {
  expect(await earliest()).toBeLessThan(-6 * DAY);
  await keep(1);
  expect(await earliest()).toBeGreaterThan(-1.01 * DAY);
  const refused = await refusal(restoreTo(sandbox.now() - 2 * DAY));
  expect(refused).toMatchObject({ name: "InvalidParameterValue", message: expect.stringContaining("earlier than") });
  await keep(7);
  expect(await earliest()).toBeGreaterThan(-1.01 * DAY);
});

test("without backups there is nothing to restore; with them again, from their first backup on", async () => {
  const off = await keep(0);
  expect(off.instance.LatestRestorableTime).toBeUndefined();
  const refused = await refusal(restore(rds, { UseLatestRestorableTime: true }));
  expect(refused).toMatchObject({ name: "PointInTimeRestoreNotEnabledFault", status: 400 });
  expect(await refusal(backups())).toMatchObject({ name: "DBInstanceAutomatedBackupNotFoundFault", status: 404 });
  const before = sandbox.now();
  const on = await keep(7);
  expect(on.seen.slice(-3)).toEqual(["modifying", "backing-up", "available"]);
  const { Endpoint } = on.instance;
  await query(sandbox, Endpoint?.Port, "CREATE TABLE since AS SELECT 1 AS n");
  await untilTime(sandbox, sandbox.now() + 6 * MINUTE);
  expect((await refusal(restoreTo(before))).name).toBe("InvalidParameterValue");
  await restore(rds, { UseLatestRestorableTime: true });
  const { instance: copy } = await follow(rds, COPY, isAvailable);
  expect(await query(sandbox, copy.Endpoint?.Port, "SELECT n FROM since")).toEqual([{ n: 1 }]);
});

test("turning backups off is an outage; another period is none", async () => {
  const sessions = async () => query(sandbox, (await instance(rds, NAME)).Endpoint?.Port, "SELECT 1 AS n");
  await modify({ BackupRetentionPeriod: 3, ApplyImmediately: true });
  await follow(rds, NAME, ({ DBInstanceStatus }) => DBInstanceStatus === "modifying");
  expect(await sessions()).toEqual([{ n: 1 }]);
  await follow(rds, NAME, isAvailable);
  await modify({ BackupRetentionPeriod: 0, ApplyImmediately: true });
  await follow(rds, NAME, ({ DBInstanceStatus }) => DBInstanceStatus === "modifying");
  await expect(sessions()).rejects.toThrow();
  await follow(rds, NAME, isAvailable);
  expect(await sessions()).toEqual([{ n: 1 }]);
});

test("ApplyImmediately applies what was waiting as well, and what is taken back waits no longer", async () => {
  await modify({ BackupRetentionPeriod: 0, DBInstanceClass: "db.r7g.large" });
  await modify({ BackupRetentionPeriod: 7 });
  expect((await instance(rds, NAME)).PendingModifiedValues).toEqual({ DBInstanceClass: "db.r7g.large" });
  await modify({ StorageType: "gp3", ApplyImmediately: true });
  const done = await follow(rds, NAME, (one) => one.StorageType === "gp3" && isAvailable(one));
  const expected = { DBInstanceClass: "db.r7g.large", BackupRetentionPeriod: 7, PendingModifiedValues: {} };
  expect(done.instance).toMatchObject(expected);
});

test("of two modifications in a row neither is lost", async () => {
  await modify({ DBInstanceClass: "db.r7g.large", ApplyImmediately: true });
  await modify({ MaxAllocatedStorage: 700 });
  const { instance: both } = await follow(rds, NAME, (one) => one.MaxAllocatedStorage === 700 && isAvailable(one));
  expect(both).toMatchObject({ DBInstanceClass: "db.r7g.large", MaxAllocatedStorage: 700 });
});
