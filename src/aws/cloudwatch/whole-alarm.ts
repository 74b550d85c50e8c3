import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { WholeAlarm } from "../../domain/aws/alerts.ts";
import type { Json, JsonObject } from "../../domain/json.ts";
import type { Clients } from "../client/clients.ts";
import { assertTyped, needed } from "../client/needed.ts";
import { readCall } from "../client/read-call.ts";

/** What PutMetricAlarm takes and DescribeAlarms tells, by the same names. [D] */
const SETTINGS = [
  "AlarmName",
  "AlarmDescription",
  "ActionsEnabled",
  "OKActions",
  "AlarmActions",
  "InsufficientDataActions",
  "MetricName",
  "Namespace",
  "Statistic",
  "ExtendedStatistic",
  "Dimensions",
  "Period",
  "Unit",
  "EvaluationPeriods",
  "DatapointsToAlarm",
  "Threshold",
  "ComparisonOperator",
  "TreatMissingData",
  "EvaluateLowSampleCountPercentile",
  "Metrics",
  "ThresholdMetricId",
] as const satisfies readonly (keyof MetricAlarm)[];

/** Undefined where there is no metric alarm of that name; a composite one is none. */
export async function readWholeAlarm(clients: Clients, name: string): Promise<WholeAlarm | undefined> {
  const [cloudwatch, sdk] = await Promise.all([clients.cloudwatch(), import("../sdk/cloudwatch.ts")]);
  const found = await readCall("cloudwatch:DescribeAlarms", async () => {
    const answer = await cloudwatch.send(new sdk.DescribeAlarmsCommand({ AlarmNames: [name] }));
    // A member that was left out would be lost when the alarm is put back.
    assertTyped(answer);
    const [alarm] = needed(answer.MetricAlarms, "MetricAlarms");
    return alarm && toAlarm(alarm);
  });
  if (found === undefined) return undefined;
  const tags = await readCall("cloudwatch:ListTagsForResource", async () => {
    const { Tags } = await cloudwatch.send(new sdk.ListTagsForResourceCommand({ ResourceARN: found.arn }));
    return Object.fromEntries(needed(Tags, "Tags").map(({ Key = "", Value = "" }) => [Key, Value]));
  });
  return { ...found, tags };
}

function toAlarm(alarm: MetricAlarm): Omit<WholeAlarm, "tags"> {
  const since = alarm.StateUpdatedTimestamp?.toISOString();
  return {
    name: needed(alarm.AlarmName, "AlarmName"),
    arn: needed(alarm.AlarmArn, "AlarmArn"),
    settings: settingsOf(alarm),
    state: needed(alarm.StateValue, "StateValue"),
    ...(since !== undefined && { since }),
  };
}

function settingsOf(alarm: MetricAlarm): JsonObject {
  const known = SETTINGS.flatMap((name): [string, Json][] => {
    const value = alarm[name] as Json | undefined;
    const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0);
    return isEmpty ? [] : [[name, name === "Dimensions" ? byName(value) : value]];
  });
  return Object.fromEntries(known);
}

/** CloudWatch names no order of them. */
const byName = (dimensions: Json): Json =>
  [...(dimensions as readonly { readonly Name: string; readonly Value: string }[])]
    .map(({ Name, Value }) => ({ Name, Value }))
    .sort((a, b) => (a.Name < b.Name ? -1 : 1));
