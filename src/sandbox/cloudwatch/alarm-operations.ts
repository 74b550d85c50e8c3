import { text, texts } from "../wire/input.ts";
import { type Operation, reading } from "../wire/operation.ts";
import type { Output } from "../wire/payload.ts";
import type { World } from "../world.ts";
import { statisticOf, summarise } from "./aggregate.ts";
import type { Alarm } from "./alarm.ts";

type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

const COMPARE: Readonly<Record<Alarm["comparison"], (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/** ALARM when every one of the last periods breaches; no data at all is INSUFFICIENT_DATA. [D] */
function alarmState(world: World, alarm: Alarm): AlarmState {
  const period = alarm.periodSeconds * 1000;
  const end = Math.floor(world.clock.now() / period) * period;
  const points = summarise(world.metrics.minutes(alarm.metric, end - period * alarm.evaluationPeriods, end), period);
  if (points.length === 0) return "INSUFFICIENT_DATA";
  const breaches = points.filter(({ statistics }) =>
    COMPARE[alarm.comparison](statisticOf(alarm.statistic, statistics), alarm.threshold),
  );
  return breaches.length >= alarm.evaluationPeriods ? "ALARM" : "OK";
}

function alarmView(world: World, alarm: Alarm): Output {
  return {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    AlarmDescription: alarm.description,
    ActionsEnabled: true,
    OKActions: [],
    AlarmActions: [],
    InsufficientDataActions: [],
    StateValue: alarmState(world, alarm),
    StateReason: "Worked out from the metric.",
    Namespace: alarm.metric.namespace,
    MetricName: alarm.metric.name,
    Dimensions: alarm.metric.dimensions,
    Statistic: alarm.statistic,
    Period: alarm.periodSeconds,
    EvaluationPeriods: alarm.evaluationPeriods,
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparison,
    TreatMissingData: "missing",
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.createdAt),
  };
}

export const alarmOperations: Readonly<Record<string, Operation>> = {
  DescribeAlarms: reading((world, input) => {
    const names = texts(input, "AlarmNames");
    const prefix = text(input, "AlarmNamePrefix") ?? "";
    const state = text(input, "StateValue");
    const alarms = world.alarms
      .filter(({ name }) => (names.length === 0 || names.includes(name)) && name.startsWith(prefix))
      .map((alarm) => alarmView(world, alarm))
      .filter((view) => state === undefined || view.StateValue === state);
    return { MetricAlarms: alarms, CompositeAlarms: [] };
  }),
};
