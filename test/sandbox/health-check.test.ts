import {
  CreateServiceCommand,
  DescribeTasksCommand,
  type HealthCheck,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { type Clients, clients, deploy, describe, isCompleted, NAME, until } from "./support.ts";

let sandbox: Sandbox;
let aws: Clients;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 300 });
  aws = clients(sandbox);
});
afterAll(() => sandbox.stop());
beforeEach(() => sandbox.reset("healthy"));

const image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan:1.43.0";
const command = ["CMD-SHELL", "curl -f http://localhost:8080/health || exit 1"];

/** Registers vulcan-prod:44, whose health page takes `seconds`. */
const register = (seconds: number, healthCheck: Omit<HealthCheck, "command">) =>
  aws.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: NAME,
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      executionRoleArn: "arn:aws:iam::111122223333:role/vulcan-prod-execution",
      containerDefinitions: [
        {
          name: "vulcan",
          image,
          portMappings: [{ containerPort: 8080 }],
          environment: [
            { name: "SANDBOX_HEALTH_SECONDS", value: String(seconds) },
            { name: "DB_URL", value: sandbox.databaseUrl },
          ],
          healthCheck: { command, ...healthCheck },
        },
      ],
    }),
  );

async function createWorker(): Promise<void> {
  const { networkConfiguration } = await describe(aws.ecs);
  const taskDefinition = `${NAME}:44`;
  const input = { cluster: NAME, serviceName: "worker", taskDefinition, desiredCount: 1, networkConfiguration };
  await aws.ecs.send(new CreateServiceCommand(input));
}

/** The tasks of the service, the running and the stopped ones. */
async function workers(): Promise<Task[]> {
  const lists = await Promise.all(
    (["RUNNING", "STOPPED"] as const).map((desiredStatus) =>
      aws.ecs.send(new ListTasksCommand({ cluster: NAME, serviceName: "worker", desiredStatus })),
    ),
  );
  const tasks = lists.flatMap(({ taskArns }) => taskArns ?? []);
  if (tasks.length === 0) return [];
  return (await aws.ecs.send(new DescribeTasksCommand({ cluster: NAME, tasks }))).tasks ?? [];
}

async function worker(done: (task: Task) => boolean): Promise<Task> {
  let found: Task | undefined;
  await expect
    .poll(
      async () => {
        found = (await workers()).find(done);
        return found;
      },
      { timeout: 20_000, interval: 20 },
    )
    .toBeDefined();
  if (found === undefined) throw new Error("no such task");
  return found;
}

const seconds = (from: Date | undefined, to: Date | undefined): number =>
  Math.round((Number(to) - Number(from)) / 1000);

test("a check that hangs is given up at its timeout and counts as failed, so often as retries say", async () => {
  await register(3600, { interval: 10, timeout: 5, retries: 2, startPeriod: 20 });
  await createWorker();
  const failed = await worker(({ stoppedReason }) => stoppedReason !== undefined);
  expect(failed).toMatchObject({
    healthStatus: "UNHEALTHY",
    stoppedReason: "Task failed container health checks",
  });
  // Begun after 10, 25 and 40 s; the first is in the start period, the others end 5 s later.
  expect(seconds(failed.startedAt, failed.stoppingAt)).toBe(45);
});

test("the same page is healthy where the timeout leaves it time", async () => {
  await register(8, { interval: 10, timeout: 15, retries: 2 });
  await createWorker();
  const passed = await worker(({ healthStatus }) => healthStatus === "HEALTHY");
  expect(passed).toMatchObject({ lastStatus: "RUNNING", desiredStatus: "RUNNING" });
  const settled = (): boolean => sandbox.state().services.some((one) => one.name === "worker" && isCompleted(one));
  await expect.poll(settled).toBe(true);
});

test("the load balancer has a timeout of its own: what the container finds well is too slow for it", async () => {
  await register(8, { interval: 10, timeout: 15 });
  await deploy(aws.ecs, 44);
  const given = await until(sandbox, ({ tasks }) =>
    tasks.some((task) => task.taskDefinition === `${NAME}:44` && task.stoppedReason !== undefined),
  );
  const { events } = await describe(aws.ecs);
  expect(given.tasks.map(({ stoppedReason }) => stoppedReason).join()).toMatch(/Task failed ELB health checks/);
  expect(events?.map(({ message }) => message).join()).toMatch(/due to \(reason Request timed out\)/);
});
