import { RunTaskCommand } from "@aws-sdk/client-ecs";
import { ModifyDBInstanceCommand, RestoreDBInstanceToPointInTimeCommand } from "@aws-sdk/client-rds";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Sandbox, scenarios, startSandbox } from "../../src/sandbox/index.ts";
import { PortClient } from "../support/port-client.ts";
import { askThrough } from "../support/tunnel.ts";
import { attach } from "./channel-client.ts";
import { COPY, follow, instance, isAvailable } from "./databases.ts";
import { type Clients, clients, deploy, isCompleted, NAME, until } from "./support.ts";

let sandbox: Sandbox;
let aws: Clients;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "database-private", speed: 1200 });
  aws = clients(sandbox);
});
afterAll(() => sandbox.stop());
const open: PortClient[] = [];
afterEach(() => {
  for (const client of open.splice(0)) client.close();
});

const ACCOUNT_PART = /^[a-z][a-z0-9-]*\.[a-z0-9]{12}\.eu-west-1\.rds\.amazonaws\.com$/;

/** One statement by a tunnel to an instance, as DescribeDBInstances tells where it is. */
async function ask(name: string, sql: string): Promise<unknown[]> {
  const { Endpoint } = await instance(aws.rds, name);
  const client = await PortClient.open(sandbox, { host: Endpoint?.Address ?? "", port: Endpoint?.Port ?? 0 });
  open.push(client);
  return askThrough(sandbox, await client.listen(), sql);
}

/** Waits until an instance has that name and is available. */
const untilNamed = (name: string): Promise<void> =>
  expect.poll(() => instance(aws.rds, name).then(isAvailable, () => false)).toBe(true);

/** Whether the tunnel's far end takes a connection. */
async function leads(host: string, port: number): Promise<boolean> {
  const client = await PortClient.open(sandbox, { host, port });
  open.push(client);
  return askThrough(sandbox, await client.listen(), "SELECT 1").then(
    () => true,
    () => false,
  );
}

test("it is listed", () => {
  expect(scenarios().find(({ name }) => name === "database-private")?.summary).toMatch(/tunnel/);
});

test("the database is told by its name, which means nothing on this machine; a tunnel leads to it", async () => {
  const { Endpoint } = await instance(aws.rds, NAME);
  expect(Endpoint?.Address).toMatch(ACCOUNT_PART);
  expect(Endpoint?.Port).toBe(5432);
  const told = new URL(sandbox.env.VULCAN_DATABASE_URL ?? "");
  expect(told.host).toBe(`${Endpoint?.Address}:5432`);
  const client = new pg.Client({ connectionString: told.href, connectionTimeoutMillis: 20_000 });
  await expect(client.connect()).rejects.toThrow(/ENOTFOUND|EAI_AGAIN|timeout/);
  expect(await ask(NAME, "SELECT max(version) AS newest FROM migrations")).toEqual([{ newest: 7 }]);
});

test("tasks find it: a deployment migrates, a command goes down again, a task of its own as well", async () => {
  await sandbox.reset("database-private");
  await deploy(aws.ecs, 43);
  await until(sandbox, isCompleted);
  expect(await ask(NAME, "SELECT max(version) AS newest FROM migrations")).toEqual([{ newest: 8 }]);
  const command = await attach(aws, sandbox, "sh -c 'echo $DB_URL; vulcan migrate down 1'");
  await command.closed;
  expect(command.text).toContain(`@${NAME}.`);
  expect(command.text).toContain("INF rollback complete");
  expect(await ask(NAME, "SELECT max(version) AS newest FROM migrations")).toEqual([{ newest: 7 }]);
  await aws.ecs.send(
    new RunTaskCommand({
      cluster: NAME,
      taskDefinition: `${NAME}:43`,
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a10000000000000a"] } },
      overrides: { containerOverrides: [{ name: "vulcan", command: ["vulcan", "migrate", "down", "1"] }] },
    }),
  );
  await expect.poll(() => sandbox.state().standalone[0]?.log).toContain("INF rollback complete");
  expect(await ask(NAME, "SELECT max(version) AS newest FROM migrations")).toEqual([{ newest: 6 }]);
});

