import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  PutAlarmMuteRuleCommand,
  PutMetricAlarmCommand,
} from "@aws-sdk/client-cloudwatch";
import { DeregisterTaskDefinitionCommand, ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import {
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { DisableRuleCommand, EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { type DBInstance, DescribeDBInstancesCommand, ModifyDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { registry } from "../../src/actions/index.ts";
import { openTarget } from "../../src/app/open-target.ts";
import { muteRuleText } from "../../src/domain/aws/alarms.ts";
import { READS } from "../../src/domain/aws/iam-actions.ts";
import { type Inspection, inspectionFindings } from "../../src/domain/inspection.ts";
import type { ActionReadContext } from "../../src/domain/services.ts";
import { openRig, type Rig, TARGET, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("healthy");
});
afterAll(() => rig.close());

const ecs = () => new ECSClient({});
const rds = () => new RDSClient({});
const cloudwatch = () => new CloudWatchClient({});
const SERVICE = { cluster: "vulcan-prod", service: "vulcan-prod" };

/** As it should be: the one documented alarm that the scenario lacks. */
const connectionsAlarm = (Threshold: number) =>
  new PutMetricAlarmCommand({
    AlarmName: "vulcan-prod-connections",
    Namespace: "AWS/RDS",
    MetricName: "DatabaseConnections",
    Dimensions: [{ Name: "DBInstanceIdentifier", Value: "vulcan-prod" }],
    Statistic: "Maximum",
    Period: 60,
    EvaluationPeriods: 2,
    Threshold,
    ComparisonOperator: "GreaterThanThreshold",
    AlarmActions: ["arn:aws:sns:eu-west-1:111122223333:vulcan-prod-alerts"],
  });

const events = () => new EventBridgeClient({});

interface Looked extends Inspection {
  readonly exitCode: number;
}

async function look(...flags: string[]): Promise<{ readonly found: Looked; readonly writes: readonly string[] }> {
  const before = rig.sandbox.requests().length;
  const { stdout, stderr, code } = await vulcanOps([
    "plan",
    "--all",
    "--dry-run=read",
    "--output",
    "json",
    "--state-dir",
    rig.stateDir,
    ...flags,
  ]);
  expect([stderr, stdout === ""]).toEqual(["", false]);
  const found = JSON.parse(stdout) as Looked;
  expect(found.exitCode).toBe(code);
  const requests = rig.sandbox.requests().slice(before);
  const allowed = new Set(READS.map(({ action }) => action.split(":")[1]));
  expect(requests.filter(({ operation }) => !allowed.has(operation)).map(({ operation }) => operation)).toEqual([]);
  return { found, writes: requests.filter(({ mutating }) => mutating).map(({ operation }) => operation) };
}

const rulesIn = (found: Inspection) => [...new Set(inspectionFindings(found).map(({ rule }) => rule))];

describe("plan --all --dry-run=read", () => {
  beforeEach(async () => {
    await rig.sandbox.reset("healthy");
    await cloudwatch().send(connectionsAlarm(160));
    const EventPattern = JSON.stringify({ source: ["aws.ecs"] });
    await events().send(new PutRuleCommand({ Name: "failed", EventPattern }));
    const Arn = "arn:aws:sns:eu-west-1:111122223333:vulcan-prod-alerts";
    await events().send(new PutTargetsCommand({ Rule: "failed", Targets: [{ Id: "1", Arn }] }));
  });

  it("plans what can be planned, and finds nothing but the breaker that is off", async () => {
    const { found, writes } = await look();
    expect(writes).toEqual([]);
    // The scenario has no circuit breaker, which the doctor minds, too.
    expect(rulesIn(found)).toEqual(["VOPS203"]);
    expect(found.exitCode).toBe(0);
    expect((await look("--detailed-exitcode")).found.exitCode).toBe(2);
    const revert = found.runbooks.find(({ id }) => id === "rollback-service");
    expect(revert?.plan?.steps.find(({ id }) => id === "revert")?.operation?.name).toBe("UpdateService");
    const restore = found.runbooks.find(({ id }) => id === "restore-database");
    expect(restore?.cases.find(({ name }) => name === "plan")?.skipped).toContain("restore to when?");
  });

  const planted: readonly (readonly [string, string, () => Promise<unknown>])[] = [
    [
      "ECS Exec is off",
      "VOPS206",
      () => ecs().send(new UpdateServiceCommand({ ...SERVICE, enableExecuteCommand: false })),
    ],
    ["drained for 0 s", "VOPS205", () => drain("0")],
    ["no backups", "VOPS207", noBackups],
    [
      "the alarm on healthy hosts is gone",
      "VOPS208",
      () => cloudwatch().send(new DeleteAlarmsCommand({ AlarmNames: ["vulcan-prod-healthy-hosts"] })),
    ],
    [
      "the rule for failed deployments is off",
      "VOPS208",
      () => events().send(new DisableRuleCommand({ Name: "failed" })),
    ],
    ["the alarm on connections has another limit", "VOPS209", () => cloudwatch().send(connectionsAlarm(120))],
    ["another parameter group", "VOPS209", otherGroup],
    [
      "the good revision is INACTIVE",
      "VOPS210",
      () => ecs().send(new DeregisterTaskDefinitionCommand({ taskDefinition: "vulcan-prod:41" })),
    ],
    ["one task is left over, and a mute rule knows of three", "VOPS211", leaveOneTask],
    ["a mute rule is left over", "VOPS212", () => mute()],
  ];

  it.each(planted)("%s: %s", async (_name, rule, plant) => {
    await plant();
    const { found, writes } = await look();
    expect(rulesIn(found)).toContain(rule);
    expect(inspectionFindings(found).every(({ severity }) => severity === "warning")).toBe(true);
    expect(writes).toEqual([]);
  });
});

describe("what a server says under GitHub Actions", () => {
  it.each(["::error::gone", "::add-mask::vulcan", "##[error]gone"])("%s stays text", async (name) => {
    await rig.sandbox.reset("healthy");
    // Long words before it, so that it begins a line of its own on a narrow screen.
    await mute(`${name}-${"x".repeat(30)}`);
    const argv = ["plan", "rollback-service", "--dry-run=read", "--state-dir", rig.stateDir];
    const { stdout, stderr } = await vulcanOps(argv, { env: { GITHUB_ACTIONS: "true" }, columns: 40 });
    const shown = name.replace("::", "\\u003a:").replace("##[", "\\u0023#[");
    expect(stdout.replace(/\n +/g, "")).toContain(name.startsWith("::") ? name.slice(1) : shown);
    expect(stdout.split(/[\r\n]/).filter((line) => line.trim().startsWith("::"))).toEqual([]);
    expect(stdout + stderr).not.toContain("##[");
    const commands = stderr.split(/[\r\n]/).filter((line) => line.trim().startsWith("::"));
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.filter((line) => !/^::(warning|notice) title=VOPS\d{3}::/.test(line))).toEqual([]);
  });
});

async function drain(seconds: string): Promise<void> {
  const elb = new ElasticLoadBalancingV2Client({});
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
  const Attributes = [{ Key: "deregistration_delay.timeout_seconds", Value: seconds }];
  await elb.send(
    new ModifyTargetGroupAttributesCommand({ TargetGroupArn: TargetGroups[0]?.TargetGroupArn, Attributes }),
  );
}

async function modify(change: Readonly<Record<string, string | number>>): Promise<void> {
  await rds().send(
    new ModifyDBInstanceCommand({ DBInstanceIdentifier: "vulcan-prod", ApplyImmediately: true, ...change }),
  );
}

/** It waits for a reboot once RDS has taken it in. */
async function otherGroup(): Promise<void> {
  await modify({ DBParameterGroupName: "default.postgres18" });
  await untilInstance(({ DBParameterGroups: [group] = [] }) => group?.ParameterApplyStatus !== "in-sync");
}

async function noBackups(): Promise<void> {
  await modify({ BackupRetentionPeriod: 0 });
  await untilInstance((one) => one.BackupRetentionPeriod === 0 && one.DBInstanceStatus === "available");
}

async function untilInstance(isSo: (instance: DBInstance) => boolean): Promise<void> {
  for (;;) {
    const { DBInstances: [instance] = [] } = await rds().send(new DescribeDBInstancesCommand({}));
    if (instance !== undefined && isSo(instance)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function leaveOneTask(): Promise<void> {
  await mute("vulcan-ops-vulcan-prod-202604101200", muteRuleText(3));
  await ecs().send(new UpdateServiceCommand({ ...SERVICE, desiredCount: 1 }));
}

async function mute(name = "vulcan-ops-left", description = ""): Promise<void> {
  const at = new Date(rig.sandbox.now()).toISOString().slice(0, 16);
  await cloudwatch().send(
    new PutAlarmMuteRuleCommand({
      Name: name,
      Description: description,
      Rule: { Schedule: { Expression: `at(${at})`, Duration: "PT12H" } },
      MuteTargets: { AlarmNames: ["vulcan-prod-healthy-hosts"] },
    }),
  );
}

it("an action that proposes what cannot be undone has to declare it: VOPS105", async () => {
  await rig.sandbox.reset("bad-but-healthy");
  const name = "ecs.updateService";
  const honest = registry[name] as NonNullable<(typeof registry)[string]>;
  const undo = { kind: "irreversible", reason: "for this test" } as const;
  const undeclared: typeof honest = {
    ...honest,
    plan(...given) {
      const { proposal, ...planned } = honest.plan(...given);
      return { ...planned, ...(proposal && { proposal: { ...proposal, undo } }) };
    },
  };
  const planned = async () => {
    const { stdout } = await vulcanOps(["plan", "rollback-service", "--output", "json", "--state-dir", rig.stateDir]);
    return rulesIn(JSON.parse(stdout) as Inspection);
  };
  expect(await planned()).not.toContain("VOPS105");
  Object.assign(registry, { [name]: undeclared });
  const found = await planned().finally(() => Object.assign(registry, { [name]: honest }));
  expect(found).toContain("VOPS105");
});

describe("a write that is smuggled into an observe", () => {
  const context = {
    env: process.env,
    cwd: "/",
    stdin: { isTTY: false } as NodeJS.ReadStream,
    stdout: process.stdout,
    stderr: process.stderr,
    ids: { execution: () => "x" },
    stop: new AbortController().signal,
    note: () => undefined,
  };
  const site = () => openTarget({}, context, { pinned: TARGET, purpose: "reading" });
  const original = registry["ecs.findRevision"];
  afterEach(() => {
    Object.assign(registry, { "ecs.findRevision": original });
  });

  const smuggled: readonly (readonly [string, (looking: ActionReadContext) => Promise<unknown>])[] = [
    [
      "by the sender",
      async () => {
        const { gateway } = await site();
        return gateway.send({ service: "ecs", name: "UpdateService", input: { ...SERVICE, desiredCount: 0 } }, "k");
      },
    ],
    [
      "by the shared lock",
      async () => (await site()).sharedLock.replace({ execution: "x", command: "", since: "", operator: "", host: "" }),
    ],
    [
      "by a session in a container",
      async ({ services: world, target }) => {
        const task = (await world.aws.ecs.tasks(target.cluster, target.service, "RUNNING"))[0]?.id ?? "";
        const { shell } = await (await site()).openShell();
        return shell.run(["touch", `/tmp/${task}`]);
      },
    ],
  ];

  it.each(smuggled)("%s, is refused before it leaves, and found", async (_name, write) => {
    await rig.sandbox.reset("healthy");
    const observe = async (_given: unknown, looking: ActionReadContext) => {
      await write(looking);
      throw new Error("it was sent");
    };
    Object.assign(registry, { "ecs.findRevision": { ...original, observe } });
    const { found, writes } = await look();
    expect(found.exitCode).toBe(6);
    expect(rulesIn(found)[0]).toBe("VOPS222");
    expect(writes).toEqual([]);
  });
});
