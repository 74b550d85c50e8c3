import {
  CopyDBSnapshotCommand,
  CreateDBInstanceCommand,
  type CreateDBInstanceCommandInput,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  ListTagsForResourceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  StartDBInstanceCommand,
  StopDBInstanceCommand,
} from "@aws-sdk/client-rds";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { type Clients, clients, NAME, refusal } from "./support.ts";

/** What an operator makes, stops, saves and restores. The servers are real: the rows say whether it was done. */
let sandbox: Sandbox;
let aws: Clients;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "empty", speed: 600 });
  aws = clients(sandbox);
});
beforeEach(() => sandbox.reset("empty"));
afterAll(() => sandbox.stop());

const WEB: CreateDBInstanceCommandInput = {
  DBInstanceIdentifier: "web",
  Engine: "postgres",
  DBInstanceClass: "db.t4g.medium",
  AllocatedStorage: 20,
  MasterUsername: "owner",
  MasterUserPassword: "s3cret-pass",
  DBName: "shop",
};

const instance = async (name = "web") => {
  const { DBInstances } = await aws.rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }));
  return DBInstances?.[0];
};

async function untilStatus(status: string, name = "web"): Promise<void> {
  await expect.poll(async () => (await instance(name))?.DBInstanceStatus).toBe(status);
}

async function run(sql: string, name = "web", user = "owner", password = "s3cret-pass", database = "shop") {
  const { Endpoint } = (await instance(name)) ?? {};
  const client = new pg.Client({ host: Endpoint?.Address, port: Endpoint?.Port, user, password, database });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function snapshot(name: string): Promise<void> {
  await aws.rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: "web", DBSnapshotIdentifier: name }));
  await untilStatus("available");
}

const restore = (DBInstanceIdentifier: string, DBSnapshotIdentifier: string) =>
  aws.rds.send(new RestoreDBInstanceFromDBSnapshotCommand({ DBInstanceIdentifier, DBSnapshotIdentifier }));

test("a new instance is a server of its own, with its master user and database, who is no superuser", async () => {
  const { DBInstance } = await aws.rds.send(new CreateDBInstanceCommand(WEB));
  expect(DBInstance).toMatchObject({ DBInstanceStatus: "creating", BackupRetentionPeriod: 1, StorageEncrypted: false });
  expect(DBInstance?.Endpoint).toBeUndefined();
  await untilStatus("available");
  expect(
    await run("SELECT current_user, current_database(), rolsuper FROM pg_roles WHERE rolname = current_user"),
  ).toEqual([{ current_user: "owner", current_database: "shop", rolsuper: false }]);
  await run("CREATE TABLE orders (n INT)");
  await expect(run("SELECT 1", "web", "owner", "wrong")).rejects.toThrow(/password/);
  await expect.poll(async () => (await instance())?.LatestRestorableTime).toBeInstanceOf(Date);
});

test.each<[what: string, change: Partial<CreateDBInstanceCommandInput>, name: string, message: RegExp]>([
  ["no password", { MasterUserPassword: undefined }, "InvalidParameterCombination", /MasterUserPassword/],
  ["a short password", { MasterUserPassword: "short" }, "InvalidParameterValue", /valid password/],
  ["a reserved user", { MasterUsername: "rdsadmin" }, "InvalidParameterValue", /reserved/],
  ["another engine", { Engine: "mysql" }, "NotImplemented", /mysql/],
  ["another version", { EngineVersion: "16.4" }, "NotImplemented", /16\.4/],
  ["an unknown subnet group", { DBSubnetGroupName: "none" }, "DBSubnetGroupNotFoundFault", /none/],
  ["an unknown security group", { VpcSecurityGroupIds: ["sg-1"] }, "InvalidParameterValue", /sg-1/],
  ["a tiny storage", { AllocatedStorage: 1 }, "InvalidParameterValue", /storage/],
])("%s is refused, and nothing is made", async (_, change, name, message) => {
  const refused = await refusal(aws.rds.send(new CreateDBInstanceCommand({ ...WEB, ...change })));
  expect(refused.name).toBe(name);
  expect(refused.message).toMatch(message);
  expect((await aws.rds.send(new DescribeDBInstancesCommand({}))).DBInstances).toEqual([]);
});

