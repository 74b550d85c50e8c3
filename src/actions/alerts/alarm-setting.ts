import { ALERT_TAG, alertTagOf, isOwnAlert } from "../../domain/alerts/names.ts";
import type { AlarmChoice, Watched } from "../../domain/alerts/watched.ts";
import { groupName } from "../../domain/aws/targets.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { Operation } from "../../domain/operation.ts";
import type { ActionReadContext } from "../../domain/services.ts";
import type { Target } from "../../domain/target.ts";
import type { OwnSetting, PresentSetting } from "./own-setting.ts";

export async function readAlarm(name: string, { services, target }: ActionReadContext): Promise<PresentSetting> {
  const found = await services.aws.alerts.alarm(name);
  return { now: found?.settings, isOurs: found !== undefined && isOwnAlert(found.tags, target) };
}

/** How the alarm is made, shown and removed. A new one gets our tag; CloudWatch ignores tags of one that is there. [D] */
export function alarmSetting(
  { name, metric, thing }: Watched,
  choice: AlarmChoice & { readonly topic: string },
  target: Target,
): OwnSetting {
  const Tags = [{ Key: ALERT_TAG, Value: alertTagOf(target) }];
  const on = metric === "HealthyHostCount" ? `healthy targets of ${groupName(thing)}` : `connections of ${thing}`;
  const { alert, number, topic } = choice;
  return {
    label: `alarm ${name}`,
    about: `the alert on ${on}`,
    shown: alarmText,
    put: (settings, isNew): Operation => ({
      service: "cloudwatch",
      name: "PutMetricAlarm",
      input: { ...settings, ...(isNew && { Tags }) },
    }),
    remove: () => ({ service: "cloudwatch", name: "DeleteAlarms", input: { AlarmNames: [name] } }),
    identity: { alert, topic, ...(number !== undefined && { number }) },
  };
}

const SIGN: Readonly<Record<string, string>> = { LessThanThreshold: "<", GreaterThanThreshold: ">" };

/** `HealthyHostCount < 1 for 2 min` */
export function alarmText({
  MetricName,
  ComparisonOperator,
  Threshold,
  Period,
  EvaluationPeriods,
}: JsonObject): string {
  const minutes = (Number(Period) * Number(EvaluationPeriods)) / 60;
  return `${MetricName} ${SIGN[String(ComparisonOperator)] ?? ComparisonOperator} ${Threshold} for ${minutes} min`;
}
