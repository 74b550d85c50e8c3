import {
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DeleteDBSnapshotCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
  RebootDBInstanceCommand,
} from "@aws-sdk/client-rds";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { COPY, follow, instance, isAvailable, restore } from "./databases.ts";
import { formCall } from "./http-call.ts";
import { type Clients, clients, NAME, refusal } from "./support.ts";

let sandbox: Sandbox;
let rds: Clients["rds"];

beforeAll(async () => {
  const timings = { dbSnapshot: 0, dbCreating: 1000, dbFirstBackup: 3_600_000 };
  sandbox = await startSandbox({ scenario: "restore-never-ends", speed: 600, timings });
  rds = clients(sandbox).rds;
});
afterAll(() => sandbox.stop());

const DAY = 24 * 3600 * 1000;
const LATEST = { UseLatestRestorableTime: "true" };
const DELETE = { FinalDBSnapshotIdentifier: "last" };
const at = (offset: number) => ({ RestoreTime: new Date(sandbox.now() + offset).toISOString() });

describe("on the wire, beside a copy that is being created, with its codes and status:", () => {
  beforeEach(async () => {
    await sandbox.reset("restore-never-ends");
    await restore(rds, { UseLatestRestorableTime: true, AllocatedStorage: 60_000 });
  });

  const RESTORE = (form: object) => ({
    Action: "RestoreDBInstanceToPointInTime",
    SourceDBInstanceIdentifier: NAME,
    TargetDBInstanceIdentifier: "another",
    ...form,
  });
  const on = (Action: string, DBInstanceIdentifier: string, form: object = {}) => ({
    Action,
    DBInstanceIdentifier,
    ...form,
  });

  test.each<readonly [what: string, form: () => object, code: string, status: number]>([
    [
      "a name that is taken",
      () => RESTORE({ ...LATEST, TargetDBInstanceIdentifier: COPY }),
      "DBInstanceAlreadyExists",
      400,
    ],
    ["no such source", () => RESTORE({ ...LATEST, SourceDBInstanceIdentifier: "none" }), "DBInstanceNotFound", 404],
    [
      "no such backups",
      () => ({
        ...RESTORE({ ...LATEST, SourceDBInstanceAutomatedBackupsArn: "arn:x" }),
        SourceDBInstanceIdentifier: "",
      }),
      "DBInstanceAutomatedBackupNotFound",
      404,
    ],
    ["a time after the window", () => RESTORE(at(0)), "InvalidParameterValue", 400],
    ["a time before the window", () => RESTORE(at(-9 * DAY)), "InvalidParameterValue", 400],
    ["no such parameters", () => RESTORE({ ...LATEST, DBParameterGroupName: "x" }), "DBParameterGroupNotFound", 404],
    ["no such subnets", () => RESTORE({ ...LATEST, DBSubnetGroupName: "x" }), "DBSubnetGroupNotFoundFault", 404],
    ["no such options", () => RESTORE({ ...LATEST, OptionGroupName: "x" }), "OptionGroupNotFoundFault", 404],
    ["no such certificate", () => RESTORE({ ...LATEST, CACertificateIdentifier: "x" }), "CertificateNotFound", 404],
    ["a storage type of old", () => RESTORE({ ...LATEST, StorageType: "standard" }), "StorageTypeNotSupported", 400],
    ["too much storage", () => RESTORE({ ...LATEST, AllocatedStorage: 60_000 }), "StorageQuotaExceeded", 400],
    [
      "a source that is being created",
      () => RESTORE({ ...LATEST, SourceDBInstanceIdentifier: COPY }),
      "InvalidDBInstanceState",
      400,
    ],
    [
      "to grow too much",
      () =>
        on("ModifyDBInstance", NAME, {
          AllocatedStorage: 59_000,
          MaxAllocatedStorage: 65_000,
          ApplyImmediately: "true",
        }),
      "StorageQuotaExceeded",
      400,
    ],
    ["to modify it", () => on("ModifyDBInstance", COPY, { MultiAZ: "true" }), "InvalidDBInstanceState", 400],
    ["to reboot it", () => on("RebootDBInstance", COPY), "InvalidDBInstanceState", 400],
    [
      "a snapshot of it",
      () => on("CreateDBSnapshot", COPY, { DBSnapshotIdentifier: "s" }),
      "InvalidDBInstanceState",
      400,
    ],
    ["to delete it with a last snapshot", () => on("DeleteDBInstance", COPY, DELETE), "InvalidDBInstanceState", 400],
    ["to look for another", () => on("DescribeDBInstances", "none"), "DBInstanceNotFound", 404],
    ["to modify another", () => on("ModifyDBInstance", "none"), "DBInstanceNotFound", 404],
    ["to delete another", () => on("DeleteDBInstance", "none", DELETE), "DBInstanceNotFound", 404],
    [
      "to look for a snapshot",
      () => ({ Action: "DescribeDBSnapshots", DBSnapshotIdentifier: "none" }),
      "DBSnapshotNotFound",
      404,
    ],
    [
      "to delete a snapshot",
      () => ({ Action: "DeleteDBSnapshot", DBSnapshotIdentifier: "none" }),
      "DBSnapshotNotFound",
      404,
    ],
    [
      "backups of another",
      () => on("DescribeDBInstanceAutomatedBackups", "none"),
      "DBInstanceAutomatedBackupNotFound",
      404,
    ],
  ])("%s", async (_, form, code, status) => {
    const before = (await instance(rds, NAME)).PendingModifiedValues;
    const answer = await formCall(sandbox, { Version: "2014-10-31", ...withoutEmpty(form()) });
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(`<Type>Sender</Type><Code>${code}</Code>`);
    expect(sandbox.requests().at(-1)).toMatchObject({ effective: false, error: code });
    expect((await instance(rds, NAME)).PendingModifiedValues).toEqual(before);
  });
});

