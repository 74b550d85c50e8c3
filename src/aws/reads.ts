import type { Database, TargetHealth } from "../domain/aws/ecs.ts";
import type { AwsReads } from "../domain/aws/reads.ts";
import type { Caller } from "../domain/target.ts";
import type { Clients } from "./client/clients.ts";
import { needed } from "./client/needed.ts";
import { readCall } from "./client/read-call.ts";
import { readFiring } from "./cloudwatch/alarms.ts";
import { createWatchReads } from "./cloudwatch/metric-reads.ts";
import { createMuteReads } from "./cloudwatch/mute-rules.ts";
import { readDrainSeconds } from "./drain-seconds.ts";
import { createEcsReads } from "./ecs/reads.ts";
import { canonicalAddress, instanceAddress } from "./ecs/task-addresses.ts";
import { createRdsReads } from "./rds/reads.ts";
import { createSetupReads } from "./setup-reads.ts";
import { createSurroundingReads } from "./supporting-reads.ts";

export function createReads(clients: Clients): AwsReads {
  return {
    ecs: createEcsReads(clients),
    around: createSurroundingReads(clients, readCall),
    setup: createSetupReads(clients),
    rds: createRdsReads(clients),
    watch: createWatchReads(clients),
    mutes: createMuteReads(clients),
    caller: () => readCall("sts:GetCallerIdentity", () => readCaller(clients)),
    targetHealth: (group) => readCall("elasticloadbalancing:DescribeTargetHealth", () => readHealth(clients, group)),
    drainSeconds: (group) =>
      readCall("elasticloadbalancing:DescribeTargetGroupAttributes", () => readDrainSeconds(clients, group)),
    alarms: () => readCall("cloudwatch:DescribeAlarms", () => readFiring(clients)),
    database: (id) => readCall("rds:DescribeDBInstances", () => readDatabase(clients, id)),
  };
}

/** The same reads, each made once: a consistent snapshot for a plan, and fewer calls. */
export function snapshotReads(reads: AwsReads): AwsReads {
  return {
    ecs: memoise(reads.ecs),
    around: memoise(reads.around),
    setup: memoise(reads.setup),
    rds: memoise(reads.rds),
    watch: memoise(reads.watch),
    mutes: memoise(reads.mutes),
    ...memoise({
      caller: reads.caller,
      targetHealth: reads.targetHealth,
      drainSeconds: reads.drainSeconds,
      alarms: reads.alarms,
      database: reads.database,
    }),
  };
}

/** Each read made once, by its name and arguments. */
export function memoise<T extends object>(reads: T): T {
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
  const [rds, { DescribeDBInstancesCommand }] = await Promise.all([clients.rds(), import("./sdk/rds.ts")]);
  const answer = await rds
    .send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }))
    .catch((failure: unknown) => {
      if ((failure as { name?: string }).name === "DBInstanceNotFoundFault") return undefined;
      throw failure;
    });
  const [instance] = answer === undefined ? [] : needed(answer.DBInstances, "DBInstances");
  if (instance === undefined) return undefined;
  const restorable = instance.LatestRestorableTime?.toISOString();
  return {
    id: needed(instance.DBInstanceIdentifier, "DBInstanceIdentifier"),
    status: needed(instance.DBInstanceStatus, "DBInstanceStatus"),
    engine: `${needed(instance.Engine, "Engine")} ${needed(instance.EngineVersion, "EngineVersion")}`,
    ...(restorable === undefined ? {} : { latestRestorableTime: restorable }),
    ...(instance.DBClusterIdentifier && { cluster: instance.DBClusterIdentifier }),
    ...(instance.BackupRetentionPeriod !== undefined && { retentionDays: instance.BackupRetentionPeriod }),
  };
}
