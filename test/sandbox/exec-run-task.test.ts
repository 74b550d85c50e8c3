import {
  DescribeTasksCommand,
  GetTaskProtectionCommand,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
  UpdateServiceCommand,
  UpdateTaskProtectionCommand,
} from "@aws-sdk/client-ecs";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { runningTask } from "./channel-client.ts";
import {
  type Clients,
  clients,
  deploy,
  isCompleted,
  isQuiet,
  NAME,
  refusal,
  SERVICE,
  serviceState,
  until,
} from "./support.ts";

let sandbox: Sandbox;
let aws: Clients;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 300 });
  aws = clients(sandbox);
});
afterAll(() => sandbox.stop());
beforeEach(() => sandbox.reset("healthy"));

const networkConfiguration = { awsvpcConfiguration: { subnets: ["subnet-0a10000000000000a"] } };

const runTask = (command: string[] | undefined, rest: { clientToken?: string; startedBy?: string } = {}) =>
  aws.ecs.send(
    new RunTaskCommand({
      cluster: NAME,
      taskDefinition: `${NAME}:43`,
      networkConfiguration,
      overrides: { containerOverrides: command === undefined ? [] : [{ name: "vulcan", command }] },
      ...rest,
    }),
  );

async function describeTask(arn: string): Promise<Task> {
  const { tasks } = await aws.ecs.send(new DescribeTasksCommand({ cluster: NAME, tasks: [arn] }));
  const task = tasks?.[0];
  if (task === undefined) throw new Error("no task");
  return task;
}

