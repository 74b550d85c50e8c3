import { GetMetricDataCommand, GetMetricStatisticsCommand, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeListenersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ModifyListenerCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { formCall, jsonCall } from "./http-call.ts";
import { ask } from "./load.ts";
import { type Clients, clients, NAME, refusal, serviceState } from "./support.ts";

/** What operators make around a service, and what it does. */
let sandbox: Sandbox;
let aws: Clients;

const MINUTE = 60_000;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 300 });
  aws = clients(sandbox);
});
afterAll(() => sandbox.stop());

const SUBNETS = ["subnet-0a10000000000000a", "subnet-0b10000000000000b"];
const VPC = "vpc-0a1b2c3d4e5f60718";

const groupArn = async (name = NAME) => {
  const { TargetGroups } = await aws.elb.send(new DescribeTargetGroupsCommand({ Names: [name] }));
  return TargetGroups?.[0]?.TargetGroupArn ?? "";
};
const targets = async (TargetGroupArn: string) =>
  (await aws.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }))).TargetHealthDescriptions ?? [];

test("a target that is taken out by hand drains, and the balancer sends it nothing", async () => {
  await sandbox.reset("healthy");
  const TargetGroupArn = await groupArn();
  const [first, second] = await targets(TargetGroupArn);
  const out = { TargetGroupArn, Targets: [{ Id: first?.Target?.Id, Port: 8080 }] };
  await aws.elb.send(new DeregisterTargetsCommand(out));
  const states = (await targets(TargetGroupArn)).map(({ TargetHealth }) => TargetHealth?.State).sort();
  expect(states).toEqual(["draining", "healthy", "healthy"]);
  const taskIds = await Promise.all(
    Array.from({ length: 6 }, async () => JSON.parse((await ask(sandbox.loadBalancer)).body).task),
  );
  expect(new Set(taskIds).size).toBe(2);
  await expect.poll(async () => (await targets(TargetGroupArn)).length).toBe(2);
  expect((await targets(TargetGroupArn))[0]?.Target?.Id).toBe(second?.Target?.Id);
});

test("the proxy follows the listener: to an empty group it has nobody to send to", async () => {
  await sandbox.reset("healthy");
  const { Listeners } = await aws.elb.send(new DescribeListenersCommand({ LoadBalancerArn: await balancerArn() }));
  const ListenerArn = Listeners?.[0]?.ListenerArn;
  const other = { Name: "other", Protocol: "HTTP", Port: 8080, VpcId: VPC, TargetType: "ip" } as const;
  const { TargetGroups } = await aws.elb.send(new CreateTargetGroupCommand(other));
  const forward = (TargetGroupArn = "") => [{ Type: "forward", TargetGroupArn } as const];
  const own = await groupArn();
  expect((await ask(sandbox.loadBalancer)).status).toBe(200);
  await aws.elb.send(
    new ModifyListenerCommand({ ListenerArn, DefaultActions: forward(TargetGroups?.[0]?.TargetGroupArn) }),
  );
  expect((await ask(sandbox.loadBalancer)).status).toBe(503);
  await aws.elb.send(new ModifyListenerCommand({ ListenerArn, DefaultActions: forward(own) }));
  expect((await ask(sandbox.loadBalancer)).status).toBe(200);
});

const balancerArn = async () => {
  const { TargetGroups } = await aws.elb.send(new DescribeTargetGroupsCommand({ Names: [NAME] }));
  return TargetGroups?.[0]?.LoadBalancerArns?.[0];
};

test.each([
  ["HTTPS", { Protocol: "HTTPS", Port: 443 }, /HTTPS/],
  ["a redirect", { DefaultActions: [{ Type: "redirect" }] }, /redirect/],
] as const)("a listener for %s is not simulated, and says so", async (_, change, message) => {
  const forward = [{ Type: "forward", TargetGroupArn: await groupArn() }];
  const LoadBalancerArn = await balancerArn();
  const input = { LoadBalancerArn, Protocol: "HTTP", Port: 81, DefaultActions: forward, ...change };
  const refused = await refusal(aws.elb.send(new CreateListenerCommand(input as never)));
  expect(refused).toMatchObject({ name: "NotImplemented", status: 501, message: expect.stringMatching(message) });
});

test("members that a client sends empty are as those that it leaves out", async () => {
  const wanted = { Name: "empty-members", Protocol: "HTTP", Port: "80", VpcId: VPC, TargetType: "ip" };
  const form = {
    Version: "2015-12-01",
    Action: "CreateTargetGroup",
    ...wanted,
    ProtocolVersion: "",
    HealthCheckPath: "",
  };
  const { status, body } = await formCall(sandbox, form);
  expect([status, body]).toEqual([200, expect.stringContaining("<HealthCheckPath>/</HealthCheckPath>")]);
});

test("a network load balancer is not simulated, and says so", async () => {
  const wanted = { Name: "nlb", Type: "network", Subnets: SUBNETS } as const;
  expect(await refusal(aws.elb.send(new CreateLoadBalancerCommand(wanted)))).toMatchObject({ status: 501 });
});

const SCALED = {
  ServiceNamespace: "ecs",
  ResourceId: `service/${NAME}/${NAME}`,
  ScalableDimension: "ecs:service:DesiredCount",
};
const scaling = (operation: string, input: object) => jsonCall(sandbox, `AnyScaleFrontendService.${operation}`, input);
const desired = () => serviceState(sandbox).desired;

