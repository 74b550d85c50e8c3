import type * as Sdk from "@aws-sdk/client-cloudwatch";
import type { AlarmSubject } from "../../domain/aws/alarms.ts";
import { inBatches } from "../../domain/aws/ecs.ts";
import { everyPage } from "../client/every-page.ts";
import { needed } from "../client/needed.ts";
import type * as Commands from "../sdk/cloudwatch.ts";

export type AnyAlarm = Sdk.MetricAlarm | Sdk.CompositeAlarm;

export const isComposite = (alarm: AnyAlarm): alarm is Sdk.CompositeAlarm => "AlarmRule" in alarm;

export const nameOf = ({ AlarmName }: AnyAlarm): string => needed(AlarmName, "AlarmName");

/** DescribeAlarms returns composite alarms only if the request asks for them. [D] */
const BOTH = ["MetricAlarm", "CompositeAlarm"] as const;
/** Most names, and most alarms of one page. [D] */
const BATCH = 100;

/** Every alarm that the question names, of both kinds, from all pages. */
export function readBothKinds(
  cloudwatch: Sdk.CloudWatchClient,
  sdk: typeof Commands,
  question: Pick<Sdk.DescribeAlarmsCommandInput, "StateValue" | "AlarmNames"> = {},
): Promise<readonly AnyAlarm[]> {
  return everyPage(async (NextToken) => {
    const input = { ...question, AlarmTypes: [...BOTH], MaxRecords: BATCH, ...(NextToken && { NextToken }) };
    const answer = await cloudwatch.send(new sdk.DescribeAlarmsCommand(input));
    const metric = needed(answer.MetricAlarms, "MetricAlarms");
    return { items: [...metric, ...needed(answer.CompositeAlarms, "CompositeAlarms")], next: answer.NextToken };
  });
}

/** Words, numbers and signs of a rule that name no alarm. */
const GRAMMAR = /^(?:AND|OR|NOT|TRUE|FALSE|ALARM|OK|INSUFFICIENT_DATA|AT_LEAST|\d+%?|[(),])$/i;
const TOKEN = /"((?:[^"\\]|\\.)*)"|'([^']*)'|([(),])|([^\s(),"']+)/g;

/**
 * The alarms that the rule of a composite alarm names, by name or ARN: each text in quotes, and any word that is
 * none of the grammar's, or stands alone in the brackets of a state. [D: PutCompositeAlarm, AlarmRule]
 */
export function namesInRule(rule: string): readonly string[] {
  const tokens = [...rule.matchAll(TOKEN)];
  const names = tokens.flatMap(([text, quoted, single], at) => {
    const isOperand =
      /^(?:ALARM|OK|INSUFFICIENT_DATA)$/i.test(tokens[at - 2]?.[0] ?? "") && tokens[at - 1]?.[0] === "(";
    return quoted ?? single ?? (isOperand || !GRAMMAR.test(text) ? text : []);
  });
  return [...new Set(names.map((name) => name.replace(/^arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:/, "")))];
}

/** The alarms and, for composite ones, those that their rules name, however deep. */
export async function withChildren(
  cloudwatch: Sdk.CloudWatchClient,
  sdk: typeof Commands,
  alarms: readonly AnyAlarm[],
): Promise<ReadonlyMap<string, AnyAlarm>> {
  const known = new Map(alarms.map((alarm) => [nameOf(alarm), alarm]));
  const asked = new Set(known.keys());
  for (;;) {
    const rules = [...known.values()].filter(isComposite).map(({ AlarmRule }) => needed(AlarmRule, "AlarmRule"));
    const missing = [...new Set(rules.flatMap(namesInRule))].filter((name) => !asked.has(name));
    if (missing.length === 0) return known;
    for (const name of missing) asked.add(name);
    const read = inBatches(missing, BATCH).map((AlarmNames) => readBothKinds(cloudwatch, sdk, { AlarmNames }));
    // Without them it is not known what the alarm is about, which is less than the alarm itself.
    const found = (await Promise.all(read).catch(() => [])).flat();
    for (const alarm of found) if (missing.includes(nameOf(alarm))) known.set(nameOf(alarm), alarm);
  }
}

/** What it watches: its own metric, those of its expression, or what the alarms watch that its rule names. */
export function subjectOf(
  alarm: AnyAlarm,
  known: ReadonlyMap<string, AnyAlarm>,
  above: readonly string[] = [],
): AlarmSubject {
  if (!isComposite(alarm)) return ofMetrics(alarm);
  const path = [...above, nameOf(alarm)];
  const parts = namesInRule(needed(alarm.AlarmRule, "AlarmRule"))
    .filter((name) => !path.includes(name))
    .map((name) => {
      const child = known.get(name);
      return child === undefined ? UNKNOWN : subjectOf(child, known, path);
    });
  return {
    metrics: parts.flatMap(({ metrics }) => metrics),
    isWhole: parts.length > 0 && parts.every(({ isWhole }) => isWhole),
  };
}

const UNKNOWN: AlarmSubject = { metrics: [], isWhole: false };

function ofMetrics(alarm: Sdk.MetricAlarm): AlarmSubject {
  const metrics = watchedMetrics(alarm).flatMap(({ of }) => (of === undefined ? [] : [of]));
  const isSearch = (alarm.Metrics ?? []).some(({ Expression = "" }) => /\b(SEARCH|SELECT)\b/i.test(Expression));
  return { metrics, isWhole: metrics.length > 0 && metrics.every((one) => one.length > 0) && !isSearch };
}

/** The metric itself, or those of its expression; `of`: `Name=Value` of each dimension, absent where not known. */
export function watchedMetrics(
  alarm: Sdk.MetricAlarm,
): readonly { readonly metric: string; readonly of?: readonly string[] }[] {
  const stats = (alarm.Metrics ?? []).flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
  const own = alarm.MetricName === undefined ? [] : [alarm];
  return [...own, ...stats].map(({ MetricName = "", Dimensions }) => ({
    metric: MetricName,
    ...(Dimensions && { of: Dimensions.map(({ Name = "", Value = "" }) => `${Name}=${Value}`) }),
  }));
}
