import {
  type ContainerDefinition,
  DescribeTasksCommand,
  ExecuteCommandCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { ask } from "./load.ts";
import { type Clients, clients, deploy, isCompleted, NAME, refusal, serviceState, until } from "./support.ts";

let sandbox: Sandbox;
let aws: Clients;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 300 });
  aws = clients(sandbox);
});
afterAll(() => sandbox.stop());
beforeEach(() => sandbox.reset("healthy"));

const VULCAN = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vulcan:1.42.0";
const NETWORK = { awsvpcConfiguration: { subnets: ["subnet-0a10000000000000a"] } };

/** A container of a public image, whose program is this script. */
const script = (name: string, line: string, more: Partial<ContainerDefinition> = {}): ContainerDefinition => ({
  name,
  image: "busybox:1.36",
  command: ["sh", "-c", line],
  ...more,
});
const needs = (containerName: string, condition: "START" | "HEALTHY" | "COMPLETE" | "SUCCESS") => ({
  dependsOn: [{ containerName, condition }],
});
const CHECK = { healthCheck: { command: ["CMD-SHELL", "curl -f localhost"], interval: 5, retries: 1 } };
/** The stand-ins pass their own health check while they run. */
const AGENT: ContainerDefinition = { name: "agent", image: "public.ecr.aws/datadog/agent:7" };
const STUBBORN: ContainerDefinition = { name: "stubborn", image: "example.com/team/tool:1", stopTimeout: 7 };
const LIVES = "while :; do sleep 0.1; done";

const register = (...containerDefinitions: ContainerDefinition[]) =>
  aws.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: "several",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "1024",
      memory: "2048",
      executionRoleArn: "arn:aws:iam::111122223333:role/vulcan-prod-execution",
      containerDefinitions,
    }),
  );

/** Runs a task of these containers; returns its ARN. */
async function run(containers: readonly ContainerDefinition[], overrides: object = {}): Promise<string> {
  const { taskDefinition } = await register(...containers);
  const { tasks } = await aws.ecs.send(
    new RunTaskCommand({
      cluster: NAME,
      taskDefinition: taskDefinition?.taskDefinitionArn,
      networkConfiguration: NETWORK,
      enableExecuteCommand: true,
      overrides,
    }),
  );
  return tasks?.[0]?.taskArn ?? "";
}

async function describeTask(arn: string): Promise<Task> {
  const { tasks } = await aws.ecs.send(new DescribeTasksCommand({ cluster: NAME, tasks: [arn] }));
  return tasks?.[0] ?? {};
}