test("a scheduled action sets the bounds at its time, unless that is suspended", async () => {
  await sandbox.reset("healthy");
  await scaling("RegisterScalableTarget", { ...SCALED, MinCapacity: 1, MaxCapacity: 6 });
  const at = new Date(sandbox.now() + 5 * MINUTE).toISOString().slice(0, 19);
  const action = {
    ...SCALED,
    ScheduledActionName: "up",
    Schedule: `at(${at})`,
    ScalableTargetAction: { MinCapacity: 5 },
  };
  expect((await scaling("PutScheduledAction", action)).status).toBe(200);
  expect(desired()).toBe(3);
  await expect.poll(desired).toBe(5);
  const { value } = await scaling("DescribeScalableTargets", { ServiceNamespace: "ecs" });
  expect(value.ScalableTargets[0]).toMatchObject({ MinCapacity: 5, MaxCapacity: 6 });
  const suspended = { ...SCALED, MinCapacity: 1, SuspendedState: { ScheduledScalingSuspended: true } };
  await scaling("RegisterScalableTarget", suspended);
  const often = {
    ...action,
    ScheduledActionName: "often",
    Schedule: "rate(1 minute)",
    ScalableTargetAction: { MinCapacity: 6 },
  };
  await scaling("PutScheduledAction", often);
  const later = sandbox.now() + 5 * MINUTE;
  await expect.poll(() => sandbox.now() > later).toBe(true);
  expect(desired()).toBe(5);
});

test("percentiles are of the measurements themselves, and sets of statistics have none", async () => {
  const at = new Date(Math.floor(sandbox.now() / MINUTE) * MINUTE - 5 * MINUTE);
  const datum = { MetricName: "Wait", Timestamp: at, Values: [1, 2, 3, 4], Counts: [97, 1, 1, 1] };
  const set = { SampleCount: 2, Sum: 3, Minimum: 1, Maximum: 2 };
  const bare = { MetricName: "Bare", Timestamp: at, StatisticValues: set };
  await aws.cloudwatch.send(new PutMetricDataCommand({ Namespace: "Web", MetricData: [datum, bare] }));
  const window = { StartTime: at, EndTime: new Date(at.getTime() + MINUTE) };
  const ask = (MetricName: string) =>
    aws.cloudwatch.send(
      new GetMetricStatisticsCommand({
        ...window,
        Namespace: "Web",
        MetricName,
        Period: 60,
        ExtendedStatistics: ["p50", "p97", "p99", "p100"],
      }),
    );
  expect((await ask("Wait")).Datapoints?.[0]?.ExtendedStatistics).toEqual({ p50: 1, p97: 1, p99: 3, p100: 4 });
  expect((await ask("Bare")).Datapoints?.[0]?.ExtendedStatistics ?? {}).toEqual({});
});

test("metric math: only what both series have, filled gaps, hidden series, and no result that is one number", async () => {
  const minute = (index: number): Date => new Date(Math.floor(sandbox.now() / MINUTE - 10 + index) * MINUTE);
  const put = (MetricName: string, values: readonly (number | undefined)[]) =>
    aws.cloudwatch.send(
      new PutMetricDataCommand({
        Namespace: "Math",
        MetricData: values.flatMap((Value, index) =>
          Value === undefined ? [] : [{ MetricName, Value, Timestamp: minute(index) }],
        ),
      }),
    );
  const StartTime = minute(0);
  await put("Errors", [1, undefined, 3]);
  await put("Requests", [10, 20, 30]);
  const series = (Id: string, MetricName: string) => ({
    Id,
    MetricStat: { Metric: { Namespace: "Math", MetricName }, Period: 60, Stat: "Sum" },
    ReturnData: false,
  });
  const evaluate = async (Expression: string) => {
    const queries = [series("e", "Errors"), series("r", "Requests"), { Id: "x", Expression }];
    const EndTime = new Date(StartTime.getTime() + 3 * MINUTE);
    const { MetricDataResults } = await aws.cloudwatch.send(
      new GetMetricDataCommand({ StartTime, EndTime, ScanBy: "TimestampAscending", MetricDataQueries: queries }),
    );
    return MetricDataResults?.map(({ Values }) => Values);
  };
  expect(await evaluate("100 * e / r")).toEqual([[10, 10]]);
  expect(await evaluate("FILL(e, 0) / r")).toEqual([[0.1, 0, 0.1]]);
  expect(await evaluate("FILL(e, REPEAT)")).toEqual([[1, 1, 3]]);
  expect(await evaluate("SUM([e, r])")).toEqual([[11, 20, 33]]);
  expect(await evaluate("r - MIN(r)")).toEqual([[0, 10, 20]]);
  expect(await evaluate("IF(r > 15 AND r < 25, r)")).toEqual([[20]]);
  expect(await evaluate("RATE(r) * PERIOD(r)")).toEqual([[10, 10]]);
  expect(await evaluate("-r + 2 ^ 3 * 10")).toEqual([[70, 60, 50]]);
  expect(await evaluate("METRICS() * 2")).toEqual([
    [2, 6],
    [20, 40, 60],
  ]);
  expect(await refusal(evaluate("SUM(r)"))).toMatchObject({ name: "ValidationException" });
  expect(await refusal(evaluate("r +"))).toMatchObject({ name: "ValidationException" });
  expect(await refusal(evaluate("nothing * 2"))).toMatchObject({ name: "ValidationException" });
  expect(await refusal(evaluate("x * 2"))).toMatchObject({ name: "ValidationException" });
  expect(await refusal(evaluate("ANOMALY_DETECTION_BAND(r)"))).toMatchObject({ status: 501 });
});
