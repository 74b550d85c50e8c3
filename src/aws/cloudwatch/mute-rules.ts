import type * as Sdk from "@aws-sdk/client-cloudwatch";
import type { AlarmSetup, MuteRule } from "../../domain/aws/alarms.ts";
import type { MuteReads } from "../../domain/aws/reads.ts";
import type { Clients } from "../client/clients.ts";
import { guarded } from "../client/read-call.ts";

export function createMuteReads(clients: Clients): MuteReads {
  return {
    alarmsNamed: (names) => guarded("cloudwatch:DescribeAlarms", () => readAlarms(clients, names)),
    muteRule: (name) => guarded("cloudwatch:GetAlarmMuteRule", () => readRule(clients, name)),
    askForMore: (cluster, service) => guarded("cloudwatch:DescribeAlarms", () => readRising(clients, cluster, service)),
  };
}

/** Composite alarms are only told where they are asked for. [D] */
async function readAlarms(clients: Clients, names: readonly string[]): Promise<AlarmSetup[]> {
  const [cloudwatch, sdk] = await Promise.all([clients.cloudwatch(), import("../sdk/cloudwatch.ts")]);
  const { MetricAlarms = [], CompositeAlarms = [] } = await cloudwatch.send(
    new sdk.DescribeAlarmsCommand({
      AlarmNames: [...names],
      AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
      MaxRecords: 100,
    }),
  );
  return [...MetricAlarms, ...CompositeAlarms].map(toSetup);
}

function toSetup(alarm: Sdk.MetricAlarm | Sdk.CompositeAlarm): AlarmSetup {
  const { AlarmName: name = "", AlarmActions = [], OKActions = [], InsufficientDataActions = [] } = alarm;
  const isComposite = "AlarmRule" in alarm;
  const metric = "MetricName" in alarm ? (alarm.MetricName ?? "") : "";
  return { name, metric, actions: [...AlarmActions, ...OKActions, ...InsufficientDataActions], isComposite };
}

/** A policy's ARN names what it scales; an alarm that a value is too low takes tasks away. */
async function readRising(clients: Clients, cluster: string, service: string): Promise<string[]> {
  const [cloudwatch, { DescribeAlarmsCommand }] = await Promise.all([
    clients.cloudwatch(),
    import("../sdk/cloudwatch.ts"),
  ]);
  const { MetricAlarms = [] } = await cloudwatch.send(
    new DescribeAlarmsCommand({ StateValue: "ALARM", MaxRecords: 100 }),
  );
  const policy = `:resource/ecs/service/${cluster}/${service}:`;
  const rising = MetricAlarms.filter(
    ({ AlarmActions = [], ComparisonOperator = "" }) =>
      ComparisonOperator.startsWith("Greater") && AlarmActions.some((arn) => arn.includes(policy)),
  );
  return rising.map(({ AlarmName = "" }) => AlarmName);
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
  return { status: answer.Status ?? "", alarms: answer.MuteTargets?.AlarmNames ?? [] };
}
