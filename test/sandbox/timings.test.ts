import { DescribeTasksCommand, ExecuteCommandCommand, StopTaskCommand, type Task } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { vulcanOps } from "../support/sandbox-harness.ts";
import { untilTime } from "./databases.ts";
import { type Clients, clients, NAME, refusal, serviceState, until } from "./support.ts";

const AGENT = 900_000;

let sandbox: Sandbox;
let ecs: Clients["ecs"];

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 300, timings: { execAgent: AGENT } });
  ecs = clients(sandbox).ecs;
});
afterAll(() => sandbox.stop());

test("every timing is listed with its default and how that is known", async () => {
  const { code, stdout } = await vulcanOps(["sandbox", "timings"]);
  expect(code).toBe(0);
  await expect(stdout).toMatchFileSnapshot("../golden/sandbox-timings.txt");
});

test("a task whose exec agent has not started yet is RUNNING and takes no command", async () => {
  const planted = serviceState(sandbox).tasks.map(({ id }) => id);
  await ecs.send(new StopTaskCommand({ cluster: NAME, task: planted[0] ?? "" }));
  const isFresh = (one: { id: string; lastStatus: string }) =>
    one.lastStatus === "RUNNING" && !planted.includes(one.id);
  const fresh = (await until(sandbox, ({ tasks }) => tasks.some(isFresh))).tasks.find(isFresh)?.id ?? "";
  const task = async (): Promise<Task | undefined> =>
    (await ecs.send(new DescribeTasksCommand({ cluster: NAME, tasks: [fresh] }))).tasks?.[0];
  const agent = async () => (await task())?.containers?.[0]?.managedAgents?.[0];
  const execute = () =>
    ecs.send(new ExecuteCommandCommand({ cluster: NAME, task: fresh, command: "true", interactive: true }));
  expect(await agent()).toMatchObject({ name: "ExecuteCommandAgent", lastStatus: "PENDING" });
  expect((await refusal(execute())).message).toContain("the execute command agent isn't running");
  await untilTime(sandbox, Number((await task())?.startedAt) + AGENT);
  expect(await agent()).toMatchObject({ lastStatus: "RUNNING" });
  expect((await execute()).session?.sessionId).toMatch(/^ecs-execute-command-/);
});
