import type * as Sdk from "@aws-sdk/client-cloudwatch";
import type { AlarmSetup, MuteRule } from "../../domain/aws/alarms.ts";
import type { MuteReads } from "../../domain/aws/reads.ts";
import type { Clients } from "../client/clients.ts";
import { everyPage } from "../client/every-page.ts";
import { needed } from "../client/needed.ts";
import { readCall } from "../client/read-call.ts";
import { metricOf, readActiveMutes } from "./alarms.ts";

export function createMuteReads(clients: Clients): MuteReads {
  return {
    activeMutes: () => readCall("cloudwatch:ListAlarmMuteRules", () => readActiveMutes(clients)),
    alarmsNamed: (names) => readCall("cloudwatch:DescribeAlarms", () => readAlarms(clients, names)),
    muteRule: (name) => readCall("cloudwatch:GetAlarmMuteRule", () => readRule(clients, name)),
    askForMore: (cluster, service) =>
      readCall("cloudwatch:DescribeAlarms", () => readRising(clients, cluster, service)),
  };
}

/** DescribeAlarms returns composite alarms only if the request asks for them. [D] */
async function readAlarms(clients: Clients, names: readonly string[]): Promise<AlarmSetup[]> {
  const [cloudwatch, sdk] = await Promise.all([clients.cloudwatch(), import("../sdk/cloudwatch.ts")]);
  const { MetricAlarms, CompositeAlarms } = await cloudwatch.send(
    new sdk.DescribeAlarmsCommand({
      AlarmNames: [...names],
      AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
      MaxRecords: 100,
    }),
  );
  return [...needed(MetricAlarms, "MetricAlarms"), ...needed(CompositeAlarms, "CompositeAlarms")].map(toSetup);
}

function toSetup(alarm: Sdk.MetricAlarm | Sdk.CompositeAlarm): AlarmSetup {
  const isComposite = "AlarmRule" in alarm;
  const metric = isComposite ? "" : metricOf(alarm);
  const actions = [
    ...needed(alarm.AlarmActions, "AlarmActions"),
    ...needed(alarm.OKActions, "OKActions"),
    ...needed(alarm.InsufficientDataActions, "InsufficientDataActions"),
  ];
  return { name: needed(alarm.AlarmName, "AlarmName"), metric, actions, isComposite };
}

/** A policy's ARN names the service that it scales. An alarm on a value that is too low removes tasks, so skip it. A
 * composite alarm scales nothing [D: PutCompositeAlarm]. */
async function readRising(clients: Clients, cluster: string, service: string): Promise<string[]> {
  const [cloudwatch, sdk] = await Promise.all([clients.cloudwatch(), import("../sdk/cloudwatch.ts")]);
  const firing = await everyPage(async (NextToken) => {
    const input = { StateValue: "ALARM" as const, MaxRecords: 100, ...(NextToken && { NextToken }) };
    const answer = await cloudwatch.send(new sdk.DescribeAlarmsCommand(input));
    return { items: needed(answer.MetricAlarms, "MetricAlarms"), next: answer.NextToken };
  });
  const policy = `:resource/ecs/service/${cluster}/${service}:`;
  const rising = firing.filter(
    ({ AlarmActions, ComparisonOperator = "" }) =>
      ComparisonOperator.startsWith("Greater") &&
      needed(AlarmActions, "AlarmActions").some((arn) => arn.includes(policy)),
  );
  return rising.map(({ AlarmName }) => needed(AlarmName, "AlarmName"));
}

async function readRule(clients: Clients, name: string): Promise<MuteRule | undefined> {
  const [cloudwatch, { GetAlarmMuteRuleCommand }] = await Promise.all([
    clients.cloudwatch(),
    import("../sdk/cloudwatch.ts"),
  ]);
  const answer = await cloudwatch
    .send(new GetAlarmMuteRuleCommand({ AlarmMuteRuleName: name }))
    .catch((failure: unknown) => {
      if (/^ResourceNotFound/.test((failure as { name?: string }).name ?? "")) return undefined;
      throw failure;
    });
  if (answer === undefined) return undefined;
  const { Status: status, MuteTargets: targets, Description: description } = answer;
  const alarms = needed(targets?.AlarmNames, "MuteTargets");
  return { status: needed(status, "Status of a mute rule"), alarms, ...(description !== undefined && { description }) };
}
