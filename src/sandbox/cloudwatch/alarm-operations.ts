import { AwsError } from "../http/aws-error.ts";
import type { Input, Output } from "../http/input.ts";
import { instant, number, required, text, texts } from "../http/input.ts";
import { changing, type Operation, reading } from "../http/operation.ts";
import { page } from "../http/page.ts";
import { tagsOf } from "../http/tags.ts";
import type { World } from "../world.ts";
import { isPercentile } from "./aggregate.ts";
import type { Alarm, AlarmState } from "./alarm.ts";
import { changeState, startWatching } from "./alarm-engine.ts";
import { metricOf } from "./metric-name.ts";
import { putAlarm } from "./put-alarm.ts";
import { readAlarm } from "./read-alarm.ts";
import { keyOf } from "./store.ts";

const STATES: readonly string[] = ["OK", "ALARM", "INSUFFICIENT_DATA"] satisfies AlarmState[];

function alarmView(alarm: Alarm): Output {
  const { rule } = alarm;
  return {
    AlarmName: rule.name,
    AlarmArn: alarm.arn,
    AlarmDescription: rule.description,
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: rule.actions?.OK ?? [],
    AlarmActions: rule.actions?.ALARM ?? [],
    InsufficientDataActions: rule.actions?.INSUFFICIENT_DATA ?? [],
    StateValue: alarm.state,
    StateReason: alarm.reason,
    StateUpdatedTimestamp: new Date(alarm.updatedAt),
    StateTransitionedTimestamp: new Date(alarm.updatedAt),
    Namespace: rule.metric.namespace,
    MetricName: rule.metric.name,
    Dimensions: rule.metric.dimensions,
    ...(isPercentile(rule.statistic) ? { ExtendedStatistic: rule.statistic } : { Statistic: rule.statistic }),
    Period: rule.periodSeconds,
    EvaluationPeriods: rule.evaluationPeriods,
    DatapointsToAlarm: rule.datapointsToAlarm,
    Threshold: rule.threshold,
    ComparisonOperator: rule.comparison,
    TreatMissingData: rule.treatMissing ?? "missing",
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredAt),
  };
}

const existing = (world: World, name: string): Alarm => {
  const alarm = world.alarms.find(({ rule }) => rule.name === name);
  if (alarm === undefined) throw new AwsError("ResourceNotFound", `The alarm ${name} does not exist.`, 404);
  return alarm;
};

/** Unknown names are ignored. [D] */
const enable = (enabled: boolean): Operation =>
  changing((world, input) => {
    const names = texts(input, "AlarmNames");
    for (const alarm of world.alarms) if (names.includes(alarm.rule.name)) alarm.actionsEnabled = enabled;
    return {};
  });

/** All alarms here watch a metric. None is composite, so none is another one's parent or child. */
const wantsMetricAlarms = (input: Input): boolean => {
  const types = texts(input, "AlarmTypes");
  const isFamily = ["ChildrenOfAlarmName", "ParentsOfAlarmName"].some((name) => text(input, name) !== undefined);
  return !isFamily && (types.length === 0 || types.includes("MetricAlarm"));
};

const actionsOf = ({ rule }: Alarm): readonly string[] => Object.values(rule.actions ?? {}).flat();

function historyOf(world: World, input: Input): Output[] {
  if (!wantsMetricAlarms(input)) return [];
  const name = text(input, "AlarmName");
  const type = text(input, "HistoryItemType");
  const from = instant(input, "StartDate") ?? 0;
  const to = instant(input, "EndDate") ?? Number.POSITIVE_INFINITY;
  const items = world.alarms
    .filter(({ rule }) => name === undefined || rule.name === name)
    .flatMap(({ rule, history }) => history.map((item) => ({ alarm: rule.name, ...item })))
    .filter((item) => (type === undefined || item.type === type) && item.at >= from && item.at <= to)
    .sort((a, b) => a.at - b.at);
  if (text(input, "ScanBy") !== "TimestampAscending") items.reverse();
  return items.map((item) => ({
    AlarmName: item.alarm,
    AlarmType: "MetricAlarm",
    Timestamp: new Date(item.at),
    HistoryItemType: item.type,
    HistorySummary: item.summary,
    HistoryData: JSON.stringify(item.data),
  }));
}

export const alarmOperations: Readonly<Record<string, Operation>> = {
  DescribeAlarms: reading((world, input) => {
    const names = texts(input, "AlarmNames");
    const prefix = text(input, "AlarmNamePrefix") ?? "";
    const state = text(input, "StateValue");
    const action = text(input, "ActionPrefix");
    const found = world.alarms.filter(
      (alarm) =>
        wantsMetricAlarms(input) &&
        (action === undefined || actionsOf(alarm).some((arn) => arn.startsWith(action))) &&
        (names.length === 0 || names.includes(alarm.rule.name)) &&
        alarm.rule.name.startsWith(prefix) &&
        (state === undefined || alarm.state === state),
    );
    const { items, nextToken } = page(found, number(input, "MaxRecords") ?? 50, text(input, "NextToken"), "alarms");
    return { MetricAlarms: items.map(alarmView), CompositeAlarms: [], NextToken: nextToken };
  }),

  PutMetricAlarm: changing((world, input) => {
    const rule = readAlarm(input);
    const isNew = !world.alarms.some((one) => one.rule.name === rule.name);
    const alarm = putAlarm(world, rule);
    // Tags of an alarm that is there stay as they are. [D]
    if (isNew) alarm.tags = tagsOf(input);
    startWatching(world);
    return {};
  }),

  /** The alarms on exactly that metric. [D] */
  DescribeAlarmsForMetric: reading((world, input) => {
    for (const name of ["Namespace", "MetricName"]) required(input, name);
    const key = keyOf(metricOf(input));
    const statistic = text(input, "Statistic") ?? text(input, "ExtendedStatistic");
    const period = number(input, "Period");
    const found = world.alarms.filter(
      ({ rule }) =>
        keyOf(rule.metric) === key &&
        (statistic === undefined || rule.statistic === statistic) &&
        (period === undefined || rule.periodSeconds === period),
    );
    return { MetricAlarms: found.map(alarmView) };
  }),

  DeleteAlarms: changing((world, input) => {
    const deleted = new Set(texts(input, "AlarmNames"));
    for (const name of deleted) existing(world, name);
    world.alarms.splice(0, world.alarms.length, ...world.alarms.filter(({ rule }) => !deleted.has(rule.name)));
    return {};
  }),

  /** For tests of the actions. The next evaluation sets the real state again. [D] */
  SetAlarmState: changing((world, input) => {
    const state = required(input, "StateValue");
    if (!STATES.includes(state)) throw new AwsError("InvalidFormat", `${state} is no alarm state.`);
    changeState(
      world,
      existing(world, required(input, "AlarmName")),
      state as AlarmState,
      required(input, "StateReason"),
    );
    return {};
  }),

  DescribeAlarmHistory: reading((world, input) => {
    const all = historyOf(world, input);
    const { items, nextToken } = page(all, number(input, "MaxRecords") ?? 50, text(input, "NextToken"), "history");
    return { AlarmHistoryItems: items, NextToken: nextToken };
  }),

  EnableAlarmActions: enable(true),
  DisableAlarmActions: enable(false),
};
