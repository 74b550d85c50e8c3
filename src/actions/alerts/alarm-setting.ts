import { ALERT_TAG, alertTagOf, isOwnAlert } from "../../domain/alerts/names.ts";
import type { AlarmChoice, Watched } from "../../domain/alerts/watched.ts";
import type { WholeAlarm } from "../../domain/aws/alerts.ts";
import { groupName } from "../../domain/aws/targets.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { Operation } from "../../domain/operation.ts";
import type { ActionReadContext } from "../../domain/services.ts";
import type { Target } from "../../domain/target.ts";
import { alertDeed, type OwnSetting, type PresentSetting } from "./own-setting.ts";

export const readAlarm = async (name: string, { services, target }: ActionReadContext): Promise<PresentSetting> =>
  presentAlarm(await services.aws.alerts.alarm(name), target);

export const presentAlarm = (found: WholeAlarm | undefined, target: Target): PresentSetting => ({
  now: found?.settings,
  isOurs: found !== undefined && isOwnAlert(found.tags, target),
});

/** What the alarm alerts of: `the alert on connections of vulcan-prod`. */
export const aboutAlarm = ({ metric, thing }: Pick<Watched, "metric" | "thing">): string =>
  metric === "HealthyHostCount"
    ? `the alert on healthy targets of ${groupName(thing)}`
    : `the alert on connections of ${thing}`;

/** How the alarm is made, shown and removed. A new one gets our tag; CloudWatch ignores tags of one that is there. [D] */
export function alarmSetting(
  { name, metric, thing }: Watched,
  choice: AlarmChoice & { readonly topic: string },
  target: Target,
): OwnSetting {
  const Tags = [{ Key: ALERT_TAG, Value: alertTagOf(target) }];
  const { alert, number, topic } = choice;
  return {
    label: `alarm ${name}`,
    deed: alertDeed(aboutAlarm({ metric, thing })),
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
