import type { World } from "../world.ts";
import { statisticOf, summarise } from "./aggregate.ts";
import type { Alarm, AlarmState } from "./alarm.ts";
import { publishedUntil } from "./publication-delay.ts";
import { MINUTE } from "./store.ts";

export const COMPARE: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

interface Verdict {
  readonly state: AlarmState;
  readonly reason: string;
}

/**
 * The state from the metric: ALARM when enough of the last periods breach. `treatMissing` says how missing periods
 * count. By default they do not; if all are missing, it is INSUFFICIENT_DATA. [D; AWS also looks further back]
 */
export function verdictOn(world: World, alarm: Alarm): Verdict {
  const { rule } = alarm;
  const period = Math.max(MINUTE, rule.periodSeconds * 1000);
  const end = Math.floor(publishedUntil(world, rule.metric) / period) * period;
  const from = end - period * rule.evaluationPeriods;
  const points = summarise(world.metrics.minutes(rule.metric, from, end), period);
  const values = points.flatMap(({ statistics }) => statisticOf(rule.statistic, statistics) ?? []);
  const missing = rule.evaluationPeriods - values.length;
  if (rule.treatMissing === "ignore" && missing > 0) return { state: alarm.state, reason: alarm.reason };
  const breaching = values.filter((value) => COMPARE[rule.comparison]?.(value, rule.threshold) === true).length;
  const breaches = breaching + (rule.treatMissing === "breaching" ? missing : 0);
  if (values.length === 0 && rule.treatMissing !== "breaching" && rule.treatMissing !== "notBreaching") {
    return { state: "INSUFFICIENT_DATA", reason: `Insufficient Data: ${missing} datapoints were unknown.` };
  }
  const crossed = breaches >= (rule.datapointsToAlarm ?? rule.evaluationPeriods);
  const shown = values.map((value) => Math.round(value * 100) / 100).join(", ");
  const reason =
    `Threshold Crossed: ${breaches} out of the last ${rule.evaluationPeriods} datapoints [${shown}] ` +
    `${crossed ? "was" : "was not"} ${rule.comparison} (${rule.threshold}).`;
  return { state: crossed ? "ALARM" : "OK", reason };
}
