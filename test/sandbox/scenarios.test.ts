import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeTasksCommand,
  ListClustersCommand,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { DescribeTargetGroupsCommand, DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Fault, type Sandbox, scenarios, startSandbox } from "../../src/sandbox/index.ts";
import { ask } from "./load.ts";
import {
  type Clients,
  clients,
  deploy,
  describe,
  isCompleted,
  NAME,
  refusal,
  SERVICE,
  serviceState,
  until,
} from "./support.ts";

let sandbox: Sandbox;
let aws: Clients;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "empty", speed: 300 });
  aws = clients(sandbox);
});
afterAll(() => sandbox.stop());

async function tasksThat(desiredStatus: "RUNNING" | "STOPPED"): Promise<Task[]> {
  const { taskArns } = await aws.ecs.send(new ListTasksCommand({ cluster: NAME, desiredStatus }));
  if (taskArns?.length === 0) return [];
  return (await aws.ecs.send(new DescribeTasksCommand({ cluster: NAME, tasks: taskArns }))).tasks ?? [];
}

const revisionOf = (task: Task): string => task.taskDefinitionArn?.split(":").at(-1) ?? "";

/** Waits for a stopped task that the scenario did not start with. */
async function nextStopped(planted: readonly Task[]): Promise<Task> {
  const known = new Set(planted.map(({ taskArn }) => taskArn));
  await until(sandbox, (now) =>
    now.tasks.some(({ id, lastStatus }) => lastStatus === "STOPPED" && ![...known].some((arn) => arn?.endsWith(id))),
  );
  const found = (await tasksThat("STOPPED")).find(
    ({ taskArn, lastStatus }) => lastStatus === "STOPPED" && !known.has(taskArn),
  );
  if (found === undefined) throw new Error("no new stopped task");
  return found;
}

const messages = async (): Promise<string> =>
  (await describe(aws.ecs)).events?.map(({ message }) => message).join("\n") ?? "";

test("each scenario has a name of its own and a summary of one line", () => {
  const all = scenarios();
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  for (const { summary } of all) expect(summary).toMatch(/^[^\n]{10,130}$/);
});

