import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { query, untilTime } from "../sandbox/databases.ts";
import { ask, startLoad } from "../sandbox/load.ts";
import { isCompleted, NAME, serviceState, until } from "../sandbox/support.ts";
import { type Ended, shell } from "../support/process.ts";

/** The commands of Vulcan's documentation ("Upgrades & Migrations"), as they stand there. */
const DOCUMENTED = {
  revert: `aws ecs update-service \\
--cluster vulcan-prod \\
--service vulcan-prod \\
--task-definition vulcan-prod:PREVIOUS_REVISION \\
--force-new-deployment`,
  shell: `aws ecs execute-command --cluster vulcan-prod --task TASK_ID --command "/bin/sh"`,
  restore: `aws rds restore-db-instance-to-point-in-time \\
--source-db-instance-identifier vulcan-prod \\
--target-db-instance-identifier vulcan-prod-restored \\
--restore-time 2026-04-10T12:00:00Z`,
} as const;

const COPY = "vulcan-prod-restored";
const SECOND = 1000;
const MINUTE = 60 * SECOND;

let sandbox: Sandbox;
/** A folder of programs that come before others on PATH. */
let programs: string;

beforeAll(async () => {
  // A restored instance's first backup takes it out of `available` again: here, after the story.
  const timings = { dbFirstBackup: 24 * 60 * MINUTE };
  sandbox = await startSandbox({ scenario: "bad-but-healthy", speed: 300, timings });
  programs = mkdtempSync(join(tmpdir(), "vulcan-ops-programs-"));
  // The CLI wants the plugin before it makes any call. This one succeeds and repeats what it was given.
  const plugin = join(programs, "session-manager-plugin");
  writeFileSync(plugin, '#!/bin/sh\nprintf "%s\\n" "$@"\n');
  chmodSync(plugin, 0o755);
  const version = await shell("aws --version");
  expect(version.code, `these stories need the aws command: ${version.stderr}`).toBe(0);
});
afterAll(async () => {
  await sandbox.stop();
  rmSync(programs, { recursive: true, force: true });
});

/** Runs an `aws …` line as an operator would, against the sandbox. Nobody's profile or pager takes part. */
const run = (line: string): Promise<Ended> =>
  shell(line.replace(/^aws /, `aws --endpoint-url ${sandbox.endpoint} `), {
    ...sandbox.env,
    PATH: `${programs}:${process.env.PATH}`,
    AWS_PROFILE: undefined,
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_DEFAULT_OUTPUT: "json",
    AWS_PAGER: "",
  });

/** The answer of a command that succeeds. */
async function answer(line: string) {
  const { code, stdout, stderr } = await run(line);
  expect(code, stderr).toBe(0);
  return stdout.trim() === "" ? undefined : JSON.parse(stdout);
}

/** What a command says that fails. */
async function complaint(line: string): Promise<string> {
  const { code, stdout, stderr } = await run(line);
  expect(code, stdout).not.toBe(0);
  return stderr.trim();
}

const refused = (code: string, operation: string, message: string): RegExp =>
  new RegExp(`An error occurred \\(${code}\\) when calling the ${operation} operation: ${message}`);

const changes = (): string[] =>
  sandbox
    .requests()
    .filter(({ effective }) => effective)
    .map(({ operation }) => operation);

const servedBy = async (): Promise<string[]> => {
  const answers = await Promise.all(Array.from({ length: 9 }, () => ask(sandbox.loadBalancer)));
  return [...new Set(answers.map(({ status, body }) => `${status} ${JSON.parse(body).revision}`))].sort();
};

const describeServices = "aws ecs describe-services --cluster vulcan-prod --services vulcan-prod";

