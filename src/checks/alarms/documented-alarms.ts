import type { AlarmRule } from "../../domain/aws/alarms.ts";
import { isTopic } from "../../domain/aws/arn.ts";
import { readSetConnections } from "../../domain/aws/set-connections.ts";
import { commandLine } from "../../domain/command-line.ts";
import { notTried, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { DoctorCheck } from "../doctor-subject.ts";
import { serviceOf } from "../subject.ts";
import { changedAlarms, ruleFinding, SET_UP, setUp } from "./own-alerts.ts";

/** Whether the documented alerts exist and notify someone, and whether those that this program made are as it made them. */
export const alerts: DoctorCheck = {
  id: "alerts",
  question: "Alerts",
  async run(subject) {
    const [service, found] = await Promise.all([serviceOf(subject), subject.reads.metricAlarms()]);
    const [rule, changed] = await Promise.all([ruleFinding(service.arn, subject), changedAlarms(service, subject)]);
    const { database } = subject.target;
    const findings = [rule, ...judgeAlarms(found, service.targetGroups, database), ...changed];
    return inOneRow(findings).map(toTopic(topicOf(found, [...service.targetGroups, database])));
  },
};

/** The topic that an alarm on one of these things notifies first: new alerts may go there, too. */
export const topicOf = (found: readonly AlarmRule[], things: readonly string[]): string | undefined =>
  found.filter((alarm) => isOf(alarm, things)).flatMap(({ actions = [] }) => actions.find(isTopic) ?? [])[0];

/** Names the topic in the line that creates alerts. */
const toTopic =
  (topic: string | undefined) =>
  (finding: Finding): Finding =>
    topic === undefined || finding.next === undefined
      ? finding
      : { ...finding, next: finding.next.map((line) => (line === SET_UP ? setUp(topic) : line)) };

/** One command creates all that are missing, so one row names them. */
function inOneRow(findings: readonly Finding[]): readonly Finding[] {
  const absent = findings.filter(({ code }) => code === "alarm-absent");
  if (absent.length < 2) return findings;
  const names = absent.map(({ text }) => text.replace(/:.*$/, ""));
  const rest = findings.filter(({ code }) => code !== "alarm-absent");
  return [
    warn("alarm-absent", `${absent.length} documented alerts are missing: ${names.join(", ")}`, [SET_UP]),
    ...rest,
  ];
}

/** The alarm on database connections fires at this share of the maximum. */
const SHARE = 0.8;

/** Whether the alarm on connections is still set to 80 % of max_connections. */
export const connections: DoctorCheck = {
  id: "connections",
  question: "Connections",
  async run({ reads, target: { database } }) {
    const [found, most, instance] = await Promise.all([
      reads.metricAlarms(),
      readSetConnections(reads, database),
      reads.database(database),
    ]);
    if (instance?.parameterGroups === undefined)
      throw new Error(`RDS does not tell of parameter groups of ${database}`);
    const context = instance.parameterGroups
      .filter(({ status }) => status !== "in-sync")
      .map(({ name, status }) => `${name} is ${status}`);
    return [judgeConnections(found.find(isOn("DatabaseConnections", [database])), most, context)];
  },
};

/**
 * An alarm on this metric of one of these things, in the documented direction, that notifies a topic by itself or through
 * a composite one.
 */
export const alarmThatNotifies = (
  all: readonly AlarmRule[],
  metric: string,
  things: readonly string[],
): AlarmRule | undefined => all.filter(isOn(metric, things)).find((alarm) => notifies(alarm) || isPart(alarm));

const notifies = ({ actionsEnabled, actions = [] }: AlarmRule): boolean =>
  actionsEnabled === true && actions.some(isTopic);
const isPart = ({ through = [] }: AlarmRule): boolean => through.length > 0;

const isOf = ({ of }: AlarmRule, things: readonly string[]): boolean =>
  of?.some((one) => things.some((thing) => thing === one || thing.endsWith(`:${one}`))) === true;

/** Too few healthy targets, too many connections. What an expression is compared with says nothing of its metrics. */
const DIRECTIONS: Readonly<Record<string, RegExp>> = { HealthyHostCount: /Less/, DatabaseConnections: /Greater/ };

const isDirected = ({ metric, comparison }: AlarmRule): boolean =>
  comparison === undefined || DIRECTIONS[metric]?.test(comparison) !== false;

const isOn = (metric: string, things: readonly string[]) => (alarm: AlarmRule) =>
  alarm.metric === metric && isDirected(alarm) && isOf(alarm, things);

export function judgeAlarms(
  found: readonly AlarmRule[],
  targetGroups: readonly string[],
  database: string,
): readonly Finding[] {
  const hosts = targetGroups.map((group) => judgeAlarm("HealthyHostCount", found, [group]));
  return [...hosts, judgeAlarm("DatabaseConnections", found, [database])];
}

function judgeAlarm(metric: string, all: readonly AlarmRule[], things: readonly string[]): Finding {
  const found = all.filter(isOn(metric, things));
  const [first] = found;
  if (first === undefined) {
    const unclear = all.find((alarm) => alarm.metric === metric && alarm.of === undefined);
    if (unclear !== undefined) return notTried(`CloudWatch does not say of what ${unclear.name} watches ${metric}`);
    const other = all.find((alarm) => alarm.metric === metric && isOf(alarm, things));
    const but = other === undefined ? "" : `; ${other.name} has ${other.comparison}`;
    return warn("alarm-absent", `no alarm on ${metric}: it is one of those documented${but}`, [SET_UP]);
  }
  const telling = found.find(notifies);
  if (telling !== undefined) return ok("alarm-notifies", `${telling.name} watches ${metric}`);
  const part = found.find(isPart);
  if (part !== undefined)
    return ok("alarm-notifies", `${part.name} watches ${metric}, and ${part.through?.join(", ")} notifies for it`);
  return judgeActions(found.find(({ actions = [] }) => actions.some(isTopic)) ?? first, metric);
}

/** Enabling actions helps only an alarm that has some. */
function judgeActions({ name, actions, actionsEnabled }: AlarmRule, metric: string): Finding {
  const watches = `${name} watches ${metric}`;
  if (actions === undefined || actionsEnabled === undefined)
    return notTried(`${watches}, and CloudWatch does not say whether it notifies anyone`);
  if (!actions.some(isTopic)) {
    const why = actions.length === 0 ? "it has no action for the state ALARM" : "no action of it is an SNS topic";
    return warn("alarm-silent", `${watches} and notifies no one: ${why}`, [
      `give ${name} the ARN of an SNS topic as its alarm action (AlarmActions), where it is defined.`,
    ]);
  }
  return warn("alarm-silent", `${watches} and notifies no one: its actions are off`, [
    commandLine`aws cloudwatch enable-alarm-actions --alarm-names ${name}`,
  ]);
}

export function judgeConnections(
  alarm: AlarmRule | undefined,
  most: number | undefined,
  context: readonly string[],
): Finding {
  if (context.length > 0)
    return warn(
      "parameters-pending",
      `${context.join(", ")}: what it sets, max_connections among it, is not what is in force`,
    );
  if (alarm?.threshold === undefined) return notTried("there is no alarm on DatabaseConnections to compare");
  if (most === undefined) return notTried("the parameter group sets no number for max_connections");
  const wanted = Math.round(most * SHARE);
  if (Math.round(alarm.threshold) === wanted)
    return ok("alarm-limit", `${alarm.name} fires at ${wanted}, 80 % of ${most}`);
  return warn(
    "alarm-limit",
    `${alarm.name} fires at ${alarm.threshold}, and 80 % of max_connections (${most}) are ${wanted}`,
  );
}
