import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeLoadBalancersCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { dimension } from "../../src/domain/aws/alarm-subject.ts";
import { openRig, type Rig, runningRevisions } from "../support/sandbox-harness.ts";
import { deploy } from "../support/stories/rollout.ts";
import { serviceState, until } from "./support.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("clients-reconnect", 60);
});
beforeEach(() => rig.sandbox.reset("clients-reconnect"));
afterAll(() => rig.close());

/** Of the last so many minutes, oldest first. */
async function minutesOf(MetricName: string, minutes: number): Promise<readonly number[]> {
  const { LoadBalancers = [] } = await new ElasticLoadBalancingV2Client({}).send(new DescribeLoadBalancersCommand({}));
  const Dimensions = [{ Name: "LoadBalancer", Value: dimension(LoadBalancers[0]?.LoadBalancerArn ?? "") }];
  const Metric = { Namespace: "AWS/ApplicationELB", MetricName, Dimensions };
  const now = rig.sandbox.now();
  const { MetricDataResults = [] } = await new CloudWatchClient({}).send(
    new GetMetricDataCommand({
      StartTime: new Date(now - minutes * 60_000),
      EndTime: new Date(now),
      ScanBy: "TimestampAscending",
      MetricDataQueries: [{ Id: "m", MetricStat: { Metric, Period: 60, Stat: "Sum" } }],
    }),
  );
  return MetricDataResults[0]?.Values ?? [];
}

async function query(sql: string): Promise<Record<string, unknown>> {
  const client = new pg.Client(rig.sandbox.databaseUrl);
  await client.connect();
  const { rows } = await client.query(sql).finally(() => client.end());
  return rows[0];
}

const newestRun = async () => ((await query("SELECT max(last_run) AS at FROM jobs")).at as Date).getTime();
const silent = async (since: number): Promise<unknown> => {
  const at = new Date(since).toISOString();
  return (await query(`SELECT count(*)::int AS count FROM agents WHERE last_seen < '${at}'`)).count;
};
const minutes = (count: number) => {
  const end = rig.sandbox.now() + count * 60_000;
  return until(rig.sandbox, () => rig.sandbox.now() >= end);
};
const everyTask = (revision: number) => Array.from({ length: 3 }, () => `vulcan-prod:${revision}`);

/** Deploys :43, and waits until the last task of :42 is gone. */
async function replaceTasks(): Promise<void> {
  await deploy(43);
  await until(
    rig.sandbox,
    ({ tasks }) =>
      tasks.filter(({ lastStatus }) => lastStatus === "RUNNING").length === 3 &&
      tasks.every(({ lastStatus, taskDefinition }) => lastStatus === "STOPPED" || taskDefinition.endsWith(":43")),
  );
  expect(runningRevisions(rig.sandbox)).toEqual(everyTask(43));
}

describe("clients that hold connections", () => {
  it("are counted with both sides, before the world began as well", async () => {
    expect(new Set(await minutesOf("ActiveConnectionCount", 30))).toEqual(new Set([80]));
    expect(await minutesOf("NewConnectionCount", 30)).toEqual([]);
  });

  it("live on old tasks through the drain, come back by themselves, and scans go on", async () => {
    await replaceTasks();
    const gone = rig.sandbox.now();
    await minutes(8);
    const counts = await minutesOf("ActiveConnectionCount", 30);
    expect([counts.at(-1), counts.every((count) => count <= 80)]).toEqual([80, true]);
    const opened = (await minutesOf("NewConnectionCount", 30)).reduce((sum, one) => sum + one, 0);
    expect(opened).toBe(80);
    expect(await silent(gone)).toBe(0);
    expect(await newestRun()).toBeGreaterThan(gone);
  });

  it("may be lost with their task", async () => {
    await rig.sandbox.reset("lost-agents");
    await replaceTasks();
    const gone = rig.sandbox.now();
    await minutes(5);
    expect([await silent(gone), (await minutesOf("ActiveConnectionCount", 30)).at(-1)]).toEqual([4, 72]);
  });
});

describe("the balancer", () => {
  it("carries WebSockets: the task says who it is, and what is sent comes back", async () => {
    const socket = new WebSocket(`${rig.sandbox.loadBalancer.replace("http", "ws")}/ws`);
    const heard: string[] = [];
    socket.on("message", (data) => heard.push(String(data)));
    socket.on("open", () => socket.send("hello"));
    await expect.poll(() => heard.length).toBe(2);
    const ids = serviceState(rig.sandbox).tasks.map(({ id }) => id);
    expect(ids).toContain(JSON.parse(heard[0] ?? "").task);
    expect(heard[1]).toBe("hello");
    await minutes(3);
    expect((await minutesOf("ActiveConnectionCount", 5)).at(-1)).toBe(82);
    socket.close();
    await minutes(3);
    expect((await minutesOf("ActiveConnectionCount", 5)).at(-1)).toBe(80);
  });
});
