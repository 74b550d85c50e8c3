import {
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
} from "@aws-sdk/client-cloudwatch";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Alarm } from "../../src/sandbox/cloudwatch/alarm.ts";
import { watchAlarms } from "../../src/sandbox/cloudwatch/alarm-engine.ts";
import { MetricStore } from "../../src/sandbox/cloudwatch/store.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import type { World } from "../../src/sandbox/world.ts";
import { formCall } from "./http-call.ts";
import { type Clients, clients, refusal } from "./support.ts";

let sandbox: Sandbox;
let aws: Clients;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "empty" });
  aws = clients(sandbox);
});
afterAll(() => sandbox.stop());

const RULE = {
  name: "sick",
  metric: { namespace: "Rehearsal", name: "Depth", dimensions: [] },
  statistic: "Average",
  periodSeconds: 60,
  evaluationPeriods: 1,
  threshold: 10,
  comparison: "GreaterThanThreshold",
};

const alarm = (name: string, statistic: string): Alarm => ({
  rule: { ...RULE, name, statistic },
  arn: name,
  configuredAt: 0,
  actionsEnabled: true,
  state: "INSUFFICIENT_DATA",
  reason: "",
  updatedAt: 0,
  heldBack: undefined,
  tags: [],
  history: [],
});

test("one alarm that cannot be evaluated is told of; the others and the next minute go on", () => {
  const metrics = new MetricStore();
  metrics.add(RULE.metric, 60_000, 50);
  const [lines, later]: [string[], (() => void)[]] = [[], []];
  const alarms = [alarm("sick", "tm99"), alarm("well", "Average")];
  const world = {
    ended: false,
    clock: { now: () => 120_000, after: (_: number, run: () => void) => later.push(run) },
    log: (line: string) => lines.push(line),
    ecs: { clusters: new Map() },
    rds: { instances: new Map() },
    muteRules: new Map(),
    alarms,
    metrics,
  } as unknown as World;
  watchAlarms(world);
  expect(alarms.map(({ state }) => state)).toEqual(["INSUFFICIENT_DATA", "ALARM"]);
  expect(lines).toEqual([expect.stringMatching(/^sandbox: alarm sick: .*tm99/)]);
  expect(later).toHaveLength(1);
});

const GOOD: PutMetricAlarmCommandInput = {
  AlarmName: "queue-depth",
  Namespace: "Rehearsal",
  MetricName: "Depth",
  Statistic: "Maximum",
  Period: 60,
  EvaluationPeriods: 2,
  DatapointsToAlarm: 1,
  Threshold: 10,
  ComparisonOperator: "GreaterThanThreshold",
};

/** The query code is ValidationError; the SDK gives its shape's name. */
const INVALID = { name: "ValidationException", status: 400 };

test.each([
  { Statistic: "p99" },
  { Statistic: "average" },
  { Period: 45 },
  { Period: 90 },
  { Period: 0 },
  { EvaluationPeriods: 0 },
  { EvaluationPeriods: 1.5 },
  { DatapointsToAlarm: 3 },
  { Period: 86_400, EvaluationPeriods: 8 },
  { ComparisonOperator: "LessThanLowerThreshold" },
  { TreatMissingData: "zero" },
])("an alarm with %o is refused", async (part) => {
  const command = new PutMetricAlarmCommand({ ...GOOD, ...(part as Partial<PutMetricAlarmCommandInput>) });
  expect(await refusal(aws.cloudwatch.send(command))).toMatchObject(INVALID);
});

test.each([10, 20, 30, 60, 300])("a period of %d s is taken", async (Period) => {
  await aws.cloudwatch.send(new PutMetricAlarmCommand({ ...GOOD, Period }));
});

test("of extended statistics there are percentiles; others are named as what is missing", async () => {
  const { Statistic: _, ...rest } = GOOD;
  const put = (ExtendedStatistic: string) =>
    aws.cloudwatch.send(new PutMetricAlarmCommand({ ...rest, AlarmName: "slow", ExtendedStatistic }));
  await put("p99.9");
  const { MetricAlarms } = await aws.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ["slow"] }));
  expect(MetricAlarms?.[0]?.ExtendedStatistic).toBe("p99.9");
  expect(MetricAlarms?.[0]?.Statistic).toBeUndefined();
  expect(await refusal(put("tm95"))).toMatchObject({ status: 501, message: expect.stringContaining("tm95") });
});

test("a member that is missing is named, in both protocols", async () => {
  const { AlarmName: _, ...rest } = GOOD;
  const refused = await refusal(aws.cloudwatch.send(new PutMetricAlarmCommand(rest as PutMetricAlarmCommandInput)));
  expect(refused).toMatchObject({ status: 400, message: "The request must contain the parameter AlarmName." });
  const form = { Version: "2010-08-01", Action: "PutMetricAlarm", ComparisonOperator: "GreaterThanThreshold" };
  const { status, body } = await formCall(sandbox, form);
  expect(status).toBe(400);
  expect(body).toContain("<Code>MissingParameter</Code>");
  const bad = { ...form, Statistic: "p99", Threshold: "1", AlarmName: "a", Namespace: "b", MetricName: "c" };
  expect((await formCall(sandbox, bad)).body).toContain("<Code>ValidationError</Code>");
});