describe("option 1: the documented revert", () => {
  beforeEach(() => sandbox.reset("bad-but-healthy"));

  it("brings the previous revision back, is stable in time, and ends the errors that customers saw", async () => {
    expect(await servedBy()).toEqual(["200 vulcan-prod:43", "500 undefined"]);
    const load = startLoad(sandbox.loadBalancer, 50);
    const { service } = await answer(DOCUMENTED.revert.replace("PREVIOUS_REVISION", "42"));
    expect(service.deployments[0]).toMatchObject({
      status: "PRIMARY",
      rolloutState: "IN_PROGRESS",
      taskDefinition: expect.stringMatching(/:42$/),
    });
    await answer("aws ecs wait services-stable --cluster vulcan-prod --services vulcan-prod");
    const { services, failures } = await answer(describeServices);
    expect(failures).toEqual([]);
    expect(services[0]).toMatchObject({ status: "ACTIVE", desiredCount: 3, runningCount: 3, pendingCount: 0 });
    expect(services[0].deployments.map((one: { taskDefinition: string }) => one.taskDefinition)).toEqual([
      "arn:aws:ecs:eu-west-1:111122223333:task-definition/vulcan-prod:42",
    ]);
    await until(sandbox, isCompleted);
    expect(await servedBy()).toEqual(["200 vulcan-prod:42"]);
    // The bad release's own errors, and none that came of the change.
    expect((await load.stop()).failures.filter((failure) => !failure.startsWith("500 "))).toEqual([]);
    expect(changes()).toEqual(["UpdateService"]);
  });

  it("changes nothing when the placeholder is left as it is, or names a revision that is INACTIVE", {
    tags: ["variant"],
  }, async () => {
    expect(await complaint(DOCUMENTED.revert)).toMatch(
      refused("InvalidParameterException", "UpdateService", "Invalid revision number. Number: PREVIOUS_REVISION"),
    );
    expect(await complaint(DOCUMENTED.revert.replace("PREVIOUS_REVISION", "39"))).toMatch(
      refused("ClientException", "UpdateService", "TaskDefinition is inactive"),
    );
    expect(changes()).toEqual([]);
    expect(serviceState(sandbox).taskDefinition).toBe("vulcan-prod:43");
  });

  it("is told of by list-service-deployments, where the CLI knows that command", async () => {
    const list = "aws ecs list-service-deployments --cluster vulcan-prod --service vulcan-prod";
    const { code, stdout, stderr } = await run(list);
    // Debian's 2.9 does not: that is all that may be wrong.
    if (code !== 0) return expect(stderr).toMatch(/invalid choice.*list-service-deployments/is);
    const { serviceDeployments } = JSON.parse(stdout);
    expect(serviceDeployments[0]).toMatchObject({
      status: "SUCCESSFUL",
      serviceArn: "arn:aws:ecs:eu-west-1:111122223333:service/vulcan-prod/vulcan-prod",
    });
    expect(serviceDeployments.length).toBeGreaterThan(1);
  });
});

describe("option 2: the documented shell", () => {
  beforeEach(() => sandbox.reset("bad-but-healthy"));

  const inTask = (flag = ""): string => {
    const task = serviceState(sandbox).tasks.find(({ lastStatus }) => lastStatus === "RUNNING");
    return `${DOCUMENTED.shell.replace("TASK_ID", task?.id ?? "")}${flag}`;
  };

  it("is not opened by the command as it stands: the CLI itself demands that --interactive be said", async () => {
    expect(await complaint(inTask())).toMatch(/Missing required parameter in input: "interactive"/);
    expect(sandbox.requests()).toEqual([]);
  });

  it("is refused by AWS without a terminal, and opened with one", { tags: ["variant"] }, async () => {
    expect(await complaint(inTask(" --non-interactive"))).toMatch(
      refused("InvalidParameterException", "ExecuteCommand", "Interactive is the only mode supported currently."),
    );
    expect(sandbox.state().sessions).toEqual([]);
    const { code, stdout } = await run(inTask(" --interactive"));
    const [session] = sandbox.state().sessions;
    expect(session).toMatchObject({ command: "/bin/sh" });
    expect(code).toBe(0);
    const [given = "", region, verb, , target = ""] = stdout.trim().split("\n");
    expect(JSON.parse(given)).toMatchObject({ sessionId: session?.id, streamUrl: expect.stringMatching(/^ws:/) });
    expect([region, verb]).toEqual(["eu-west-1", "StartSession"]);
    expect(JSON.parse(target).Target).toMatch(new RegExp(`^ecs:vulcan-prod_${session?.task}_${session?.task}-\\d+$`));
  });
});

describe("option 3: the documented restore", () => {
  beforeEach(() => sandbox.reset("bad-but-healthy"));

  const database = "aws rds describe-db-instances --db-instance-identifier";
  const onSource = (sql: string) => query(sandbox, Number(new URL(sandbox.databaseUrl).port), sql);

  it("is refused for the documented time: backups are kept for days, not for months", {
    tags: ["variant"],
  }, async () => {
    expect(await complaint(DOCUMENTED.restore)).toMatch(
      refused("InvalidParameterValue", "RestoreDBInstanceToPointInTime", ".*cannot be restored to a time earlier than"),
    );
    expect(await complaint(`${database} ${COPY}`)).toMatch(
      refused("DBInstanceNotFound", "DescribeDBInstances", `DBInstance ${COPY} not found.`),
    );
    expect(changes()).toEqual([]);
  });

  it("makes a second server of that time, while the first one serves on", {
    tags: ["variant"],
    timeout: 90_000,
  }, async () => {
    await onSource("CREATE TABLE seen (n INT)");
    await onSource("INSERT INTO seen VALUES (1)");
    const between = Math.ceil(sandbox.now() / SECOND) * SECOND;
    await untilTime(sandbox, between + 2 * SECOND);
    await onSource("INSERT INTO seen VALUES (2)");
    await untilTime(sandbox, between + 6 * MINUTE);

    const time = new Date(between).toISOString().replace(".000Z", "Z");
    const restore = DOCUMENTED.restore.replace("2026-04-10T12:00:00Z", time);
    const { DBInstance } = await answer(restore);
    expect(DBInstance).toMatchObject({ DBInstanceIdentifier: COPY, DBInstanceStatus: "creating" });
    expect(await complaint(restore)).toMatch(
      refused("DBInstanceAlreadyExists", "RestoreDBInstanceToPointInTime", "DB instance already exists"),
    );
    await onSource("INSERT INTO seen VALUES (3)");
    // The wait looks every 30 s of real time: it begins when there is something to see.
    const status = async () => (await answer(`${database} ${COPY}`)).DBInstances[0].DBInstanceStatus;
    await expect.poll(status).not.toBe("creating");
    await answer(`aws rds wait db-instance-available --db-instance-identifier ${COPY}`);

    const [restored] = (await answer(`${database} ${COPY}`)).DBInstances;
    expect(restored).toMatchObject({ Engine: "postgres", DeletionProtection: false });
    expect(await query(sandbox, restored.Endpoint.Port, "SELECT n FROM seen ORDER BY n")).toEqual([{ n: 1 }]);
    const [source] = (await answer(`${database} ${NAME}`)).DBInstances;
    expect(source.DBInstanceStatus).toBe("available");
    expect(source.Endpoint.Port).not.toBe(restored.Endpoint.Port);
    expect(await onSource("SELECT n FROM seen ORDER BY n")).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(changes()).toEqual(["RestoreDBInstanceToPointInTime"]);
  });
});

