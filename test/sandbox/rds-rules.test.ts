import { createServer } from "node:net";
import {
  ModifyDBInstanceCommand,
  type ModifyDBInstanceMessage,
  type RestoreDBInstanceToPointInTimeMessage,
} from "@aws-sdk/client-rds";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { follow, instance, isAvailable, messages, query, restore } from "./databases.ts";
import { type Clients, clients, keyHeader, NAME, refusal } from "./support.ts";

let sandbox: Sandbox;
let rds: Clients["rds"];

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 600 });
  rds = clients(sandbox).rds;
});
afterAll(() => sandbox.stop());
beforeEach(() => sandbox.reset("healthy"));

const modify = (input: Partial<ModifyDBInstanceMessage>) =>
  rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: NAME, ...input }));

type Both = Partial<ModifyDBInstanceMessage & RestoreDBInstanceToPointInTimeMessage>;
const BOTH: readonly (readonly [Both, string, number])[] = [
  [{ CACertificateIdentifier: "rds-ca-2019" }, "CertificateNotFoundFault", 404],
  [{ StorageType: "standard" }, "StorageTypeNotSupportedFault", 400],
  [{ DBInstanceClass: "m7g.large" }, "InvalidParameterValue", 400],
  [{ DBInstanceClass: "db.huge" }, "InvalidParameterValue", 400],
  [{ BackupRetentionPeriod: 36 }, "InvalidParameterValue", 400],
  [{ BackupRetentionPeriod: -1 }, "InvalidParameterValue", 400],
  [{ PreferredBackupWindow: "3:10-3:40" }, "InvalidParameterValue", 400],
  [{ PreferredBackupWindow: "23:50-00:10" }, "InvalidParameterValue", 400],
  [{ NetworkType: "IPV6" }, "InvalidParameterValue", 400],
  [{ NetworkType: "DUAL" }, "NetworkTypeNotSupported", 400],
  [{ MaxAllocatedStorage: 109 }, "InvalidParameterCombination", 400],
  [{ AllocatedStorage: 480, MaxAllocatedStorage: 500 }, "InvalidParameterCombination", 400],
];

test.each<readonly [Both, string, number]>([
  ...BOTH,
  [{ AvailabilityZone: "us-east-1a" }, "InvalidParameterValue", 400],
  [{ EnableCloudwatchLogsExports: ["audit"] }, "InvalidParameterCombination", 400],
  [{ Tags: [{ Key: "aws:owner", Value: "me" }] }, "InvalidParameterValue", 400],
  [{ Port: 1149 }, "InvalidParameterValue", 400],
  [{ Port: 65_536 }, "InvalidParameterValue", 400],
])("a restore with %o is refused with %s", async (input, name, status) => {
  const refused = await refusal(restore(rds, { UseLatestRestorableTime: true, ...input }));
  expect(refused).toMatchObject({ name, status });
});

test.each<readonly [Both, string, number]>([
  ...BOTH,
  [{ CloudwatchLogsExportConfiguration: { EnableLogTypes: ["audit"] } }, "InvalidParameterCombination", 400],
  [{ PreferredMaintenanceWindow: "04:00-04:30" }, "InvalidParameterValue", 400],
  [{ MonitoringInterval: 7 }, "InvalidParameterValue", 400],
  [{ DBPortNumber: 80 }, "InvalidParameterValue", 400],
  [{ AllocatedStorage: 480 }, "InvalidParameterCombination", 400],
])("a modification with %o is refused with %s", async (input, name, status) => {
  const before = await instance(rds, NAME);
  expect(await refusal(modify({ ...input, ApplyImmediately: true }))).toMatchObject({ name, status });
  const { LatestRestorableTime: _, ...rest } = await instance(rds, NAME);
  expect(before).toMatchObject(rest);
});

test.each([
  ["KMSKeyNotAccessibleFault", 400],
  ["InvalidVPCNetworkStateFault", 400],
  ["InsufficientDBInstanceCapacity", 400],
  ["DBSubnetGroupNotFoundFault", 404],
])("%s can be ordered from outside", async (code, status) => {
  const response = await fetch(`${sandbox.endpoint}/_sandbox/faults`, {
    method: "POST",
    headers: keyHeader(sandbox.env),
    body: JSON.stringify({ operation: "RestoreDBInstanceToPointInTime", kind: "refuse", code }),
  });
  expect(response.status).toBe(200);
  const refused = await refusal(restore(rds, { UseLatestRestorableTime: true }));
  expect(refused).toMatchObject({ name: expect.stringContaining(code), status });
  expect(sandbox.requests().at(-1)).toMatchObject({ effective: false, error: code, fault: { kind: "refuse" } });
});

test("refuse wants a code, and the other kinds want none", async () => {
  const arm = async (fault: object) => {
    const init = { method: "POST", headers: keyHeader(sandbox.env), body: JSON.stringify(fault) };
    return (await fetch(`${sandbox.endpoint}/_sandbox/faults`, init)).status;
  };
  expect(await arm({ operation: "*", kind: "refuse" })).toBe(400);
  expect(await arm({ operation: "*", kind: "throttle", code: "Throttling" })).toBe(400);
  expect(await arm({ operation: "*", kind: "refuse", code: "not a code" })).toBe(400);
});

test("another backup period is applied without ApplyImmediately; turning backups off waits", async () => {
  await modify({ BackupRetentionPeriod: 14 });
  await follow(rds, NAME, (one) => one.BackupRetentionPeriod === 14 && isAvailable(one));
  expect((await instance(rds, NAME)).PendingModifiedValues).toEqual({});
  await modify({ BackupRetentionPeriod: 0 });
  expect(await instance(rds, NAME)).toMatchObject({
    BackupRetentionPeriod: 14,
    PendingModifiedValues: { BackupRetentionPeriod: 0 },
  });
});

/** A port that was free a moment ago. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });

test("another port restarts the server, whatever ApplyImmediately says, and the old one is dead", async () => {
  const [old, port] = [(await instance(rds, NAME)).Endpoint?.Port, await freePort()];
  await modify({ DBPortNumber: port });
  await follow(rds, NAME, (one) => one.Endpoint?.Port === port && isAvailable(one));
  expect(await messages(rds, NAME)).toContain("DB instance restarted");
  expect(await query(sandbox, port, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
  await expect(query(sandbox, old, "SELECT 1")).rejects.toThrow();
  await sandbox.reset("healthy");
  expect((await instance(rds, NAME)).Endpoint?.Port).toBe(old);
  expect(await query(sandbox, old, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
});

test("a port that this machine cannot give is not simulated", async () => {
  const taken = Number(new URL(sandbox.endpoint).port);
  expect(await refusal(modify({ DBPortNumber: taken }))).toMatchObject({ status: 501 });
});
