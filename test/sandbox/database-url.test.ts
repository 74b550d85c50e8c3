import { RegisterTaskDefinitionCommand, RunTaskCommand } from "@aws-sdk/client-ecs";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { attach } from "./channel-client.ts";
import { type Clients, clients, deploy, isCompleted, NAME, refusal, serviceState, until } from "./support.ts";

let sandbox: Sandbox;
let aws: Clients;
let secrets: SecretsManagerClient;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 300 });
  aws = clients(sandbox);
  secrets = new SecretsManagerClient({
    endpoint: sandbox.endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: sandbox.env.AWS_ACCESS_KEY_ID ?? "", secretAccessKey: "x" },
    maxAttempts: 1,
  });
});
afterAll(() => sandbox.stop());
beforeEach(() => sandbox.reset("healthy"));

const SecretId = "vulcan/prod/db-url";
const DOOR = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:vulcan/prod/db-url-Ab12Cd";
const image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan:1.43.0";

/** Registers vulcan-prod:44, whose container has this environment, and what else is said of it. */
const register = (environment: { name: string; value: string }[], container: object = {}) =>
  aws.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: NAME,
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      executionRoleArn: "arn:aws:iam::111122223333:role/vulcan-prod-execution",
      containerDefinitions: [
        { name: "vulcan", image, portMappings: [{ containerPort: 8080 }], environment, ...container },
      ],
    }),
  );

const elsewhere = (change: (url: URL) => void): string => {
  const url = new URL(sandbox.databaseUrl);
  change(url);
  return url.href;
};

async function query<Row extends pg.QueryResultRow>(sql: string, url = sandbox.databaseUrl): Promise<Row[]> {
  const client = new pg.Client(url);
  await client.connect();
  return client.query<Row>(sql).then(
    async ({ rows }) => {
      await client.end();
      return rows;
    },
    async (error: unknown) => {
      await client.end();
      throw error;
    },
  );
}

/** The last words of the first task of :44 that has exited. */
async function lastWords(): Promise<string | undefined> {
  await deploy(aws.ecs, 44);
  const done = await until(sandbox, ({ tasks }) => tasks.some(({ stoppedReason }) => stoppedReason !== undefined));
  const task = done.tasks.find(({ stoppedReason }) => stoppedReason !== undefined);
  expect(task).toMatchObject({
    taskDefinition: `${NAME}:44`,
    stoppedReason: "Essential container in task exited",
  });
  return task?.log.at(-1);
}

test("a task migrates the database that its own DB_URL names", async () => {
  const other = elsewhere((url) => {
    url.pathname = "/elsewhere";
  });
  await query("DROP DATABASE IF EXISTS elsewhere");
  await query("CREATE DATABASE elsewhere TEMPLATE vulcan_at_7 STRATEGY file_copy");
  await register([{ name: "DB_URL", value: other }]);
  await deploy(aws.ecs, 44);
  await until(sandbox, isCompleted);
  const newest = "SELECT max(version) AS newest FROM migrations";
  expect(await query(newest, other)).toEqual([{ newest: 8 }]);
  expect(await query(newest)).toEqual([{ newest: 7 }]);
});

test("the RDS name of an instance leads to it", async () => {
  const url = elsewhere((one) => {
    one.host = `${NAME}.c1x2y3.eu-west-1.rds.amazonaws.com`;
    one.port = "5432";
  });
  await register([{ name: "DB_URL", value: url }]);
  await deploy(aws.ecs, 44);
  await until(sandbox, isCompleted);
  expect(await query("SELECT max(version) AS newest FROM migrations")).toEqual([{ newest: 8 }]);
});

test.each([
  ["no DB_URL", () => undefined, "ERR DB_URL is not set"],
  [
    "a port where nobody listens",
    () => elsewhere((url) => Object.assign(url, { port: "1" })),
    "ERR connect ECONNREFUSED 127.0.0.1:1",
  ],
  [
    "a database that is not there",
    () => elsewhere((url) => Object.assign(url, { pathname: "/gone" })),
    'ERR database "gone" does not exist',
  ],
  [
    "a host of elsewhere",
    () => elsewhere((url) => Object.assign(url, { hostname: "db.example.com" })),
    "ERR lookup db.example.com: no such host",
  ],
  ["no URL", () => "vulcan", "ERR DB_URL is not a postgres:// URL"],
])("with %s a task exits with 1, and says so", async (_, url, words) => {
  const value = url();
  await register(value === undefined ? [] : [{ name: "DB_URL", value }]);
  expect(await lastWords()).toBe(words);
});

test("a new value of the secret reaches new tasks, and running ones keep the old", async () => {
  const broken = elsewhere((url) => {
    url.port = "1";
  });
  const put = await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: broken }));
  expect(put).toMatchObject({ Name: SecretId, VersionStages: ["AWSCURRENT"] });
  expect(await secrets.send(new GetSecretValueCommand({ SecretId }))).toMatchObject({
    SecretString: broken,
    VersionId: put.VersionId,
  });
  const previous = new GetSecretValueCommand({ SecretId, VersionStage: "AWSPREVIOUS" });
  expect((await secrets.send(previous)).SecretString).toBe(sandbox.databaseUrl);

  const client = await attach(aws, sandbox, 'sh -c "vulcan migrate down 1; DB_URL= vulcan migrate down 1"');
  await client.closed;
  expect(client.text).toContain("INF rollback complete");
  expect(client.text).toContain("ERR DB_URL is not set");

  await register([], { secrets: [{ name: "DB_URL", valueFrom: DOOR }] });
  expect(await lastWords()).toBe("ERR connect ECONNREFUSED 127.0.0.1:1");
  expect(serviceState(sandbox).running).toBeGreaterThanOrEqual(3);
});

test("a version is made once for each token", async () => {
  const put = (SecretString: string) =>
    secrets.send(new PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken: "a".repeat(32) }));
  await put("one");
  expect((await put("one")).VersionId).toBe("a".repeat(32));
  expect(await refusal(put("two"))).toMatchObject({ name: "ResourceExistsException", status: 400 });
  expect(await refusal(secrets.send(new PutSecretValueCommand({ SecretId })))).toMatchObject({
    name: "InvalidRequestException",
  });
});

test("a secret is made once for each name, and is found by its ARN", async () => {
  const create = () => secrets.send(new CreateSecretCommand({ Name: "vulcan/prod/other", SecretString: "one" }));
  const { ARN } = await create();
  expect(ARN).toMatch(/:secret:vulcan\/prod\/other-\w{6}$/);
  expect((await secrets.send(new GetSecretValueCommand({ SecretId: ARN }))).SecretString).toBe("one");
  expect(await refusal(create())).toMatchObject({ name: "ResourceExistsException", status: 400 });
});

test("vulcan migrate by RunTask goes where the override's DB_URL leads", async () => {
  const environment = [{ name: "DB_URL", value: elsewhere((url) => Object.assign(url, { port: "1" })) }];
  await aws.ecs.send(
    new RunTaskCommand({
      cluster: NAME,
      taskDefinition: `${NAME}:42`,
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a10000000000000a"] } },
      overrides: {
        containerOverrides: [{ name: "vulcan", command: ["vulcan", "migrate", "down", "1"], environment }],
      },
    }),
  );
  await expect.poll(() => sandbox.state().standalone[0]?.log).toContain("ERR connect ECONNREFUSED 127.0.0.1:1");
});
