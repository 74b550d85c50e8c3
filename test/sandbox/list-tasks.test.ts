import {
  CreateServiceCommand,
  ListServicesCommand,
  ListTasksCommand,
  type ListTasksCommandInput,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
} from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { type Clients, clients, describe, NAME, refusal, serviceState } from "./support.ts";

let sandbox: Sandbox;
let aws: Clients;

let byHand: string[];
let stopped: string;

/** Three tasks of the service, and of another family two that were run by hand and one that has been stopped. */
beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 60 });
  aws = clients(sandbox);
  const { networkConfiguration } = await describe(aws.ecs);
  await aws.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: "audit",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      executionRoleArn: "arn:aws:iam::111122223333:role/vulcan-prod-execution",
      containerDefinitions: [{ name: "audit", image }],
    }),
  );
  const audit = { cluster: NAME, taskDefinition: "audit", networkConfiguration };
  await aws.ecs.send(new CreateServiceCommand({ ...audit, serviceName: "audit", desiredCount: 0 }));
  const { tasks } = await aws.ecs.send(new RunTaskCommand({ ...audit, count: 3, startedBy: "ops" }));
  [stopped = "", ...byHand] = (tasks ?? []).map(({ taskArn = "" }) => shortened(taskArn));
  await aws.ecs.send(new StopTaskCommand({ cluster: NAME, task: stopped }));
});
afterAll(() => sandbox.stop());

const image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan:1.42.0";
const shortened = (arn: string): string => arn.split("/").at(-1) ?? "";

const list = async (input: Partial<ListTasksCommandInput> = {}): Promise<string[]> =>
  (await aws.ecs.send(new ListTasksCommand({ cluster: NAME, ...input }))).taskArns?.map(shortened) ?? [];

test("tasks are found by family, service, starter, status and launch type", async () => {
  const own = serviceState(sandbox).tasks.map(({ id }) => id);
  expect(await list()).toEqual([...own, ...byHand]);
  expect(await list({ startedBy: "ops" })).toEqual(byHand);
  expect(await list({ family: "audit" })).toEqual(byHand);
  expect(await list({ family: "audit", desiredStatus: "STOPPED" })).toEqual([stopped]);
  expect(await list({ serviceName: NAME, family: NAME, launchType: "FARGATE" })).toEqual(own);
  expect(await list({ serviceName: (await describe(aws.ecs)).serviceArn })).toEqual(own);
});

test.each<[string, Partial<ListTasksCommandInput>]>([
  ["is to be PENDING", { desiredStatus: "PENDING" }],
  ["runs on EC2", { launchType: "EC2" }],
  ["is on an instance", { containerInstance: "i-0123456789" }],
  ["is of a family of which only the beginning is named", { family: "aud" }],
  ["belongs to a service that runs none", { serviceName: "audit" }],
  ["was started by somebody else", { startedBy: "nobody" }],
])("no task %s", async (_, input) => {
  expect(await list(input)).toEqual([]);
});

test("pages of the size asked for give each task once, and another list's token is refused", async () => {
  const pages: string[][] = [];
  let nextToken: string | undefined;
  do {
    const answer = await aws.ecs.send(new ListTasksCommand({ cluster: NAME, maxResults: 2, nextToken }));
    pages.push((answer.taskArns ?? []).map(shortened));
    nextToken = answer.nextToken;
  } while (nextToken !== undefined);
  expect(pages.map(({ length }) => length)).toEqual([2, 2, 1]);
  expect(pages.flat()).toEqual(await list());
  const services = await aws.ecs.send(new ListServicesCommand({ cluster: NAME, maxResults: 1 }));
  expect(await refusal(list({ nextToken: services.nextToken }))).toMatchObject({ name: "InvalidParameterException" });
});

test.each<[string, Partial<ListTasksCommandInput>, string, RegExp]>([
  ["no page", { maxResults: 0 }, "InvalidParameterException", /^maxResults/],
  ["too long a page", { maxResults: 101 }, "InvalidParameterException", /^maxResults/],
  ["an unknown status", { desiredStatus: "ENDED" as never }, "InvalidParameterException", /ENDED/],
  ["an unknown launch type", { launchType: "LAMBDA" as never }, "InvalidParameterException", /LAMBDA/],
  ["a starter and a family", { startedBy: "ops", family: NAME }, "InvalidParameterException", /startedBy/],
  ["an unknown service", { serviceName: "nothing" }, "ServiceNotFoundException", /^Service not found.$/],
  ["an unknown cluster", { cluster: "nowhere" }, "ClusterNotFoundException", /^Cluster not found.$/],
])("a list that asks for %s is refused", async (_, input, name, message) => {
  expect(await refusal(list(input))).toMatchObject({ name, message: expect.stringMatching(message) });
});

test("tasks run on Fargate alone", async () => {
  const { networkConfiguration } = await describe(aws.ecs);
  const run = (input: Partial<RunTaskCommandInput>) =>
    aws.ecs.send(new RunTaskCommand({ cluster: NAME, taskDefinition: "audit", networkConfiguration, ...input }));
  expect(await refusal(run({ launchType: "EC2" }))).toMatchObject({ name: "NotImplemented", status: 501 });
  expect(await refusal(run({ platformVersion: "9.9.9" }))).toMatchObject({ name: "PlatformUnknownException" });
});
