import type { WholeAlarm } from "../aws/alerts.ts";
import type { AwsReads } from "../aws/reads.ts";
import type { JsonObject } from "../json.ts";
import type { Target } from "../target.ts";
import { connectionsAlarmName, FORMER, hostsAlarmName } from "./names.ts";
import { standingAlarm } from "./standing.ts";
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
  /** Of the alarm that there is, or will be. */
  readonly name: string;
  /** The alarm that has the name now, whatever its tag. */
  readonly alarm?: WholeAlarm;
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
  aws: Pick<AwsReads, "ecs" | "targetGroups" | "alerts">,
  target: Target,
): Promise<Watched | undefined> {
  if (alert === "connections") {
    const names = { name: connectionsAlarmName(target), former: FORMER.connections(target) };
    const { name, found } = await standingAlarm(aws.alerts, names, target);
    return { name, metric: "DatabaseConnections", thing: target.database, ...(found && { alarm: found }) };
  }
  const { targetGroups } = await aws.ecs.service(target.cluster, target.service);
  const thing = targetGroups[number - 1];
  if (thing === undefined) return undefined;
  const names = { name: hostsAlarmName(target, thing), former: FORMER.hosts(target, thing) };
  const [{ name, found }, [group]] = await Promise.all([
    standingAlarm(aws.alerts, names, target),
    aws.targetGroups([thing]),
  ]);
  const balancers = group?.balancers && { balancers: group.balancers };
  return { name, metric: "HealthyHostCount", thing, ...balancers, ...(found && { alarm: found }) };
}

/** Why there is no documented alarm of it. */
export function whyNotPossible({ metric, balancers }: Watched): string {
  if (metric === "DatabaseConnections") return "max_connections is not known";
  if (balancers === undefined) return "which load balancer uses the group is not known";
  return balancers.length === 0 ? "no load balancer uses the group" : "several load balancers use the group";
}

/** The documented alarm, as PutMetricAlarm takes it; undefined where what it needs is not known. */
export function documentedAlarm(
  { name, metric, thing, balancers }: Watched,
  { topic, most }: { readonly topic: string; readonly most?: number | undefined },
  target: Target,
): JsonObject | undefined {
  if (metric === "HealthyHostCount") return hostsAlarm(target, { name, targetGroup: thing, balancers }, topic);
  return most === undefined ? undefined : connectionsAlarm(target, { name, most }, topic);
}