async function query(sql: string): Promise<unknown[]> {
  const client = new pg.Client(sandbox.databaseUrl);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The versions that the running tasks say are applied. */
async function listMigrations(): Promise<number[]> {
  const headers = { authorization: `Bearer ${sandbox.env.VULCAN_ADMIN_TOKEN}` };
  const response = await fetch(`${sandbox.loadBalancer}/api/v1/admin/migrations`, { headers });
  return ((await response.json()) as { version: number }[]).map(({ version }) => version);
}

/** ecs.md 2.7: what stops a task of :43, and what the operator reads of it. */
const STOPS = [
  [
    "image-missing",
    "TaskFailedToStart",
    /^CannotPullContainerError: .*vulcan:1\.43\.0: not found$/,
    undefined,
    /was unable to place a task\. Reason: CannotPull/,
  ],
  [
    "secret-missing",
    "TaskFailedToStart",
    /^ResourceInitializationError: unable to pull secrets or registry auth.*relay-key/,
    undefined,
    /was unable to place a task\. Reason: ResourceInit/,
  ],
  ["migration-fails", "EssentialContainerExited", /^Essential container in task exited$/, 1, /has started \d+ tasks/],
  ["crash-loop", "EssentialContainerExited", /^Essential container in task exited$/, 1, /has started \d+ tasks/],
  [
    "health-failing",
    "ServiceSchedulerInitiated",
    /^Task failed container health checks$/,
    0,
    /failed container health checks/,
  ],
  [
    "slow-migration",
    "ServiceSchedulerInitiated",
    /^Task failed (ELB|container) health checks/,
    137,
    /has started \d+ tasks/,
  ],
] as const;

test.each(STOPS)(
  "%s: tasks stop with %s, before and after time zero alike",
  async (name, code, reason, exitCode, event) => {
    await sandbox.reset(name);
    const planted = await tasksThat("STOPPED");
    const fresh = await nextStopped(planted);
    expect(planted.length).toBeGreaterThan(0);
    for (const task of [...planted, fresh]) {
      expect(revisionOf(task)).toBe("43");
      expect(task.stopCode).toBe(code);
      expect(task.stoppedReason).toMatch(reason);
      expect(task.containers?.[0]?.exitCode).toBe(exitCode);
    }
    expect(await messages()).toMatch(event);
    const service = await describe(aws.ecs);
    expect(service.deployments?.[0]).toMatchObject({ rolloutState: "IN_PROGRESS" });
    expect(service.deployments?.[0]?.failedTasks).toBeGreaterThan(planted.length);
    expect((await ask(sandbox.loadBalancer)).status).toBe(200);
  },
);

test("migration-fails: what the failing migration had done is gone again, and those before it stay", async () => {
  await sandbox.reset("migration-fails");
  const fresh = await nextStopped(await tasksThat("STOPPED"));
  const task = serviceState(sandbox).tasks.find(({ id }) => fresh.taskArn?.endsWith(id));
  expect(task?.log).toContainEqual(
    expect.stringMatching(/^ERR Migration failed version=8 error=.*could not create unique index/),
  );
  expect(await listMigrations()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(await query("SELECT FROM information_schema.columns WHERE column_name = 'checksum'")).toHaveLength(0);
});

test("migration-lock: one task holds the lock behind a report, the others give up waiting and exit 1", async () => {
  await sandbox.reset("migration-lock");
  const fresh = await nextStopped(await tasksThat("STOPPED"));
  expect(fresh).toMatchObject({ stopCode: "EssentialContainerExited", containers: [{ exitCode: 1 }] });
  const task = serviceState(sandbox).tasks.find(({ id }) => fresh.taskArn?.endsWith(id));
  expect(task?.log.at(-1)).toBe("ERR canceling statement due to lock timeout");
  expect(await listMigrations()).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test("slow-migration: a task killed in its migration leaves a session behind that goes on and holds the lock", async () => {
  await sandbox.reset("slow-migration");
  const fresh = await nextStopped(await tasksThat("STOPPED"));
  expect(fresh.containers?.[0]?.exitCode).toBe(137);
  const holders = await query(
    "SELECT query FROM pg_stat_activity JOIN pg_locks USING (pid) WHERE locktype = 'advisory' AND granted",
  );
  expect(holders).toEqual([{ query: expect.stringContaining("ALTER TABLE documents") }]);
});

test("bad-release: the balancer finds the targets failing and says how", async () => {
  await sandbox.reset("bad-release");
  const { TargetGroups } = await aws.elb.send(new DescribeTargetGroupsCommand({ Names: [NAME] }));
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn;
  const { TargetHealthDescriptions } = await aws.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
  const reasons = new Set(TargetHealthDescriptions?.map(({ TargetHealth }) => TargetHealth?.Reason));
  expect(reasons).toEqual(new Set([undefined, "Target.ResponseCodeMismatch"]));
});

test("crash-after-healthy: the deployment is COMPLETED, then tasks are killed for their memory and replaced", async () => {
  await sandbox.reset("crash-after-healthy");
  expect(isCompleted(serviceState(sandbox))).toBe(true);
  const stopped = await nextStopped(await tasksThat("STOPPED"));
  expect(stopped.containers?.[0]).toMatchObject({ exitCode: 137, reason: expect.stringMatching(/^OutOfMemoryError/) });
  expect((await describe(aws.ecs)).deployments?.[0]).toMatchObject({ rolloutState: "COMPLETED" });
});

test("schema-newer: a revert finds a database that :42 refuses", async () => {
  await sandbox.reset("schema-newer");
  await deploy(aws.ecs, 42);
  const stopped = await nextStopped([]);
  expect([revisionOf(stopped), stopped.containers?.[0]?.exitCode]).toEqual(["42", 1]);
  expect(serviceState(sandbox).tasks.flatMap(({ log }) => log)).toContain(
    "ERR database schema version=8 is newer than this build knows: 7",
  );
});

test("no-capacity: new tasks wait in PROVISIONING, and the events say that there is no room", async () => {
  await sandbox.reset("no-capacity");
  await until(sandbox, ({ pending }) => pending === 3);
  await expect.poll(messages).toMatch(/was unable to place a task\. Reason: Capacity is unavailable at this time/);
  const waiting = (await tasksThat("RUNNING")).filter((task) => revisionOf(task) === "43");
  expect(waiting.map(({ lastStatus }) => lastStatus)).toEqual(["PROVISIONING", "PROVISIONING", "PROVISIONING"]);
});

test("image-gone: a revert cannot pull what the registry has deleted", async () => {
  await sandbox.reset("image-gone");
  await deploy(aws.ecs, 42);
  expect((await nextStopped([])).stoppedReason).toMatch(/^CannotPullContainerError/);
});

test("tag-moved: the revert resolves the tag anew and starts another build than ran before", async () => {
  await sandbox.reset("tag-moved");
  await deploy(aws.ecs, 42);
  const fresh = await until(sandbox, (now) =>
    now.tasks.some((task) => task.taskDefinition === `${NAME}:42` && task.lastStatus === "RUNNING"),
  );
  expect(fresh.taskDefinition).toBe(`${NAME}:42`);
  const { serviceDeployments } = await aws.ecs.send(new ListServiceDeploymentsCommand({ ...SERVICE, maxResults: 100 }));
  const serviceRevisionArns = (serviceDeployments ?? []).map(
    ({ targetServiceRevisionArn }) => targetServiceRevisionArn ?? "",
  );
  const { serviceRevisions } = await aws.ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }));
  const digests = (serviceRevisions ?? [])
    .filter(({ taskDefinition }) => taskDefinition?.endsWith(":42"))
    .map(({ containerImages }) => containerImages?.[0]?.imageDigest);
  expect(digests).toHaveLength(2);
  expect(digests[0]).not.toBe(digests[1]);
  const running = (await tasksThat("RUNNING")).find(
    (task) => revisionOf(task) === "42" && task.lastStatus === "RUNNING",
  );
  expect(running?.containers?.[0]?.imageDigest).toBe(digests[0]);
});

test("breaker-rolled-back: the newest attempt is a rollback, and the service runs what it returned to", async () => {
  await sandbox.reset("breaker-rolled-back");
  const service = await describe(aws.ecs);
  expect(service.taskDefinition).toMatch(/:42$/);
  expect(service.deployments).toHaveLength(1);
  const serviceDeploymentArns = [service.currentServiceDeployment ?? ""];
  const { serviceDeployments } = await aws.ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
  expect(serviceDeployments?.[0]).toMatchObject({
    status: "ROLLBACK_SUCCESSFUL",
    deploymentCircuitBreaker: { status: "TRIGGERED", failureCount: 3, threshold: 3 },
  });
  expect(await messages()).toMatch(/rolling back to deployment ecs-svc/);
});

test("breaker-no-target: FAILED, nothing launched, nobody serves", async () => {
  await sandbox.reset("breaker-no-target");
  const service = await describe(aws.ecs);
  expect(service.deployments?.[0]).toMatchObject({ rolloutState: "FAILED", failedTasks: 3 });
  expect(service).toMatchObject({ runningCount: 0, pendingCount: 0, desiredCount: 3 });
  expect((await ask(sandbox.loadBalancer)).status).toBe(503);
});

test("ci-deploys: a minute after the operator's change a pipeline's own deployment supersedes it", async () => {
  await sandbox.reset("ci-deploys");
  await deploy(aws.ecs, 42);
  const superseded = await until(sandbox, ({ taskDefinition }) => taskDefinition === `${NAME}:44`);
  expect(superseded.serviceDeployments.at(-2)).toMatchObject({
    target: `${NAME}:42`,
    status: expect.stringMatching(/^STOP/),
  });
});

test("api-trouble: a patient client gets through, and the sandbox reports what it met", async () => {
  await sandbox.reset("api-trouble");
  const patient = clients(sandbox, 6);
  for (let call = 0; call < 8; call++) await describe(patient.ecs);
  const told = sandbox.requests().map(({ fault }) => fault?.kind);
  expect(told.slice(3, 6)).toEqual(["throttle", "throttle", "throttle"]);
  await sandbox.reset("api-trouble");
  for (let call = 0; call < 8; call++) await describe(patient.ecs);
  expect(sandbox.requests().map(({ fault }) => fault?.kind)).toEqual(told);
});

test("a stale read tells what was true before the change, and the truth soon after", async () => {
  await sandbox.reset("healthy");
  const stale: Fault = { operation: "UpdateService", when: "after", kind: "stale", ms: 60_000 };
  sandbox.inject(stale);
  const { service } = await deploy(aws.ecs, 43);
  expect(service?.taskDefinition).toMatch(/:43$/);
  expect((await describe(aws.ecs)).taskDefinition).toMatch(/:42$/);
  await expect.poll(async () => (await describe(aws.ecs)).taskDefinition).toMatch(/:43$/);
});

test("empty: there is nothing, and each service says so in its own way", async () => {
  await sandbox.reset("empty");
  expect((await aws.ecs.send(new ListClustersCommand({}))).clusterArns).toEqual([]);
  expect((await refusal(describe(aws.ecs))).name).toBe("ClusterNotFoundException");
  expect((await aws.rds.send(new DescribeDBInstancesCommand({}))).DBInstances ?? []).toEqual([]);
  expect((await ask(sandbox.loadBalancer)).status).toBe(503);
});
