import {
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  GetMetricStatisticsCommand,
  type GetMetricStatisticsCommandInput,
  PutMetricDataCommand,
  type PutMetricDataCommandInput,
} from "@aws-sdk/client-cloudwatch";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { formCall, jsonCall } from "./http-call.ts";
import { type Clients, clients, NAME, refusal } from "./support.ts";

let sandbox: Sandbox;
let aws: Clients;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy" });
  aws = clients(sandbox);
});
afterAll(() => sandbox.stop());

const CPU = {
  Namespace: "AWS/ECS",
  MetricName: "CPUUtilization",
  Dimensions: [
    { Name: "ClusterName", Value: NAME },
    { Name: "ServiceName", Value: NAME },
  ],
};
const SESSIONS = {
  Namespace: "AWS/RDS",
  MetricName: "DatabaseConnections",
  Dimensions: [{ Name: "DBInstanceIdentifier", Value: NAME }],
};
const ago = (minutes: number): Date => new Date(sandbox.now() - minutes * 60_000);
const query = (Id: string, Period = 60, Stat = "Average") => ({ Id, MetricStat: { Metric: CPU, Period, Stat } });

const data = (part: object) =>
  aws.cloudwatch.send(
    new GetMetricDataCommand({
      MetricDataQueries: [query("cpu")],
      StartTime: ago(30),
      EndTime: ago(0),
      ...part,
    } as GetMetricDataCommandInput),
  );
const statistics = (part: object) =>
  aws.cloudwatch.send(
    new GetMetricStatisticsCommand({
      ...CPU,
      Period: 60,
      Statistics: ["Average"],
      StartTime: ago(30),
      EndTime: ago(0),
      ...part,
    } as GetMetricStatisticsCommandInput),
  );
const put = (part: object) =>
  aws.cloudwatch.send(
    new PutMetricDataCommand({
      Namespace: "Rehearsal",
      MetricData: [{ MetricName: "Depth", Value: 1 }],
      ...part,
    } as PutMetricDataCommandInput),
  );

test.each([
  [() => data({ StartTime: undefined }), "MissingRequiredParameterException"],
  [() => data({ EndTime: undefined }), "MissingRequiredParameterException"],
  [() => data({ StartTime: ago(0), EndTime: ago(30) }), "ValidationException"],
  [() => data({ MetricDataQueries: [query("Cpu")] }), "ValidationException"],
  [() => data({ MetricDataQueries: [query("cpu-1")] }), "ValidationException"],
  [() => data({ MetricDataQueries: [query("cpu"), query("cpu")] }), "ValidationException"],
  [() => data({ MetricDataQueries: [query("cpu", 45)] }), "ValidationException"],
  [() => data({ NextToken: "made-up" }), "InvalidNextToken"],
  [() => statistics({ StartTime: undefined }), "MissingRequiredParameterException"],
  [() => statistics({ StartTime: ago(0), EndTime: ago(30) }), "InvalidParameterValueException"],
  [() => statistics({ Period: 90 }), "InvalidParameterValueException"],
  [() => statistics({ Statistics: ["Median"] }), "InvalidParameterValueException"],
  [() => statistics({ Statistics: [] }), "InvalidParameterCombinationException"],
  [() => statistics({ StartTime: ago(1500) }), "InvalidParameterCombinationException"],
  [() => put({ Namespace: "AWS/ECS" }), "InvalidParameterValueException"],
  [() => put({ MetricData: [{ Value: 1 }] }), "MissingRequiredParameterException"],
  [() => put({ MetricData: [{ MetricName: "Depth" }] }), "MissingRequiredParameterException"],
  [() => put({ MetricData: [{ MetricName: "Depth", Value: 1, Values: [1] }] }), "InvalidParameterCombinationException"],
  [() => put({ MetricData: [{ MetricName: "Depth", Values: [1], Counts: [1, 2] }] }), "InvalidParameterValueException"],
])("%s is refused with %s", async (call, name) => {
  expect(await refusal(call())).toMatchObject({ name, status: 400 });
});

test("the query protocol has the short codes", async () => {
  const form = { Version: "2010-08-01", Action: "PutMetricData", Namespace: "AWS/ECS" };
  expect((await formCall(sandbox, form)).body).toContain("<Code>InvalidParameterValue</Code>");
  const none = { Version: "2010-08-01", Action: "GetMetricData" };
  expect((await formCall(sandbox, none)).body).toContain("<Code>MissingParameter</Code>");
});

test("a value that is no number is refused", async () => {
  const input = { Namespace: "Rehearsal", MetricData: [{ MetricName: "Depth", Value: "many" }] };
  const { status, value } = await jsonCall(sandbox, "GraniteServiceVersion20100801.PutMetricData", input);
  expect([status, value.__type]).toEqual([400, "InvalidParameterValueException"]);
});

test("datapoints carry the unit in which they were measured, and another unit has none", async () => {
  expect((await statistics({})).Datapoints?.[0]?.Unit).toBe("Percent");
  expect((await statistics(SESSIONS)).Datapoints?.[0]?.Unit).toBe("Count");
  expect((await statistics({ Unit: "Seconds" })).Datapoints).toEqual([]);
  const Timestamp = ago(5);
  await put({ MetricData: [{ MetricName: "Depth", Value: 1, Unit: "Bytes", Timestamp }] });
  const own = { Namespace: "Rehearsal", MetricName: "Depth", Dimensions: undefined };
  expect((await statistics(own)).Datapoints?.[0]?.Unit).toBe("Bytes");
});
