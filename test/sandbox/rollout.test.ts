import { ListTasksCommand, StopTaskCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { DescribeTargetGroupsCommand, DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { ask, startLoad } from "./load.ts";
import {
  type Clients,
  clients,
  deploy,
  describe,
  isCompleted,
  isQuiet,
  NAME,
  SERVICE,
  serviceState,
  until,
} from "./support.ts";

let sandbox: Sandbox;
let aws: Clients;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "bad-release", speed: 300 });
  aws = clients(sandbox);
});
afterAll(() => sandbox.stop());
beforeEach(() => sandbox.reset("bad-release"));

test("a revert rolls every task to the wanted revision and says so over the wire", async () => {
  const { service } = await deploy(aws.ecs, 42);
  expect(service?.deployments?.[0]).toMatchObject({ status: "PRIMARY", rolloutState: "IN_PROGRESS" });
  const done = await until(sandbox, (now) => isCompleted(now) && isQuiet(now));
  const running = done.tasks.filter(({ lastStatus }) => lastStatus === "RUNNING");
  expect(running.map(({ taskDefinition, health, targetState }) => [taskDefinition, health, targetState])).toEqual(
    Array.from({ length: 3 }, () => ["vulcan-prod:42", "HEALTHY", "healthy"]),
  );
  expect(new Set(running.map(({ deployment }) => deployment))).toEqual(new Set([service?.deployments?.[0]?.id]));
  const seen = await describe(aws.ecs);
  expect(seen).toMatchObject({ runningCount: 3, pendingCount: 0, desiredCount: 3 });
  expect(seen.taskDefinition).toMatch(/task-definition\/vulcan-prod:42$/);
  expect(seen.events?.map(({ message }) => message)).toContain("(service vulcan-prod) has reached a steady state.");
  expect(done.serviceDeployments.slice(-2).map(({ status }) => status)).toEqual(["STOPPED", "SUCCESSFUL"]);
});

test("no request fails while the service rolls under a steady load", async () => {
  await sandbox.reset("healthy");
  const load = startLoad(sandbox.loadBalancer, 200);
  await deploy(aws.ecs, 43);
  await until(sandbox, (now) => isCompleted(now) && isQuiet(now) && now.taskDefinition === "vulcan-prod:43");
  const { sent, failures, revisions } = await load.stop();
  expect(failures).toEqual([]);
  expect(sent).toBeGreaterThan(100);
  expect(revisions).toEqual(new Set(["vulcan-prod:42", "vulcan-prod:43"]));
});

test("a request in flight finishes on its task while that task drains", async () => {
  await sandbox.reset("healthy");
  await deploy(aws.ecs, 43);
  const slow = Array.from({ length: 6 }, () => ask(`${sandbox.loadBalancer}/report?wait=700`));
  await until(sandbox, (now) => now.tasks.some(({ targetState }) => targetState === "draining"));
  for (const answer of await Promise.all(slow)) {
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body).revision).toBe("vulcan-prod:42");
  }
});

test("a release that never becomes healthy takes no traffic and its failures are counted", async () => {
  const before = serviceState(sandbox).deployments[0]?.failedTasks ?? 0;
  const later = await until(sandbox, (now) => (now.deployments[0]?.failedTasks ?? 0) >= before + 3);
  expect(later.tasks.filter(({ targetState }) => targetState === "healthy")).toHaveLength(3);
  const reasons = new Set(later.tasks.map(({ stoppedReason }) => stoppedReason).filter(Boolean));
  expect([...reasons].join()).toMatch(/^Task failed ELB health checks in \(target-group arn:aws:elasticloadbalancing:/);
  const answers = await Promise.all(Array.from({ length: 12 }, () => ask(sandbox.loadBalancer)));
  expect(new Set(answers.map(({ body }) => JSON.parse(body).revision))).toEqual(new Set(["vulcan-prod:42"]));
});

test("scaling is no deployment, and scaling in drains", async () => {
  await sandbox.reset("healthy");
  const attempts = serviceState(sandbox).serviceDeployments.length;
  await aws.ecs.send(new UpdateServiceCommand({ ...SERVICE, desiredCount: 1 }));
  const small = await until(sandbox, (now) => now.running === 1 && isQuiet(now));
  expect(small.serviceDeployments).toHaveLength(attempts);
  await aws.ecs.send(new UpdateServiceCommand({ ...SERVICE, desiredCount: 2 }));
  await until(sandbox, (now) => now.tasks.filter(({ targetState }) => targetState === "healthy").length === 2);
});

test("a stopped task is drained and replaced", async () => {
  await sandbox.reset("healthy");
  const { taskArns } = await aws.ecs.send(new ListTasksCommand({ cluster: NAME, serviceName: NAME }));
  const task = taskArns?.[0];
  await aws.ecs.send(new StopTaskCommand({ cluster: NAME, task, reason: "rehearsal" }));
  const id = task?.split("/").at(-1);
  await until(sandbox, (now) => now.tasks.find((one) => one.id === id)?.targetState === "draining");
  const done = await until(sandbox, (now) => isQuiet(now) && now.running === 3);
  expect(done.tasks.find((one) => one.id === id)).toMatchObject({ lastStatus: "STOPPED", stoppedReason: "rehearsal" });
});

test("target health follows the rollout through initial, healthy and draining", async () => {
  await sandbox.reset("healthy");
  const { TargetGroups } = await aws.elb.send(new DescribeTargetGroupsCommand({ Names: [NAME] }));
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn;
  const states = async (): Promise<(string | undefined)[]> => {
    const { TargetHealthDescriptions } = await aws.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    return (TargetHealthDescriptions ?? []).map(({ TargetHealth }) => TargetHealth?.State);
  };
  expect(await states()).toEqual(["healthy", "healthy", "healthy"]);
  await deploy(aws.ecs, 43);
  await until(sandbox, (now) => now.tasks.some(({ targetState }) => targetState === "initial"));
  expect(await states()).toContain("initial");
  await until(sandbox, (now) => now.tasks.some(({ targetState }) => targetState === "draining"));
  expect(await states()).toContain("draining");
});