test("a snapshot restores what was there when it was complete, also as a copy, from a copy, and after its source is gone", async () => {
  await aws.rds.send(new CreateDBInstanceCommand(WEB));
  await untilStatus("available");
  await run("CREATE TABLE orders AS SELECT 1 AS n");
  await snapshot("one");
  await run("INSERT INTO orders VALUES (2)");
  const copy = { SourceDBSnapshotIdentifier: "one", TargetDBSnapshotIdentifier: "kept" };
  await aws.rds.send(new CopyDBSnapshotCommand(copy));
  await expect
    .poll(
      async () =>
        (await aws.rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: "kept" }))).DBSnapshots?.[0]?.Status,
    )
    .toBe("available");
  const gone = { DBInstanceIdentifier: "web", FinalDBSnapshotIdentifier: "final" };
  await aws.rds.send(new DeleteDBInstanceCommand(gone));
  await expect
    .poll(() =>
      refusal(instance()).then(
        ({ name }) => name,
        () => "",
      ),
    )
    .toBe("DBInstanceNotFoundFault");

  await Promise.all([restore("old", "kept"), restore("last", "final")]);
  await Promise.all([untilStatus("available", "old"), untilStatus("available", "last")]);
  expect(await run("SELECT n FROM orders ORDER BY n", "old")).toEqual([{ n: 1 }]);
  expect(await run("SELECT n FROM orders ORDER BY n", "last")).toEqual([{ n: 1 }, { n: 2 }]);

  await run("INSERT INTO orders VALUES (9)", "old");
  await aws.rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: "old", DBSnapshotIdentifier: "second" }));
  await untilStatus("available", "old");
  await restore("grandchild", "second");
  await untilStatus("available", "grandchild");
  expect(await run("SELECT n FROM orders ORDER BY n", "grandchild")).toEqual([{ n: 1 }, { n: 9 }]);
}, 60_000);

test("a stopped instance is reached by nobody, is not changed, and comes back with its rows", async () => {
  await aws.rds.send(new CreateDBInstanceCommand(WEB));
  await untilStatus("available");
  await run("CREATE TABLE orders AS SELECT 1 AS n");
  await aws.rds.send(new StopDBInstanceCommand({ DBInstanceIdentifier: "web", DBSnapshotIdentifier: "before-stop" }));
  await untilStatus("stopped");
  await expect(run("SELECT n FROM orders")).rejects.toThrow();
  const again = await refusal(aws.rds.send(new StopDBInstanceCommand({ DBInstanceIdentifier: "web" })));
  expect(again.name).toBe("InvalidDBInstanceStateFault");
  await aws.rds.send(new StartDBInstanceCommand({ DBInstanceIdentifier: "web" }));
  await untilStatus("available");
  expect(await run("SELECT n FROM orders")).toEqual([{ n: 1 }]);
});

test("seven days of backups are seven automated snapshots, which restore the schema of their time", async () => {
  await sandbox.reset("healthy");
  const asked = { DBInstanceIdentifier: NAME, SnapshotType: "automated" };
  const { DBSnapshots } = await aws.rds.send(new DescribeDBSnapshotsCommand(asked));
  expect(DBSnapshots?.map(({ DBSnapshotIdentifier: name }) => name?.replace(/\d{4}-\d\d-\d\d/, "DAY"))).toEqual(
    Array.from({ length: 7 }, () => `rds:${NAME}-DAY-03-10`),
  );
  // Migration 7 was applied six days ago, after the oldest of them.
  await restore("week-old", DBSnapshots?.[0]?.DBSnapshotIdentifier ?? "");
  await untilStatus("available", "week-old");
  const url = new URL(sandbox.databaseUrl);
  const versions = await run(
    "SELECT max(version) AS v FROM migrations",
    "week-old",
    url.username,
    url.password,
    "vulcan",
  );
  expect(versions).toEqual([{ v: 6 }]);
  const tags = await aws.rds.send(new ListTagsForResourceCommand({ ResourceName: DBSnapshots?.[0]?.DBSnapshotArn }));
  expect(tags.TagList?.map(({ Key }) => Key)).toEqual(["service", "cost-centre"]);
});