test("a restored instance is found by its own name, and after two renames by the old one", async () => {
  await sandbox.reset("database-private");
  await aws.rds.send(
    new RestoreDBInstanceToPointInTimeCommand({
      SourceDBInstanceIdentifier: NAME,
      TargetDBInstanceIdentifier: COPY,
      UseLatestRestorableTime: true,
      Port: 5432,
    }),
  );
  const { instance: copy } = await follow(aws.rds, COPY, isAvailable);
  expect(copy.Endpoint?.Address).toMatch(ACCOUNT_PART);
  expect(copy.Endpoint?.Address?.startsWith(`${COPY}.`)).toBe(true);
  await ask(COPY, "CREATE TABLE restored (); ");
  expect(await ask(COPY, "SELECT to_regclass('restored')::text AS t")).toEqual([{ t: "restored" }]);
  expect(await ask(NAME, "SELECT to_regclass('restored')::text AS t")).toEqual([{ t: null }]);

  // RDS begins its first backup of a copy by itself, and refuses changes meanwhile.
  const rename = (from: string, to: string) => {
    const names = { DBInstanceIdentifier: from, NewDBInstanceIdentifier: to };
    const sent = () => aws.rds.send(new ModifyDBInstanceCommand({ ...names, ApplyImmediately: true }));
    const isBusy = (error: Error) => error.name === "InvalidDBInstanceStateFault";
    const tried = () =>
      sent().then(
        () => "renamed",
        (error) => (isBusy(error) ? "busy" : Promise.reject(error)),
      );
    return expect.poll(tried).toBe("renamed");
  };
  const host = copy.Endpoint?.Address?.replace(COPY, NAME) ?? "";
  await rename(NAME, `${NAME}-old`);
  await untilNamed(`${NAME}-old`);
  expect(await leads(host, 5432)).toBe(false);
  await rename(COPY, NAME);
  await untilNamed(NAME);
  await expect.poll(() => leads(host, 5432), { timeout: 20_000, interval: 200 }).toBe(true);
  expect(await ask(NAME, "SELECT to_regclass('restored')::text AS t")).toEqual([{ t: "restored" }]);

  // Vulcan's own DB_URL has not changed: new tasks find the restored database under it.
  await deploy(aws.ecs, 43);
  await until(sandbox, isCompleted);
  expect(await ask(NAME, "SELECT max(version) AS newest FROM migrations")).toEqual([{ newest: 8 }]);
  expect(await ask(`${NAME}-old`, "SELECT max(version) AS newest FROM migrations")).toEqual([{ newest: 7 }]);
});

test("another port of the name's own", async () => {
  await sandbox.reset("database-private");
  await aws.rds.send(
    new ModifyDBInstanceCommand({ DBInstanceIdentifier: NAME, DBPortNumber: 6432, ApplyImmediately: true }),
  );
  const { instance: moved } = await follow(
    aws.rds,
    NAME,
    ({ Endpoint, DBInstanceStatus }) => Endpoint?.Port === 6432 && DBInstanceStatus === "available",
  );
  expect(await ask(NAME, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  expect(await leads(moved.Endpoint?.Address ?? "", 5432)).toBe(false);
});

test("elsewhere the environment and RDS tell the port of this machine, as ever", async () => {
  await sandbox.reset("healthy");
  expect(sandbox.env.VULCAN_DATABASE_URL).toBe(sandbox.databaseUrl);
  const { Endpoint } = await instance(aws.rds, NAME);
  expect(Endpoint).toMatchObject({ Address: "127.0.0.1", Port: Number(new URL(sandbox.databaseUrl).port) });
});
