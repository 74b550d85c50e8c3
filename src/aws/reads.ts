import type { Alarm, Database, TargetHealth } from "../domain/aws/ecs.ts";
import type { AwsReads } from "../domain/aws/reads.ts";
import type { Caller } from "../domain/target.ts";
import type { Clients } from "./client/clients.ts";
import { guarded } from "./client/read-call.ts";
import { createWatchReads } from "./cloudwatch/metric-reads.ts";
import { createMuteReads } from "./cloudwatch/mute-rules.ts";
import { createEcsReads } from "./ecs/reads.ts";
import { createRdsReads } from "./rds/reads.ts";
import { createSetupReads } from "./setup-reads.ts";
import { createSurroundingReads } from "./supporting-reads.ts";

export function createReads(clients: Clients): AwsReads {
  return {
    ecs: createEcsReads(clients),
    around: createSurroundingReads(clients, guarded),
    setup: createSetupReads(clients),
    rds: createRdsReads(clients),
    watch: createWatchReads(clients),
    mutes: createMuteReads(clients),
    caller: () => guarded("sts:GetCallerIdentity", () => readCaller(clients)),
    targetHealth: (group) => guarded("elasticloadbalancing:DescribeTargetHealth", () => readHealth(clients, group)),
    drainSeconds: (group) =>
      guarded("elasticloadbalancing:DescribeTargetGroupAttributes", () => readDrain(clients, group)),
    alarms: () => guarded("cloudwatch:DescribeAlarms", () => readAlarms(clients)),
    database: (id) => guarded("rds:DescribeDBInstances", () => readDatabase(clients, id)),
  };
}

/** The same reads, each made once: a plan's consistent picture, and fewer calls. */
export function snapshot(reads: AwsReads): AwsReads {
  return {
    ecs: remembering(reads.ecs),
    around: remembering(reads.around),
    setup: remembering(reads.setup),
    rds: remembering(reads.rds),
    watch: remembering(reads.watch),
    mutes: remembering(reads.mutes),
    ...remembering({
      caller: reads.caller,
      targetHealth: reads.targetHealth,
      drainSeconds: reads.drainSeconds,
      alarms: reads.alarms,
      database: reads.database,
    }),
  };
}

/** Each read made once, by its name and arguments. */
export function remembering<T extends object>(reads: T): T {
  const answers = new Map<string, unknown>();
  const once = (name: string, read: (...args: unknown[]) => unknown) => {
    return (...args: unknown[]) => {
      const key = JSON.stringify([name, args]);
      if (!answers.has(key)) answers.set(key, read(...args));
      return answers.get(key);
    };
  };
  return Object.fromEntries(Object.entries(reads).map(([name, read]) => [name, once(name, read)])) as T;
}

async function readCaller(clients: Clients): Promise<Caller> {
  const [sts, { GetCallerIdentityCommand }] = await Promise.all([clients.sts(), import("./sdk/sts.ts")]);
  const answer = await sts.send(new GetCallerIdentityCommand({}));
  if (answer.Account === undefined) throw new Error("an answer without an account");
  return { account: answer.Account, arn: answer.Arn ?? "" };
}

async function readHealth(clients: Clients, targetGroup: string): Promise<TargetHealth[]> {
  const [elb, { DescribeTargetHealthCommand }] = await Promise.all([clients.elb(), import("./sdk/elb.ts")]);
  const answer = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup }));
  return (answer.TargetHealthDescriptions ?? []).map(({ Target, TargetHealth: health }) => ({
    address: Target?.Id ?? "",
    state: health?.State ?? "",
    ...(health?.Reason === undefined ? {} : { reason: health.Reason }),
    ...(health?.Description === undefined ? {} : { description: health.Description }),
  }));
}

/** What a target group has unless somebody chose otherwise. */
const DEFAULT_DRAIN_SECONDS = 300;

async function readDrain(clients: Clients, targetGroup: string): Promise<number> {
  const [elb, { DescribeTargetGroupAttributesCommand }] = await Promise.all([clients.elb(), import("./sdk/elb.ts")]);
  const answer = await elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: targetGroup }));
  const attribute = answer.Attributes?.find(({ Key }) => Key === "deregistration_delay.timeout_seconds");
  return Number(attribute?.Value ?? DEFAULT_DRAIN_SECONDS);
}

async function readAlarms(clients: Clients): Promise<Alarm[]> {
  const [cloudwatch, { DescribeAlarmsCommand }] = await Promise.all([
    clients.cloudwatch(),
    import("./sdk/cloudwatch.ts"),
  ]);
  const answer = await cloudwatch.send(new DescribeAlarmsCommand({ StateValue: "ALARM" }));
  return (answer.MetricAlarms ?? []).map((alarm) => ({
    name: alarm.AlarmName ?? "",
    state: alarm.StateValue ?? "",
    reason: alarm.StateReason ?? "",
  }));
}

async function readDatabase(clients: Clients, id: string): Promise<Database | undefined> {
  const [rds, { DescribeDBInstancesCommand }] = await Promise.all([clients.rds(), import("./sdk/rds.ts")]);
  const answer = await rds
    .send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }))
    .catch((failure: unknown) => {
      if ((failure as { name?: string }).name === "DBInstanceNotFoundFault") return undefined;
      throw failure;
    });
  const instance = answer?.DBInstances?.[0];
  if (instance === undefined) return undefined;
  const restorable = instance.LatestRestorableTime?.toISOString();
  return {
    id: instance.DBInstanceIdentifier ?? id,
    status: instance.DBInstanceStatus ?? "",
    engine: `${instance.Engine ?? ""} ${instance.EngineVersion ?? ""}`,
    ...(restorable === undefined ? {} : { latestRestorableTime: restorable }),
  };
}
