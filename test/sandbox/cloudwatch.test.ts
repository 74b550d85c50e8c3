import {
  DeleteAlarmMuteRuleCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  GetAlarmMuteRuleCommand,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  GetMetricStatisticsCommand,
  ListAlarmMuteRulesCommand,
  PutAlarmMuteRuleCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { type Clients, clients, NAME, refusal } from "./support.ts";

let sandbox: Sandbox;
let aws: Clients;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 600 });
  aws = clients(sandbox);
});
afterAll(() => sandbox.stop());
beforeEach(() => sandbox.reset("healthy"));

const MINUTE = 60_000;
const minute = (back: number): Date => new Date((Math.floor(sandbox.now() / MINUTE) - back) * MINUTE);

const CONNECTIONS = {
  Namespace: "AWS/RDS",
  MetricName: "DatabaseConnections",
  Dimensions: [{ Name: "DBInstanceIdentifier", Value: NAME }],
};

const CPU = {
  Namespace: "AWS/ECS",
  MetricName: "CPUUtilization",
  Dimensions: [
    { Name: "ClusterName", Value: NAME },
    { Name: "ServiceName", Value: NAME },
  ],
};

const query = (Id: string, Metric: object, Stat = "Average") => ({ Id, MetricStat: { Metric, Period: 60, Stat } });

const metricData = (input: Partial<GetMetricDataCommandInput>) =>
  aws.cloudwatch.send(
    new GetMetricDataCommand({
      MetricDataQueries: [query("cpu", CPU), query("sessions", CONNECTIONS)],
      StartTime: minute(60),
      EndTime: minute(0),
      ...input,
    }),
  );

test("an hour of one-minute periods: newest first, on the minute, the last one not yet there", async () => {
  const end = minute(0);
  const { MetricDataResults } = await metricData({});
  for (const { Timestamps, Values, StatusCode } of MetricDataResults ?? []) {
    expect(StatusCode).toBe("Complete");
    expect(Values?.length).toBe(Timestamps?.length);
    expect(Timestamps?.length).toBeGreaterThanOrEqual(58);
    expect(Timestamps?.[0]?.getTime()).toBeLessThan(end.getTime());
    const times = Timestamps?.map((at) => at.getTime()) ?? [];
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(times.every((at) => at % MINUTE === 0)).toBe(true);
  }
});

test("what AWS measures appears a while after its minute has ended", async () => {
  sandbox.inject({ operation: "GetMetricData", when: "before", kind: "late", ms: 10 * MINUTE });
  const late = await metricData({});
  const usual = await metricData({});
  const newest = (answer: typeof late) => answer.MetricDataResults?.[0]?.Timestamps?.[0]?.getTime() ?? 0;
  expect(newest(usual) - newest(late)).toBeGreaterThanOrEqual(9 * MINUTE);
  expect(sandbox.requests()[0]).toMatchObject({ status: 200, fault: { kind: "late" } });
});

test("missing minutes are left out, never zero", async () => {
  sandbox.inject({ operation: "GetMetricData", when: "before", kind: "missing" });
  const [cpu] = (await metricData({})).MetricDataResults ?? [];
  expect(cpu?.Timestamps?.length).toBeLessThan(45);
  expect(cpu?.Values).not.toContain(0);
});

test("partial answers and pages go on by the token until every series is complete", async () => {
  sandbox.inject({ operation: "GetMetricData", when: "before", kind: "partial" });
  const window = { StartTime: minute(60), EndTime: minute(10) };
  const seen = new Map<string, { count: number; statuses: (string | undefined)[] }>();
  let NextToken: string | undefined;
  do {
    const answer = await metricData({
      ...window,
      ...(NextToken === undefined ? {} : { NextToken, MaxDatapoints: 100 }),
    });
    for (const { Id = "", Values, StatusCode } of answer.MetricDataResults ?? []) {
      const before = seen.get(Id) ?? { count: 0, statuses: [] };
      seen.set(Id, { count: before.count + (Values?.length ?? 0), statuses: [...before.statuses, StatusCode] });
    }
    NextToken = answer.NextToken;
  } while (NextToken !== undefined);
  expect(seen.get("cpu")).toEqual({ count: 50, statuses: ["Complete"] });
  expect(seen.get("sessions")).toEqual({ count: 50, statuses: ["PartialData", "Complete"] });
});

test("sessions are counted on the real server", async () => {
  await expect
    .poll(
      async () => {
        const { Datapoints } = await aws.cloudwatch.send(
          new GetMetricStatisticsCommand({
            ...CONNECTIONS,
            StartTime: minute(1),
            EndTime: new Date(sandbox.now() + 60 * MINUTE),
            Period: 60,
            Statistics: ["Maximum"],
          }),
        );
        return Datapoints?.[0]?.Maximum;
      },
      { timeout: 20_000 },
    )
    .toBe(3);
});

const ALARM: PutMetricAlarmCommandInput & { readonly AlarmName: string } = {
  AlarmName: "queue-depth",
  Namespace: "Rehearsal",
  MetricName: "Depth",
  Statistic: "Maximum",
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 10,
  ComparisonOperator: "GreaterThanThreshold",
  TreatMissingData: "ignore",
  AlarmActions: ["arn:aws:sns:eu-west-1:111122223333:vulcan-prod-alerts"],
};

async function alarm() {
  const { MetricAlarms } = await aws.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [ALARM.AlarmName] }));
  return MetricAlarms?.[0];
}

