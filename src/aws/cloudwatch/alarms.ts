import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { AlarmRule, MuteSummary } from "../../domain/aws/alarms.ts";
import type { Clients } from "../client/clients.ts";
import { needed } from "../client/needed.ts";

const MOST_PAGES = 20;

export async function readMetricAlarms(clients: Clients): Promise<readonly AlarmRule[]> {
  const [cloudwatch, { DescribeAlarmsCommand }] = await Promise.all([
    clients.cloudwatch(),
    import("../sdk/cloudwatch.ts"),
  ]);
  return everyPage(async (NextToken) => {
    const input = { AlarmTypes: ["MetricAlarm" as const], ...(NextToken && { NextToken }) };
    const { MetricAlarms, NextToken: next } = await cloudwatch.send(new DescribeAlarmsCommand(input));
    const items = needed(MetricAlarms, "MetricAlarms").map(toRule);
    return { items, next };
  });
}

function toRule(alarm: MetricAlarm): AlarmRule {
  const { AlarmName, Dimensions, Threshold, ActionsEnabled, AlarmActions } = alarm;
  return {
    name: needed(AlarmName, "AlarmName"),
    metric: metricOf(alarm),
    ...(Dimensions && { of: Dimensions.map(({ Value }) => needed(Value, "Value of a dimension")) }),
    ...(Threshold !== undefined && { threshold: Threshold }),
    ...(ActionsEnabled !== undefined && { actionsEnabled: ActionsEnabled }),
    ...(AlarmActions && { actions: AlarmActions.length }),
  };
}

/** Empty for an alarm on an expression: it has no metric of its own, but a list of them. */
export const metricOf = ({ MetricName, Metrics }: MetricAlarm): string =>
  Metrics === undefined || Metrics.length === 0 ? needed(MetricName, "MetricName") : (MetricName ?? "");

/** The mute rules that silence alarms now. */
export async function readActiveMutes(clients: Clients): Promise<readonly MuteSummary[]> {
  const [cloudwatch, { ListAlarmMuteRulesCommand }] = await Promise.all([
    clients.cloudwatch(),
    import("../sdk/cloudwatch.ts"),
  ]);
  return everyPage(async (NextToken) => {
    const input = { Statuses: ["ACTIVE" as const], ...(NextToken && { NextToken }) };
    const { AlarmMuteRuleSummaries, NextToken: next } = await cloudwatch.send(new ListAlarmMuteRulesCommand(input));
    const items = needed(AlarmMuteRuleSummaries, "AlarmMuteRuleSummaries").map(({ AlarmMuteRuleArn, Status }) => {
      // A rule's name may contain colons.
      const name = needed(AlarmMuteRuleArn, "AlarmMuteRuleArn").replace(/^.*?:alarm-mute-rule:/, "");
      return { name, status: needed(Status, "Status of a mute rule") };
    });
    return { items, next };
  });
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

async function everyPage<T>(read: (token: string | undefined) => Promise<Page<T>>): Promise<readonly T[]> {
  const found: T[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { items, next } = await read(token);
    found.push(...items);
    if (next === undefined) return found;
    token = next;
  }
  return found;
}
