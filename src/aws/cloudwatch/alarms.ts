import type { AlarmRule, MuteSummary } from "../../domain/aws/alarms.ts";
import type { Clients } from "../client/clients.ts";

const MOST_PAGES = 20;

export async function readMetricAlarms(clients: Clients): Promise<readonly AlarmRule[]> {
  const [cloudwatch, { DescribeAlarmsCommand }] = await Promise.all([
    clients.cloudwatch(),
    import("../sdk/cloudwatch.ts"),
  ]);
  return everyPage(async (NextToken) => {
    const input = { AlarmTypes: ["MetricAlarm" as const], ...(NextToken && { NextToken }) };
    const { MetricAlarms = [], NextToken: next } = await cloudwatch.send(new DescribeAlarmsCommand(input));
    const items = MetricAlarms.map((alarm) => ({
      name: alarm.AlarmName ?? "",
      metric: alarm.MetricName ?? "",
      of: (alarm.Dimensions ?? []).flatMap(({ Value }) => Value ?? []),
      ...(alarm.Threshold === undefined ? {} : { threshold: alarm.Threshold }),
      tells: alarm.ActionsEnabled === true && (alarm.AlarmActions ?? []).length > 0,
    }));
    return { items, next };
  });
}

/** Those that keep alarms silent now. */
export async function readActiveMutes(clients: Clients): Promise<readonly MuteSummary[]> {
  const [cloudwatch, { ListAlarmMuteRulesCommand }] = await Promise.all([
    clients.cloudwatch(),
    import("../sdk/cloudwatch.ts"),
  ]);
  return everyPage(async (NextToken) => {
    const input = { Statuses: ["ACTIVE" as const], ...(NextToken && { NextToken }) };
    const { AlarmMuteRuleSummaries = [], NextToken: next } = await cloudwatch.send(
      new ListAlarmMuteRulesCommand(input),
    );
    const items = AlarmMuteRuleSummaries.map(({ AlarmMuteRuleArn: arn = "", Status: status = "" }) => {
      // A name may hold colons, too.
      return { name: arn.replace(/^.*?:alarm-mute-rule:/, ""), status };
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