async function stopped(arn: string): Promise<Task> {
  const end = Date.now() + 20_000;
  for (;;) {
    const task = await describeTask(arn);
    if (task.lastStatus === "STOPPED") return task;
    if (Date.now() > end) throw new Error(`still ${task.lastStatus}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test.each([
  [["true"], 0],
  [["sh", "-c", "echo out; echo err >&2; exit 3"], 3],
  [["sh", "-c", "no-such-program"], 127],
])("a task with the command %j ends with %i", async (command, exitCode) => {
  const { tasks } = await runTask(command, { startedBy: "operator" });
  expect(tasks?.[0]).toMatchObject({ lastStatus: "PROVISIONING", startedBy: "operator", group: `family:${NAME}` });
  const task = await stopped(tasks?.[0]?.taskArn ?? "");
  expect(task).toMatchObject({
    stopCode: "EssentialContainerExited",
    stoppedReason: "Essential container in task exited",
    containers: [{ name: "vulcan", exitCode }],
    overrides: { containerOverrides: [{ name: "vulcan", command }] },
  });
});

test("its output is its log, and the service is not concerned", async () => {
  const { tasks } = await runTask(["sh", "-c", "echo out; printf err >&2; pwd"]);
  await stopped(tasks?.[0]?.taskArn ?? "");
  const [task] = sandbox.state().standalone;
  expect(task?.log).toEqual(expect.arrayContaining(["out", expect.stringContaining("/root")]));
  expect(serviceState(sandbox).tasks).toHaveLength(3);
});

test("a program that is missing: the task fails to start, without an exit code", async () => {
  const { tasks } = await runTask(["no-such-program"]);
  const task = await stopped(tasks?.[0]?.taskArn ?? "");
  expect(task).toMatchObject({ stopCode: "TaskFailedToStart" });
  expect(task.stoppedReason).toMatch(/^CannotStartContainerError: .*"no-such-program": executable file not found/);
  expect(task.containers?.[0]?.exitCode).toBeUndefined();
});

test("vulcan migrate down 1 of the newer image, by RunTask", async () => {
  await deploy(aws.ecs, 43);
  await until(sandbox, (now) => isCompleted(now) && now.taskDefinition === "vulcan-prod:43");
  const { tasks } = await runTask(["vulcan", "migrate", "down", "1"]);
  const task = await stopped(tasks?.[0]?.taskArn ?? "");
  expect(task.containers?.[0]?.exitCode).toBe(0);
  const client = new pg.Client(sandbox.databaseUrl);
  await client.connect();
  const { rows } = await client.query("SELECT max(version) AS newest FROM migrations");
  await client.end();
  expect(rows).toEqual([{ newest: 7 }]);
});

test("without an override it serves, until it is stopped", async () => {
  const { tasks } = await runTask(undefined);
  const arn = tasks?.[0]?.taskArn ?? "";
  await expect.poll(() => sandbox.state().standalone[0]?.log.at(-1)).toMatch(/^INF listening/);
  await aws.ecs.send(new StopTaskCommand({ cluster: NAME, task: arn, reason: "enough" }));
  expect(await stopped(arn)).toMatchObject({ stopCode: "UserInitiated", stoppedReason: "enough" });
});

test("a long command is stopped with SIGTERM", async () => {
  const { tasks } = await runTask(["sleep", "600"]);
  const arn = tasks?.[0]?.taskArn ?? "";
  await expect.poll(async () => (await describeTask(arn)).lastStatus).toBe("RUNNING");
  await aws.ecs.send(new StopTaskCommand({ cluster: NAME, task: arn }));
  expect((await stopped(arn)).containers?.[0]?.exitCode).toBe(143);
});

test("the same request again runs nothing", async () => {
  const first = await runTask(["true"], { clientToken: "once" });
  const second = await runTask(["true"], { clientToken: "once" });
  expect(second.tasks?.[0]?.taskArn).toBe(first.tasks?.[0]?.taskArn);
});

test("RunTask refuses what ECS refuses", async () => {
  const bare = { cluster: NAME, taskDefinition: NAME };
  expect(await refusal(aws.ecs.send(new RunTaskCommand(bare)))).toMatchObject({
    message: "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
  });
  const overrides = { containerOverrides: [{ name: "other" }] };
  expect(await refusal(aws.ecs.send(new RunTaskCommand({ ...bare, networkConfiguration, overrides })))).toMatchObject({
    message: "Override for container named other is not a container in the TaskDefinition.",
  });
});

const protect = (task: string, protectionEnabled: boolean, expiresInMinutes?: number) =>
  aws.ecs.send(
    new UpdateTaskProtectionCommand({
      cluster: NAME,
      tasks: [task],
      protectionEnabled,
      ...(expiresInMinutes === undefined ? {} : { expiresInMinutes }),
    }),
  );

const alive = (): string[] =>
  serviceState(sandbox)
    .tasks.filter(({ lastStatus }) => lastStatus === "RUNNING")
    .map(({ id }) => id);

test("a protected task is not scaled in, until its protection is lifted", async () => {
  const task = runningTask(sandbox);
  const { protectedTasks } = await protect(task, true);
  const { taskArn, protectionEnabled, expirationDate } = protectedTasks?.[0] ?? {};
  expect([taskArn?.endsWith(task), protectionEnabled]).toEqual([true, true]);
  expect(Math.abs((expirationDate?.getTime() ?? 0) - sandbox.now() - 2 * 3_600_000)).toBeLessThan(120_000);
  await aws.ecs.send(new UpdateServiceCommand({ ...SERVICE, desiredCount: 0 }));
  await until(sandbox, () => alive().length === 1);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(alive()).toEqual([task]);
  await protect(task, false);
  await until(sandbox, (now) => isQuiet(now) && alive().length === 0);
});

test("a protected task holds a deployment up, and an end of protection lets it go on", async () => {
  const task = runningTask(sandbox);
  await protect(task, true, 30);
  await deploy(aws.ecs, 43);
  await until(
    sandbox,
    ({ tasks }) =>
      alive().length === 4 && tasks.filter(({ taskDefinition }) => taskDefinition.endsWith(":43")).length === 3,
  );
  expect(alive()).toContain(task);
  expect(isCompleted(serviceState(sandbox))).toBe(false);
  const { protectedTasks } = await aws.ecs.send(new GetTaskProtectionCommand({ cluster: NAME }));
  expect(protectedTasks).toHaveLength(1);
  await until(sandbox, isCompleted);
  expect(alive()).not.toContain(task);
});

test("protection: its bounds, and tasks that cannot have it", async () => {
  expect(await refusal(protect(runningTask(sandbox), true, 2881))).toMatchObject({ name: "InvalidParameterException" });
  const { failures } = await protect("f".repeat(32), true);
  expect(failures).toMatchObject([{ reason: "MISSING" }]);
  const { tasks } = await runTask(["sleep", "600"]);
  const standalone = await protect(tasks?.[0]?.taskArn ?? "", true);
  expect(standalone.failures).toMatchObject([{ reason: "TASK_NOT_VALID" }]);
});