const withoutEmpty = (form: object): Record<string, string> =>
  Object.fromEntries(Object.entries(form).flatMap(([name, value]) => (value === "" ? [] : [[name, String(value)]])));

test("a copy without a backup of its own is no source yet", async () => {
  await sandbox.reset("healthy");
  await restore(rds, { UseLatestRestorableTime: true });
  await follow(rds, COPY, isAvailable);
  const again = {
    SourceDBInstanceIdentifier: COPY,
    TargetDBInstanceIdentifier: "third",
    UseLatestRestorableTime: true,
  };
  expect(await refusal(restore(rds, again))).toMatchObject({ name: "InvalidRestoreFault", status: 400 });
});

test("an instance that cannot start under its parameters can be rebooted in vain and deleted, not modified", async () => {
  await sandbox.reset("restore-incompatible-parameters");
  await restore(rds, { UseLatestRestorableTime: true });
  const name = { DBInstanceIdentifier: COPY };
  const isBroken = (one: { DBInstanceStatus?: string | undefined }) =>
    one.DBInstanceStatus === "incompatible-parameters";
  await follow(rds, COPY, isBroken);
  const other = { DBParameterGroupName: "vulcan-prod-postgres18", ApplyImmediately: true };
  const refused = await refusal(rds.send(new ModifyDBInstanceCommand({ ...name, ...other })));
  expect(refused).toMatchObject({ name: "InvalidDBInstanceStateFault", status: 400 });
  await rds.send(new RebootDBInstanceCommand(name));
  const { seen } = await follow(rds, COPY, isBroken);
  expect(seen).toEqual(["rebooting", "incompatible-parameters"]);
  await rds.send(new DeleteDBInstanceCommand({ ...name, SkipFinalSnapshot: true }));
  await expect.poll(() => refusal(instance(rds, COPY)).catch(() => undefined)).toBeDefined();
});

test("a hundred snapshots are the most; one that is deleted makes room", async () => {
  await sandbox.reset("healthy");
  const take = async (DBSnapshotIdentifier: string) => {
    await follow(rds, NAME, isAvailable);
    return rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: NAME, DBSnapshotIdentifier }));
  };
  for (let n = 1; n <= 100; n++) await take(`s-${n}`);
  expect(await refusal(take("s-101"))).toMatchObject({ name: "SnapshotQuotaExceededFault", status: 400 });
  const gone = { DBSnapshotIdentifier: "s-1" };
  await rds.send(new DeleteDBSnapshotCommand(gone));
  const missing = await refusal(rds.send(new DescribeDBSnapshotsCommand(gone)));
  expect(missing).toMatchObject({ name: "DBSnapshotNotFoundFault", status: 404 });
  await take("s-101");
});
