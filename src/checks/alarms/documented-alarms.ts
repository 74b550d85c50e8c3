import type { AlarmRule } from "../../domain/aws/alarms.ts";
import { commandLine } from "../../domain/command-line.ts";
import { type Diagnosis, ok, untried, warn } from "../../domain/diagnosis.ts";
import type { Check } from "../doctor-check.ts";

/** Whether the documented alarms are there and tell somebody: no healthy host, too many connections. */
export const alarms: Check = {
  id: "alarms",
  title: "Alarms",
  async examine({ reads, setup, target }) {
    const [{ targetGroups }, found] = await Promise.all([
      reads.ecs.service(target.cluster, target.service),
      setup.metricAlarms(),
    ]);
    return judgeAlarms(found, targetGroups, target.database);
  },
};

/** The alarm on the connections of a database fires at this share of what it takes. */
const SHARE = 0.8;

/** Whether the alarm on connections still stands at 80 % of max_connections. */
export const connections: Check = {
  id: "connections",
  title: "Connections",
  async examine({ reads, setup, target: { database } }) {
    const [found, most, groups] = await Promise.all([
      setup.metricAlarms(),
      reads.watch.setConnections(database),
      setup.parameterGroups(database),
    ]);
    const waiting = groups
      .filter(({ status }) => status !== "in-sync")
      .map(({ name, status }) => `${name} is ${status}`);
    return [judgeConnections(found.find(isOn("DatabaseConnections", [database])), most, waiting)];
  },
};

const isOn = (metric: string, things: readonly string[]) => (alarm: AlarmRule) =>
  alarm.metric === metric && alarm.of.some((one) => things.some((thing) => thing === one || thing.endsWith(`:${one}`)));

export function judgeAlarms(
  found: readonly AlarmRule[],
  targetGroups: readonly string[],
  database: string,
): readonly Diagnosis[] {
  return [
    judgeAlarm("HealthyHostCount", found.filter(isOn("HealthyHostCount", targetGroups))),
    judgeAlarm("DatabaseConnections", found.filter(isOn("DatabaseConnections", [database]))),
  ];
}

function judgeAlarm(metric: string, found: readonly AlarmRule[]): Diagnosis {
  const [first] = found;
  if (first === undefined) return warn(`no alarm on ${metric}: it is one of those documented`);
  const telling = found.find(({ tells }) => tells);
  if (telling !== undefined) return ok(`${telling.name} watches ${metric}`);
  return warn(
    `${first.name} watches ${metric} and tells nobody: its actions are off, or there are none`,
    commandLine`aws cloudwatch enable-alarm-actions --alarm-names ${first.name}`,
  );
}

export function judgeConnections(
  alarm: AlarmRule | undefined,
  most: number | undefined,
  waiting: readonly string[],
): Diagnosis {
  if (waiting.length > 0)
    return warn(`${waiting.join(", ")}: what it sets, max_connections among it, is not what is in force`);
  if (alarm?.threshold === undefined) return untried("there is no alarm on DatabaseConnections to compare");
  if (most === undefined) return untried("the parameter group sets no number for max_connections");
  const wanted = Math.round(most * SHARE);
  if (Math.round(alarm.threshold) === wanted) return ok(`${alarm.name} fires at ${wanted}, 80 % of ${most}`);
  return warn(`${alarm.name} fires at ${alarm.threshold}, and 80 % of max_connections (${most}) are ${wanted}`);
}
