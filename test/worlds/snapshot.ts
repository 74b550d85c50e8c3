import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchClient, DescribeAlarmsCommand, ListAlarmMuteRulesCommand } from "@aws-sdk/client-cloudwatch";
import { ECSClient, GetTaskProtectionCommand } from "@aws-sdk/client-ecs";
import { EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from "@aws-sdk/client-eventbridge";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import pg from "pg";
import type { Sandbox } from "../../src/sandbox/index.ts";

/** Everything in the account that a procedure changes, or could leave behind. */
export interface Snapshot {
  /** Virtual ms. */
  readonly at: number;
  readonly desired: number;
  readonly revision: string;
  /** The revision of each running task, sorted. */
  readonly running: readonly string[];
  /** Its PRIMARY deployment is completed. */
  readonly isSteady: boolean;
  readonly scaling: string;
  readonly alarmActions: string;
  readonly muteRules: string;
  readonly protectedTasks: string;
  /** Our alarms, and each rule with what it sends to. */
  readonly alerts: string;
  /** The shared lock's value, while an execution holds it. */
  readonly lock: string;
  readonly instances: string;
  /** By instance: whether it may not be deleted. */
  readonly deletionProtection: string;
  /** Versions of the migrations in the database under the original name; empty where it is not there. */
  readonly migrations: string;
}

export const LOCK = "/vulcan-ops/locks/vulcan-prod/vulcan-prod";

/** Reads the world as somebody else would, by AWS's own SDK and by SQL. */
export async function takeSnapshot(sandbox: Sandbox): Promise<Snapshot> {
  const clients = {
    scaling: new ApplicationAutoScalingClient({}),
    watch: new CloudWatchClient({}),
    rds: new RDSClient({}),
  };
  const ecs = new ECSClient({});
  const [targets, policies, alarms, rules, databases, lock, migrations, sending] = await Promise.all([
    clients.scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs" })),
    clients.scaling.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: "ecs" })),
    clients.watch.send(new DescribeAlarmsCommand({})),
    clients.watch.send(new ListAlarmMuteRulesCommand({})),
    clients.rds.send(new DescribeDBInstancesCommand({})),
    readLock(),
    readMigrations(sandbox),
    readRules(),
  ]);
  const protectedTasks = await readProtected(ecs);
  const [service] = sandbox.state().services;
  const running = (service?.tasks ?? []).filter(
    ({ lastStatus, desiredStatus }) => lastStatus === "RUNNING" && desiredStatus === "RUNNING",
  );
  const instances = databases.DBInstances ?? [];
  for (const client of [...Object.values(clients), ecs]) client.destroy();
  return {
    at: sandbox.now(),
    desired: service?.desired ?? 0,
    revision: service?.taskDefinition ?? "",
    running: running.map(({ taskDefinition }) => taskDefinition).sort(),
    isSteady: service?.deployments.find(({ status }) => status === "PRIMARY")?.rolloutState === "COMPLETED",
    scaling: (targets.ScalableTargets ?? []).map(scalingText).join("; "),
    alarmActions: (alarms.MetricAlarms ?? [])
      .filter((alarm) => !isOurs(alarm))
      .map(({ AlarmName, ActionsEnabled }) => `${AlarmName}: ${ActionsEnabled ? "on" : "off"}`)
      .concat((policies.ScalingPolicies ?? []).map(({ PolicyName }) => `policy ${PolicyName}`))
      .sort()
      .join("; "),
    muteRules: (rules.AlarmMuteRuleSummaries ?? []).map(({ AlarmMuteRuleArn }) => AlarmMuteRuleArn).join("; "),
    protectedTasks,
    alerts: [...(alarms.MetricAlarms ?? []).filter(isOurs).map(({ AlarmName }) => AlarmName), ...sending].join("; "),
    lock,
    instances: instances
      .map(({ DBInstanceIdentifier }) => DBInstanceIdentifier)
      .sort()
      .join("; "),
    deletionProtection: instances
      .map(({ DBInstanceIdentifier, DeletionProtection }) => `${DBInstanceIdentifier}: ${DeletionProtection}`)
      .sort()
      .join("; "),
    migrations,
  };
}

const isOurs = ({ AlarmName = "" }: { readonly AlarmName?: string | undefined }): boolean =>
  AlarmName.startsWith("vulcan-ops-");

async function readRules(): Promise<readonly string[]> {
  const events = new EventBridgeClient({});
  const { Rules = [] } = await events.send(new ListRulesCommand({}));
  const found = Rules.map(async ({ Name: Rule }) => {
    const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule }));
    return `${Rule} → ${Targets.map(({ Arn }) => Arn).join(", ")}`;
  });
  return Promise.all(found).finally(() => events.destroy());
}

interface ScalableTarget {
  readonly MinCapacity?: number | undefined;
  readonly MaxCapacity?: number | undefined;
  readonly SuspendedState?: object | undefined;
}

function scalingText({ MinCapacity, MaxCapacity, SuspendedState = {} }: ScalableTarget): string {
  const suspended = Object.entries(SuspendedState).flatMap(([name, value]) => (value === true ? [name] : []));
  return `${MinCapacity} to ${MaxCapacity}${suspended.length === 0 ? "" : `, suspended: ${suspended.sort().join(" ")}`}`;
}

async function readLock(): Promise<string> {
  const ssm = new SSMClient({});
  const answer = await ssm.send(new GetParameterCommand({ Name: LOCK })).catch(() => undefined);
  ssm.destroy();
  const value = answer?.Parameter?.Value ?? "";
  // A released one locks nothing: it is a note for a displaced execution, or of records that are elsewhere.
  return value.includes('"released":true') ? "" : value;
}

async function readProtected(ecs: ECSClient): Promise<string> {
  const answer = await ecs.send(new GetTaskProtectionCommand({ cluster: "vulcan-prod" })).catch(() => undefined);
  return (answer?.protectedTasks ?? [])
    .filter(({ protectionEnabled }) => protectionEnabled === true)
    .map(({ taskArn = "" }) => taskArn.split("/").at(-1))
    .sort()
    .join("; ");
}

async function readMigrations(sandbox: Sandbox): Promise<string> {
  const rows = await queryRows(sandbox.databaseUrl, "SELECT version FROM migrations ORDER BY version").catch(() => []);
  return rows.map(({ version }) => version).join(" ");
}

export async function queryRows(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, application_name: "the judge" });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
