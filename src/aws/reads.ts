import type { TargetHealth } from "../domain/aws/ecs.ts";
import type { Database } from "../domain/aws/rds.ts";
import type { AwsReads } from "../domain/aws/reads.ts";
import type { Caller } from "../domain/target.ts";
import { createAlertReads } from "./alerts.ts";
import type { Clients } from "./client/clients.ts";
import { needed } from "./client/needed.ts";
import { readCall } from "./client/read-call.ts";
import { readFiring, readMetricAlarms } from "./cloudwatch/alarms.ts";
import { createWatchReads } from "./cloudwatch/metric-reads.ts";
import { createMuteReads } from "./cloudwatch/mute-rules.ts";
import { readDrainSeconds } from "./drain-seconds.ts";
import { createEcsReads } from "./ecs/reads.ts";
import { canonicalAddress, instanceAddress } from "./ecs/task-addresses.ts";
import { readTargetGroups } from "./elb/target-groups.ts";
import { toDatabase } from "./rds/instance.ts";
import { createRdsReads, describeInstance } from "./rds/reads.ts";
import { readSchedule } from "./scheduler/schedules.ts";
import { readCalendarState } from "./ssm/calendar-state.ts";
import { readReach } from "./ssm/endpoint-reach.ts";
import { createSurroundingReads } from "./supporting-reads.ts";

export function createReads(clients: Clients): AwsReads {
  return {
    ecs: createEcsReads(clients),
    around: createSurroundingReads(clients, readCall),
    rds: createRdsReads(clients),
    watch: createWatchReads(clients),
    mutes: createMuteReads(clients),
    alerts: createAlertReads(clients),
    schedule: (name) => readCall("scheduler:GetSchedule", () => readSchedule(clients, name)),
    calendarState: (calendars, at) => readCall("ssm:GetCalendarState", () => readCalendarState(clients, calendars, at)),
    caller: () => readCall("sts:GetCallerIdentity", () => readCaller(clients)),
    messagesReach: () => readCall("ssmmessages", () => readReach(clients)),
    targetGroups: (arns) =>
      readCall("elasticloadbalancing:DescribeTargetGroups", () => readTargetGroups(clients, arns)),
    targetHealth: (group) => readCall("elasticloadbalancing:DescribeTargetHealth", () => readHealth(clients, group)),
    drainSeconds: (group) =>
      readCall("elasticloadbalancing:DescribeTargetGroupAttributes", () => readDrainSeconds(clients, group)),
    alarms: () => readCall("cloudwatch:DescribeAlarms", () => readFiring(clients)),
    metricAlarms: () => readCall("cloudwatch:DescribeAlarms", () => readMetricAlarms(clients)),
    database: (id) => readCall("rds:DescribeDBInstances", () => readDatabase(clients, id)),
  };
}

async function readCaller(clients: Clients): Promise<Caller> {
  const [sts, { GetCallerIdentityCommand }] = await Promise.all([clients.sts(), import("./sdk/sts.ts")]);
  const answer = await sts.send(new GetCallerIdentityCommand({}));
  return { account: needed(answer.Account, "Account"), arn: needed(answer.Arn, "Arn") };
}

async function readHealth(clients: Clients, targetGroup: string): Promise<TargetHealth[]> {
  const [elb, { DescribeTargetHealthCommand }] = await Promise.all([clients.elb(), import("./sdk/elb.ts")]);
  const answer = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup }));
  const found = needed(answer.TargetHealthDescriptions, "TargetHealthDescriptions");
  return found.map(({ Target, TargetHealth: health }) => ({
    address: addressOf(needed(Target?.Id, "Id of a target"), Target?.Port),
    state: needed(health?.State, "State of a target"),
    ...(health?.Reason === undefined ? {} : { reason: health.Reason }),
    ...(health?.Description === undefined ? {} : { description: health.Description }),
  }));
}

/** An instance may carry several tasks, so that only its port tells which one the target is. */
const addressOf = (id: string, port: number | undefined): string =>
  /^i-/.test(id) && port !== undefined ? instanceAddress(id, port) : canonicalAddress(id);

async function readDatabase(clients: Clients, id: string): Promise<Database | undefined> {
  const instance = await describeInstance(clients, id);
  return instance && toDatabase(instance);
}