describe("what the documentation says to watch", () => {
  beforeAll(() => sandbox.reset("autoscaler-fights"));

  it("is behind the load balancer: three healthy targets", { tags: ["variant"] }, async () => {
    const { TargetGroups } = await answer("aws elbv2 describe-target-groups --names vulcan-prod");
    const arn = TargetGroups[0].TargetGroupArn;
    const { TargetHealthDescriptions } = await answer(`aws elbv2 describe-target-health --target-group-arn ${arn}`);
    const states = TargetHealthDescriptions.map((one: { TargetHealth: { State: string } }) => one.TargetHealth.State);
    expect(states.filter((state: string) => state === "healthy").length).toBeGreaterThanOrEqual(3);
    expect(await complaint(`aws elbv2 describe-target-health --target-group-arn ${arn}0`)).toMatch(
      refused("TargetGroupNotFound", "DescribeTargetHealth", "One or more target groups not found"),
    );
  });

  it("is scaled between bounds that nobody has suspended", { tags: ["variant"] }, async () => {
    const { ScalableTargets } = await answer(
      "aws application-autoscaling describe-scalable-targets --service-namespace ecs",
    );
    expect(ScalableTargets).toMatchObject([
      {
        ResourceId: "service/vulcan-prod/vulcan-prod",
        ScalableDimension: "ecs:service:DesiredCount",
        MinCapacity: 2,
        MaxCapacity: 6,
        SuspendedState: { DynamicScalingInSuspended: false, DynamicScalingOutSuspended: false },
      },
    ]);
  });

  it("is measured: CPU, memory, healthy hosts and the database's connections, minute by minute", {
    tags: ["variant"],
  }, async () => {
    const { Metrics } = await answer("aws cloudwatch list-metrics --metric-name HealthyHostCount");
    const service = [
      { Name: "ClusterName", Value: NAME },
      { Name: "ServiceName", Value: NAME },
    ];
    const metrics = {
      cpu: { Namespace: "AWS/ECS", MetricName: "CPUUtilization", Dimensions: service },
      memory: { Namespace: "AWS/ECS", MetricName: "MemoryUtilization", Dimensions: service },
      hosts: Metrics[0],
      connections: {
        Namespace: "AWS/RDS",
        MetricName: "DatabaseConnections",
        Dimensions: [{ Name: "DBInstanceIdentifier", Value: NAME }],
      },
    };
    const queries = Object.entries(metrics).map(([Id, Metric]) => ({
      Id,
      MetricStat: { Metric, Period: 60, Stat: Id === "hosts" ? "Minimum" : "Average" },
    }));
    const iso = (at: number): string => new Date(at).toISOString();
    const { MetricDataResults } = await answer(
      `aws cloudwatch get-metric-data --metric-data-queries '${JSON.stringify(queries)}' ` +
        `--start-time ${iso(sandbox.now() - 30 * MINUTE)} --end-time ${iso(sandbox.now())}`,
    );
    const values = new Map<string, number[]>(
      MetricDataResults.map((one: { Id: string; Values: number[] }) => [one.Id, one.Values]),
    );
    expect([...values.keys()]).toEqual(Object.keys(metrics));
    for (const [id, series] of values) expect(series.length, id).toBeGreaterThan(10);
    expect(Math.min(...(values.get("hosts") ?? []))).toBeGreaterThanOrEqual(2);
    expect(Math.max(...(values.get("cpu") ?? []))).toBeLessThanOrEqual(100);
    expect(Math.min(...(values.get("connections") ?? []))).toBeGreaterThan(0);
  });
});
