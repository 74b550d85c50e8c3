import { DescribeAlarmsCommand, DisableAlarmActionsCommand } from "@aws-sdk/client-cloudwatch";
import { UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { jsonCall } from "./http-call.ts";
import { type Clients, clients, NAME, SERVICE, serviceState, until } from "./support.ts";

let sandbox: Sandbox;
let aws: Clients;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "autoscaler-fights", speed: 600 });
  aws = clients(sandbox);
});
afterAll(() => sandbox.stop());
beforeEach(() => sandbox.reset("autoscaler-fights"));

const TARGET = {
  ServiceNamespace: "ecs",
  ResourceId: `service/${NAME}/${NAME}`,
  ScalableDimension: "ecs:service:DesiredCount",
} as const;

const scaling = (operation: string, input: object = TARGET) =>
  jsonCall(sandbox, `AnyScaleFrontendService.${operation}`, input);

const describeTarget = async () =>
  (await scaling("DescribeScalableTargets", { ServiceNamespace: "ecs", ResourceIds: [TARGET.ResourceId] })).value
    .ScalableTargets[0];

const scaleTo = (desiredCount: number) => aws.ecs.send(new UpdateServiceCommand({ ...SERVICE, desiredCount }));

const SUSPENDED = {
  DynamicScalingInSuspended: true,
  DynamicScalingOutSuspended: true,
  ScheduledScalingSuspended: true,
};

test("nothing suspended: an alarm lifts the service again, and the activity says why", async () => {
  await scaleTo(1);
  await until(sandbox, ({ desired }) => desired >= 3);
  const { value } = await scaling("DescribeScalingActivities");
  expect(value.ScalingActivities[0]).toMatchObject({
    StatusCode: "Successful",
    Cause: expect.stringMatching(/^monitor alarm TargetTracking-.*-AlarmHigh-.* triggered policy vulcan-prod-cpu$/),
  });
});

test("suspension alone clamps the capacity back to the minimum", async () => {
  await scaleTo(1);
  await scaling("RegisterScalableTarget", { ...TARGET, SuspendedState: SUSPENDED });
  expect(serviceState(sandbox).desired).toBe(2);
  expect(await describeTarget()).toMatchObject({ MinCapacity: 2, MaxCapacity: 6, SuspendedState: SUSPENDED });
});

test("suspended with a minimum of 1 first, the service stays where the operator put it", async () => {
  await scaling("RegisterScalableTarget", { ...TARGET, MinCapacity: 1, SuspendedState: SUSPENDED });
  await scaleTo(1);
  const high = async () => {
    const input = { AlarmNamePrefix: "TargetTracking-", StateValue: "ALARM" } as const;
    return (await aws.cloudwatch.send(new DescribeAlarmsCommand(input))).MetricAlarms?.length;
  };
  await expect.poll(high).toBe(1);
  expect(serviceState(sandbox).desired).toBe(1);
});

test("an alarm whose actions are disabled does not scale", async () => {
  const { value } = await scaling("DescribeScalingPolicies", { ServiceNamespace: "ecs" });
  const [policy] = value.ScalingPolicies;
  expect(policy).toMatchObject({ PolicyType: "TargetTrackingScaling", PolicyName: "vulcan-prod-cpu" });
  const AlarmNames: string[] = policy.Alarms.map(({ AlarmName }: { AlarmName: string }) => AlarmName);
  await aws.cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames }));
  await scaleTo(1);
  const inAlarm = async () => {
    const { MetricAlarms } = await aws.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames, StateValue: "ALARM" }));
    return MetricAlarms?.length;
  };
  await expect.poll(inAlarm).toBe(1);
  expect(serviceState(sandbox).desired).toBe(1);
});

test.each([
  ["RegisterScalableTarget", { ...TARGET, MinCapacity: 7 }, "ValidationException"],
  ["RegisterScalableTarget", { ...TARGET, ResourceId: "service/a/b" }, "ValidationException"],
  ["DeregisterScalableTarget", { ...TARGET, ResourceId: "service/a/b" }, "ObjectNotFoundException"],
])("%s with %j is refused with %s", async (operation, input, code) => {
  expect(await scaling(operation, input)).toMatchObject({ status: 400, value: { __type: code } });
});

test("a target that is deregistered takes its policies and their alarms with it", async () => {
  const alarms = async () => {
    const command = new DescribeAlarmsCommand({ AlarmNamePrefix: "TargetTracking-" });
    return (await aws.cloudwatch.send(command)).MetricAlarms?.length;
  };
  expect(await alarms()).toBe(2);
  expect((await scaling("DeregisterScalableTarget")).status).toBe(200);
  expect(await alarms()).toBe(0);
  const { value } = await scaling("DescribeScalingPolicies", { ServiceNamespace: "ecs" });
  expect(value.ScalingPolicies).toEqual([]);
});

test.each([
  ["DeregisterScalableTarget", { ServiceNamespace: "ecs" }, "ValidationException"],
  ["RegisterScalableTarget", { ...TARGET, ResourceId: undefined }, "ValidationException"],
  ["DescribeScalableTargets", {}, "ValidationException"],
  ["DescribeScalingPolicies", {}, "ValidationException"],
  ["DescribeScalingActivities", {}, "ValidationException"],
  ["DescribeScalableTargets", { ServiceNamespace: "ecs", NextToken: "made-up" }, "InvalidNextTokenException"],
])("%s with %o is refused with %s", async (operation, input, code) => {
  const { status, value } = await scaling(operation, input);
  expect([status, value.__type]).toEqual([400, code]);
});
