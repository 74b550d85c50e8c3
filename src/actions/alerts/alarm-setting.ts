import { ALERT_TAG, alertTagOf, connectionsAlarmName, hostsAlarmName, isOwnAlert } from "../../domain/alerts/names.ts";
import { connectionsAlarm, hostsAlarm } from "../../domain/alerts/wanted.ts";
import { groupName } from "../../domain/aws/targets.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { Operation } from "../../domain/operation.ts";
import type { ActionReadContext } from "../../domain/services.ts";
import type { Target } from "../../domain/target.ts";
import type { OwnSetting, Standing } from "./own-setting.ts";

/** The documented alerts that are alarms. */
export const ALARMS = ["hosts", "connections"] as const;
export type AlarmKind = (typeof ALARMS)[number];

/** Which alarm: of the service's target group of that number, or of its database. */
export interface AlarmChoice {
  readonly alert: string;
  /** From 1, in the order of the service. */
  readonly number?: number;
}

/** What the alarm watches. */
export interface Watched {
  readonly name: string;
  readonly metric: string;
  /** Target group, by ARN, or instance. */
  readonly thing: string;
  /** The load balancers of the target group; absent for a database, or where they are not known. */
  readonly balancers?: readonly string[];
}

/** Undefined where the service has no target group of that number. */
export async function readWatched(
  { alert, number = 1 }: AlarmChoice,
  { services, target }: ActionReadContext,
): Promise<Watched | undefined> {
  if (alert === "connections")
    return { name: connectionsAlarmName(target), metric: "DatabaseConnections", thing: target.database };
  const { targetGroups } = await services.aws.ecs.service(target.cluster, target.service);
  const thing = targetGroups[number - 1];
  if (thing === undefined) return undefined;
  const [group] = await services.aws.targetGroups([thing]);
  const balancers = group?.balancers && { balancers: group.balancers };
  return { name: hostsAlarmName(target, thing), metric: "HealthyHostCount", thing, ...balancers };
}

/** The documented alarm, as PutMetricAlarm takes it; undefined where what it needs is not known. */
export function documentedAlarm(
  { metric, thing, balancers }: Watched,
  { topic, most }: { readonly topic: string; readonly most?: number | undefined },
  target: Target,
): JsonObject | undefined {
  if (metric === "HealthyHostCount") return hostsAlarm(target, { targetGroup: thing, balancers }, topic);
  return most === undefined ? undefined : connectionsAlarm(target, most, topic);
}

export async function readAlarm(name: string, { services, target }: ActionReadContext): Promise<Standing> {
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
