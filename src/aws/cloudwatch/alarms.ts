import type { CompositeAlarm, MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { AlarmRule, MuteSummary } from "../../domain/aws/alarms.ts";
import { isTopic } from "../../domain/aws/arn.ts";
import type { Alarm } from "../../domain/aws/ecs.ts";
import type { Clients } from "../client/clients.ts";
import { everyPage } from "../client/every-page.ts";
import { needed } from "../client/needed.ts";
import {
  isComposite,
  nameOf,
  namesInRule,
  readBothKinds,
  subjectOf,
  watchedMetrics,
  withChildren,
} from "./alarm-subject.ts";

/** The alarms of both kinds that fire, each with what it watches. */
export async function readFiring(clients: Clients): Promise<Alarm[]> {
  const [cloudwatch, sdk] = await Promise.all([clients.cloudwatch(), import("../sdk/cloudwatch.ts")]);
  const firing = await readBothKinds(cloudwatch, sdk, { StateValue: "ALARM" });
  const known = await withChildren(cloudwatch, sdk, firing);
  return firing.map((alarm) => ({
    name: nameOf(alarm),
    state: needed(alarm.StateValue, "StateValue"),
    reason: alarm.StateReason ?? "",
    watches: subjectOf(alarm, known),
  }));
}

/** One entry for each metric that an alarm watches: an expression may combine several. */
export async function readMetricAlarms(clients: Clients): Promise<readonly AlarmRule[]> {
  const [cloudwatch, sdk] = await Promise.all([clients.cloudwatch(), import("../sdk/cloudwatch.ts")]);
  const all = await readBothKinds(cloudwatch, sdk);
  const composites = all.filter(isComposite).filter(notifies);
  return all.flatMap((alarm) => (isComposite(alarm) ? [] : toRules(alarm, composites)));
}

const notifies = ({ ActionsEnabled, AlarmActions }: CompositeAlarm): boolean =>
  needed(ActionsEnabled, "ActionsEnabled") && needed(AlarmActions, "AlarmActions").some(isTopic);

function toRules(alarm: MetricAlarm, composites: readonly CompositeAlarm[]): AlarmRule[] {
  const { Threshold, ComparisonOperator, ActionsEnabled, AlarmActions } = alarm;
  const name = nameOf(alarm);
  const through = composites.filter(({ AlarmRule: rule = "" }) => namesInRule(rule).includes(name)).map(nameOf);
  const isExpression = metricOf(alarm) === "";
  return watchedMetrics(alarm).map(({ metric, of }) => ({
    name,
    metric,
    ...(of && { of: of.map((one) => one.slice(one.indexOf("=") + 1)) }),
    // What an expression is compared with is none of one of its metrics.
    ...(Threshold !== undefined && !isExpression && { threshold: Threshold }),
    ...(ComparisonOperator !== undefined && !isExpression && { comparison: ComparisonOperator }),
    ...(ActionsEnabled !== undefined && { actionsEnabled: ActionsEnabled }),
    ...(AlarmActions && { actions: AlarmActions }),
    ...(through.length > 0 && { through }),
  }));
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