async function when(arn: string, isSo: (task: Task) => boolean): Promise<Task> {
  for (;;) {
    const task = await describeTask(arn);
    if (isSo(task)) return task;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
const stopped = (arn: string): Promise<Task> => when(arn, ({ lastStatus }) => lastStatus === "STOPPED");
const running = (arn: string): Promise<Task> => when(arn, ({ lastStatus }) => lastStatus === "RUNNING");

const containerOf = ({ containers = [] }: Task, name: string) => containers.find((one) => one.name === name);
const statusOf = (task: Task, name: string) => containerOf(task, name)?.lastStatus;
const codesOf = ({ containers = [] }: Task) =>
  Object.fromEntries(containers.map(({ name, exitCode }) => [name, exitCode]));
const stop = (task: string) => aws.ecs.send(new StopTaskCommand({ cluster: NAME, task, reason: "enough" }));

describe("the end of a container", () => {
  it("that is essential stops the task; each has its own exit code", async () => {
    const task = await stopped(await run([AGENT, script("app", "exit 3"), STUBBORN]));
    expect(task).toMatchObject({
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
    });
    expect(codesOf(task)).toEqual({ agent: 0, app: 3, stubborn: 137 });
  });

  it("that is not essential ends alone", async () => {
    const arn = await run([script("init", "exit 3", { essential: false }), AGENT]);
    const task = await when(arn, (one) => statusOf(one, "init") === "STOPPED");
    expect(task).toMatchObject({ desiredStatus: "RUNNING" });
    expect(codesOf(await running(arn))).toEqual({ init: 3, agent: undefined });
    await stop(arn);
    const { stopCode, stoppedReason, ...ended } = await stopped(arn);
    expect({ stopCode, stoppedReason, codes: codesOf(ended) }).toEqual({
      stopCode: "UserInitiated",
      stoppedReason: "enough",
      codes: { init: 3, agent: 0 },
    });
  });

  it("that has no such program is told of that container", async () => {
    const task = await stopped(await run([AGENT, { ...script("app", ""), command: ["no-such-program"] }]));
    expect(task).toMatchObject({ stopCode: "TaskFailedToStart" });
    expect(containerOf(task, "app")?.reason).toMatch(/^CannotStartContainerError/);
    expect(containerOf(task, "agent")).toMatchObject({ exitCode: 0 });
    expect(containerOf(task, "agent")?.reason).toBeUndefined();
  });

  it("whose own image is gone stops a task only if it is essential", async () => {
    const gone = { name: "gone", image: VULCAN.replace("1.42.0", "0.0.1") };
    const failed = await stopped(await run([AGENT, gone]));
    expect(failed).toMatchObject({ stopCode: "TaskFailedToStart" });
    expect(containerOf(failed, "gone")?.reason).toMatch(/^CannotPullContainerError/);
    const task = await running(await run([{ ...gone, essential: false }, AGENT]));
    expect(containerOf(task, "gone")).toMatchObject({
      lastStatus: "STOPPED",
      reason: expect.stringMatching(/not found/),
    });
  });
});

describe("dependsOn", () => {
  it.each([
    ["START", script("first", LIVES)],
    ["HEALTHY", { ...AGENT, ...CHECK, name: "first" }],
    ["COMPLETE", script("first", "exit 3", { essential: false })],
    ["SUCCESS", script("first", "exit 0", { essential: false })],
  ] as const)("%s: the other container starts then, and the task is RUNNING", async (condition, first) => {
    const arn = await run([script("second", LIVES, needs("first", condition)), first]);
    const task = await running(arn);
    expect(statusOf(task, "second")).toBe("RUNNING");
    if (condition === "HEALTHY") expect(containerOf(task, "first")?.healthStatus).toBe("HEALTHY");
    if (condition === "SUCCESS") expect(containerOf(task, "first")?.exitCode).toBe(0);
    await stop(arn);
  });

  it("until then it is PENDING, and the task ACTIVATING", async () => {
    const check = { ...CHECK.healthCheck, interval: 300 };
    const arn = await run([
      script("second", LIVES, needs("first", "HEALTHY")),
      { ...AGENT, name: "first", healthCheck: check },
    ]);
    const task = await when(arn, (one) => statusOf(one, "first") === "RUNNING");
    expect([task.lastStatus, statusOf(task, "second")]).toEqual(["ACTIVATING", "PENDING"]);
    await stop(arn);
    expect(codesOf(await stopped(arn))).toEqual({ first: 0, second: undefined });
  });

  it.each([
    ["SUCCESS of what failed", needs("first", "SUCCESS"), script("first", "exit 3", { essential: false })],
    [
      "a container without patience left",
      needs("first", "COMPLETE"),
      script("first", LIVES, { essential: false, startTimeout: 20 }),
    ],
  ])("%s: it never starts, and stops the task that it is essential for", async (_name, more, first) => {
    const task = await stopped(await run([first, script("second", LIVES, more)]));
    expect(task).toMatchObject({ stopCode: "EssentialContainerExited" });
    expect(task.startedAt).toBeUndefined();
    expect(containerOf(task, "second")).toMatchObject({ exitCode: 143 });
  });

  it("at the end the order is the reverse", async () => {
    const arn = await run([
      script("base", "trap 'test -e ../../gone && exit 4; exit 5' TERM; while :; do sleep 0.1; done"),
      script("top", "trap 'touch ../../gone; exit 6' TERM; while :; do sleep 0.1; done", needs("base", "START")),
    ]);
    await running(arn);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await stop(arn);
    expect(codesOf(await stopped(arn))).toEqual({ base: 4, top: 6 });
  });

  it.each([
    ["another container", needs("absent", "START"), /'absent' does not exist/],
    ["itself", needs("app", "START"), /cycle/],
    ["an essential one's end", needs("agent", "SUCCESS"), /cannot be set on the essential container 'agent'/],
    ["a health that is not checked", needs("agent", "HEALTHY"), /needs a healthCheck/],
  ])("of %s is refused", async (_name, more, message) => {
    const failure = await refusal(register(AGENT, script("app", LIVES, more)));
    expect(failure.name).toBe("ClientException");
    expect(failure.message).toMatch(message);
  });
});

describe("health", () => {
  it.each([
    ["HEALTHY", [{ ...AGENT, ...CHECK }, STUBBORN]],
    ["UNHEALTHY", [{ ...AGENT, ...CHECK }, script("app", LIVES, CHECK)]],
    ["UNKNOWN", [STUBBORN, { ...AGENT, ...CHECK, essential: false }]],
  ] as const)("of a task is that of its essential containers with a check: %s", async (expected, containers) => {
    const arn = await run(containers);
    const task = await when(arn, (one) =>
      (one.containers ?? []).some(({ healthStatus }) => healthStatus !== "UNKNOWN"),
    );
    const late = await when(arn, ({ healthStatus }) => healthStatus === expected || task.healthStatus === expected);
    expect(late.healthStatus).toBe(expected);
    await stop(arn);
  });
});

describe("ports", () => {
  it("two programs on one port: the second ends, as the containers of a task share its ports", async () => {
    const twin = (name: string): ContainerDefinition => ({ name, image: VULCAN, secrets: SECRETS });
    const arn = await run([twin("one"), twin("two")]);
    const task = await stopped(arn);
    expect(Object.values(codesOf(task)).sort()).toEqual([0, 1]);
    const logs = sandbox.state().standalone.flatMap(({ log }) => log);
    expect(logs).toContain("ERR listen tcp :8080: bind: address already in use");
  });
});

const SECRETS = [
  { name: "DB_URL", valueFrom: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:vulcan/prod/db-url-Ab12Cd" },
];

describe("by name", () => {
  it("each override goes to its container", async () => {
    const overrides = {
      containerOverrides: [
        { name: "app", command: ["sh", "-c", "echo $WORD; exit 4"], environment: [{ name: "WORD", value: "given" }] },
      ],
    };
    const task = await stopped(await run([AGENT, script("app", "exit 9")], overrides));
    expect(codesOf(task)).toEqual({ agent: 0, app: 4 });
    const [state] = sandbox.state().standalone;
    expect(state?.containers.find(({ name }) => name === "app")?.log).toEqual(["given"]);
    expect(await refusal(run([AGENT], { containerOverrides: [{ name: "app" }] }))).toMatchObject({
      name: "InvalidParameterException",
      message: "Override for container named app is not a container in the TaskDefinition.",
    });
  });

  it("ExecuteCommand asks for the name, knows those of the task, and only those that run", async () => {
    const arn = await run([
      AGENT,
      { name: "app", image: VULCAN, secrets: SECRETS },
      script("init", "true", { essential: false }),
    ]);
    const task = await running(arn);
    expect(new Set((task.containers ?? []).map(({ runtimeId }) => runtimeId)).size).toBe(3);
    await when(arn, (one) => statusOf(one, "init") === "STOPPED");
    const exec = (container?: string) =>
      aws.ecs.send(
        new ExecuteCommandCommand({ cluster: NAME, task: arn, container, command: "true", interactive: true }),
      );
    expect(await refusal(exec())).toMatchObject({ name: "InvalidParameterException", message: /must be specified/ });
    expect(await refusal(exec("absent"))).toMatchObject({ message: /absent was not found/ });
    expect(await refusal(exec("init"))).toMatchObject({ name: "TargetNotConnectedException" });
    expect(await exec("agent")).toMatchObject({ containerName: "agent" });
  });
});

describe("a service", () => {
  it("front-proxy: requests go through the proxy, during a rollout as well; the logs are apart", async () => {
    await sandbox.reset("front-proxy");
    expect((await ask(`${sandbox.loadBalancer}/health`)).status).toBe(200);
    await deploy(aws.ecs, 42);
    await until(sandbox, (now) => isCompleted(now) && now.taskDefinition === "vulcan-prod:42");
    expect(await (await fetch(`${sandbox.loadBalancer}/documents`)).json()).toMatchObject({ version: "1.42.0" });
    const [task] = serviceState(sandbox).tasks.filter(({ taskDefinition }) => taskDefinition.endsWith(":42"));
    expect(task?.containers.map(({ name, isUp, health }) => [name, isUp, health])).toEqual([
      ["envoy", true, "UNKNOWN"],
      ["vulcan", true, "HEALTHY"],
    ]);
    expect(task?.containers[0]?.log.join()).not.toContain("migrations");
  });

  it("log-router: a worker without targets rolls by its containers' health", async () => {
    await sandbox.reset("log-router");
    await deploy(aws.ecs, 42);
    await until(sandbox, (now) => isCompleted(now) && now.taskDefinition === "vulcan-prod:42");
    const tasks = serviceState(sandbox).tasks.filter(({ taskDefinition }) => taskDefinition.endsWith(":42"));
    expect(tasks.map(({ health, targetState }) => [health, targetState])).toEqual(
      Array.from({ length: 3 }, () => ["HEALTHY", undefined]),
    );
  });
});
