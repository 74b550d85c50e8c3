import type { AwsReads } from "../aws/reads.ts";
import type { JsonObject } from "../json.ts";
import type { Target } from "../target.ts";
import { connectionsAlarmName, hostsAlarmName } from "./names.ts";
import { connectionsAlarm, hostsAlarm } from "./wanted.ts";

/** The documented alerts that are alarms. */
export const ALARMS = ["hosts", "connections"] as const;

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

/** One for each target group of the service, and one for its database. */
export const alarmChoices = (targetGroups: readonly string[]): readonly AlarmChoice[] => [
  ...targetGroups.map((_, index) => ({ alert: "hosts", number: index + 1 })),
  { alert: "connections" },
];

/** Undefined where the service has no target group of that number. */
export async function readWatched(
  { alert, number = 1 }: AlarmChoice,
  aws: Pick<AwsReads, "ecs" | "targetGroups">,
  target: Target,
): Promise<Watched | undefined> {
  if (alert === "connections")
    return { name: connectionsAlarmName(target), metric: "DatabaseConnections", thing: target.database };
  const { targetGroups } = await aws.ecs.service(target.cluster, target.service);
  const thing = targetGroups[number - 1];
  if (thing === undefined) return undefined;
  const [group] = await aws.targetGroups([thing]);
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