const depth = (Value: number) =>
  aws.cloudwatch.send(
    new PutMetricDataCommand({
      Namespace: ALARM.Namespace,
      MetricData: Array.from({ length: 8 }, (_, ahead) => ({
        MetricName: ALARM.MetricName,
        Timestamp: minute(1 - ahead),
        Value,
      })),
    }),
  );

const told = () => sandbox.state().published.map(({ subject }) => subject);
const inAlarm = () => expect.poll(async () => (await alarm())?.StateValue).toBe("ALARM");

test("an alarm is evaluated by the minute, tells its topic, and keeps its history", async () => {
  await aws.cloudwatch.send(new PutMetricAlarmCommand(ALARM));
  expect(await alarm()).toMatchObject({ StateValue: "INSUFFICIENT_DATA", ActionsEnabled: true });
  await depth(50);
  await inAlarm();
  expect((await alarm())?.StateReason).toMatch(/^Threshold Crossed: 1 out of the last 1 datapoints \[50\]/);
  expect(told()).toEqual(['ALARM: "queue-depth"']);
  const { AlarmHistoryItems } = await aws.cloudwatch.send(
    new DescribeAlarmHistoryCommand({ AlarmName: ALARM.AlarmName }),
  );
  expect(AlarmHistoryItems?.map(({ HistoryItemType }) => HistoryItemType)).toEqual([
    "Action",
    "StateUpdate",
    "ConfigurationUpdate",
  ]);
});

test("disabled actions stay silent, enabled ones speak at the next change", async () => {
  await aws.cloudwatch.send(new PutMetricAlarmCommand(ALARM));
  const AlarmNames = [ALARM.AlarmName];
  const set = (StateValue: "OK" | "ALARM") =>
    aws.cloudwatch.send(new SetAlarmStateCommand({ AlarmName: ALARM.AlarmName, StateValue, StateReason: "rehearsal" }));
  await aws.cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames }));
  await set("ALARM");
  expect(told()).toEqual([]);
  expect((await alarm())?.ActionsEnabled).toBe(false);
  await aws.cloudwatch.send(new EnableAlarmActionsCommand({ AlarmNames }));
  await set("OK");
  await set("ALARM");
  expect(told()).toEqual(['ALARM: "queue-depth"']);
});

test("a mute rule holds actions back, ends by itself, and an alarm still in ALARM then fires", async () => {
  await aws.cloudwatch.send(new PutMetricAlarmCommand(ALARM));
  const Expression = `at(${minute(0).toISOString().slice(0, 16)})`;
  await aws.cloudwatch.send(
    new PutAlarmMuteRuleCommand({
      Name: "maintenance",
      Rule: { Schedule: { Expression, Duration: "PT30M" } },
      MuteTargets: { AlarmNames: [ALARM.AlarmName] },
    }),
  );
  const rule = () => aws.cloudwatch.send(new GetAlarmMuteRuleCommand({ AlarmMuteRuleName: "maintenance" }));
  expect(await rule()).toMatchObject({
    Status: "ACTIVE",
    MuteType: "ONE_TIME",
    Rule: { Schedule: { Expression, Duration: "PT30M" } },
    MuteTargets: { AlarmNames: [ALARM.AlarmName] },
  });
  await depth(50);
  await inAlarm();
  expect(told()).toEqual([]);
  await expect.poll(told).toEqual(['ALARM: "queue-depth"']);
  expect((await rule()).Status).toBe("EXPIRED");
});

test("mute rules are listed by alarm and status, deleted, and refused where they make no sense", async () => {
  const put = (Name: string, Expression: string, Duration: string) =>
    aws.cloudwatch.send(
      new PutAlarmMuteRuleCommand({
        Name,
        Rule: { Schedule: { Expression, Duration } },
        MuteTargets: { AlarmNames: [`${NAME}-5xx`] },
      }),
    );
  await put("always", "cron(* * * * *)", "PT1H");
  await put("once", "at(2031-01-01T00:00)", "PT1H");
  const list = async (input: object) =>
    (await aws.cloudwatch.send(new ListAlarmMuteRulesCommand(input))).AlarmMuteRuleSummaries?.map(
      ({ AlarmMuteRuleArn, Status, MuteType }) => [AlarmMuteRuleArn?.split(":").at(-1), Status, MuteType],
    );
  expect(await list({ AlarmName: `${NAME}-5xx` })).toEqual([
    ["always", "ACTIVE", "RECURRING"],
    ["once", "SCHEDULED", "ONE_TIME"],
  ]);
  expect(await list({ Statuses: ["SCHEDULED"] })).toEqual([["once", "SCHEDULED", "ONE_TIME"]]);
  await aws.cloudwatch.send(new DeleteAlarmMuteRuleCommand({ AlarmMuteRuleName: "always" }));
  expect(await list({})).toHaveLength(1);
  expect(await refusal(put("wrong", "rate(5 minutes)", "PT1H"))).toMatchObject({ name: "ValidationException" });
  expect(await refusal(put("long", "at(2031-01-01T00:00)", "P16D"))).toMatchObject({ name: "ValidationException" });
  const gone = aws.cloudwatch.send(new GetAlarmMuteRuleCommand({ AlarmMuteRuleName: "always" }));
  expect(await refusal(gone)).toMatchObject({ name: "ResourceNotFoundException" });
});
