import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../../commands/index.ts";
import { isGroup } from "../../../src/cli/command.ts";
import { DEPENDENTS, READS, WRITES } from "../../../src/domain/aws/iam-actions.ts";
import { GRANTS } from "../../../src/domain/aws/iam-grants.ts";
import { ALL_NEEDS, NEEDS, type Needs } from "../../../src/domain/aws/iam-needs.ts";
import { namesOf, policyFor } from "../../../src/domain/aws/iam-policy.ts";
import { matches } from "../../support/policy/allows.ts";
import { referenceOf } from "../../support/policy/authorization.ts";
import { commandOf } from "../../support/policy/commands.ts";

const PLACE = { cluster: "blue", service: "web", database: "books", region: "eu-west-1", account: "111122223333" };
const actionsOf = (needs: Needs): readonly string[] =>
  policyFor(needs, PLACE).Statement.flatMap(({ Action }) => Action);
const CALLS = [...READS, ...WRITES].map(({ action }) => action);
const sorted = (actions: Iterable<string>): readonly string[] => [...new Set(actions)].sort();

describe("the table of statements", () => {
  it("has every action that the program uses, and those that come with them", () => {
    const granted = GRANTS.flatMap(({ actions }) => actions);
    expect(sorted(granted)).toEqual(sorted([...CALLS, ...DEPENDENTS.map(({ action }) => action)]));
    // A role is passed to three services, a session is of ECS or one's own, two topics get messages, and a table has
    // records, plans and answers.
    const twice = granted.filter((action, index) => granted.indexOf(action) !== index);
    expect(sorted(twice)).toEqual([
      "dynamodb:PutItem",
      "iam:PassRole",
      "sns:Publish",
      "ssm:ResumeSession",
      "ssm:TerminateSession",
    ]);
  });

  it("knows the needs of every command by the name that one types", async () => {
    for (const [word, load] of Object.entries(COMMANDS)) {
      const loaded = await load();
      const below =
        isGroup(loaded) && !(word in NEEDS) ? Object.keys(loaded.commands).map((one) => [word, one]) : [[word]];
      for (const words of below) expect(commandOf(words)).toBe(words.join(" "));
    }
    const sids = new Set(GRANTS.map(({ sid }) => sid));
    const named = Object.values<Needs>(NEEDS).flatMap(({ writes }) => writes.map(({ sid }) => sid));
    expect(named.filter((sid) => !sids.has(sid))).toEqual([]);
  });

  it.each(Object.entries<Needs>(NEEDS))("%s: reads and writes what the program knows", (_, { reads, writes }) => {
    expect(reads.filter((action) => !READS.some((read) => read.action === action))).toEqual([]);
    expect(new Set(writes.map(({ sid }) => sid)).size).toBe(writes.length);
  });
});

/** Where AWS would take a resource, but its name is not known beforehand. */
const WIDE: Readonly<Record<string, string>> = {
  "cloudwatch:DescribeAlarmHistory": "the alarms are found by what they watch",
  "cloudwatch:DescribeAlarms": "the alarms are found by what they watch",
  "cloudwatch:GetMetricData": "a dataset is not asked for",
  "cloudwatch:ListAlarmMuteRules": "a list",
  "ecr:BatchGetImage": "the repository is the revision's",
  "ecr:DescribeImages": "the repository is the revision's",
  "ecs:ListTasks": "its resource is a container instance, and tasks on Fargate have none",
  "ecs:RegisterTaskDefinition": "the family is the service's present one",
  "logs:FilterLogEvents": "the log group is the revision's",
  "logs:GetLogEvents": "the log group is the revision's",
  "rds:DescribeBlueGreenDeployments": "a list",
  "rds:DescribeDBClusters": "the cluster is the database's",
  "rds:DescribeDBInstanceAutomatedBackups": "its backups have ids of their own",
  "rds:DescribeDBInstances": "replicas, which have any name",
  "rds:DescribeDBParameters": "the parameter group is the database's",
  "rds:DescribeDBSnapshots": "snapshots have any name",
  "scheduler:GetSchedule": "a policy has no room for a statement more; a schedule holds nothing secret",
  "secretsmanager:DescribeSecret": "the secrets are the revision's",
  "ssm:GetCalendarState": "the calendar may be another account's",
};

describe("by AWS's Service Authorization Reference", () => {
  const statements = [NEEDS.run, NEEDS.init, NEEDS.journal].flatMap((needs) => policyFor(needs, PLACE).Statement);
  const rows = statements.flatMap((statement) => statement.Action.map((action) => ({ action, statement })));

  it.each(rows)(
    "$action exists, on the resources and with the conditions of its statement",
    async ({ action, statement }) => {
      const reference = await referenceOf(action);
      if (reference === undefined) throw new Error(`AWS has no action ${action}`);
      const resources = [statement.Resource].flat();
      if (resources[0] === "*") {
        expect([action, reference.types.length > 0]).toEqual([action, action in WIDE]);
        return;
      }
      const types = reference.types.filter(({ arn }) => resources.some((resource) => arn.test(resource)));
      expect(types.length).toBeGreaterThan(0);
      const missing = reference.types.filter((type) => type.required && !types.includes(type));
      expect(missing.map(({ name }) => name)).toEqual([]);
      const keys = Object.values(statement.Condition ?? {}).flatMap((one) => Object.keys(one));
      expect(keys.filter((key) => !reference.conditionKeys.includes(key) && !key.startsWith("kms:"))).toEqual([]);
    },
  );

  it.each(statements)("$Sid names no resource that none of its actions is for", async ({ Action, Resource }) => {
    const references = await Promise.all(Action.map(referenceOf));
    const shapes = references.flatMap((reference) => reference?.types ?? []);
    const strange = [Resource].flat().filter((one) => one !== "*" && !shapes.some(({ arn }) => arn.test(one)));
    expect(strange).toEqual([]);
  });
});

/** What the procedures called, by their golden traces. */
const FOLDER = join(import.meta.dirname, "../../golden/traces");
const TRACES = readdirSync(FOLDER).map((file) => {
  const lines = readFileSync(join(FOLDER, file), "utf8").split("\n");
  const typed = lines
    .filter((line) => line.startsWith("vulcan-ops "))
    .map((line) => commandOf(line.split(" ").slice(1)));
  const operations = lines.flatMap((line) => /^ +(?:\d+ )?((?:[a-z]+:)?[A-Z]\w+)/.exec(line)?.[1] ?? []);
  const called = sorted(operations).flatMap((operation) => {
    const known = CALLS.filter((action) => action === operation || action.endsWith(`:${operation}`));
    // Where two services have an operation of that name, a trace names the service.
    return known.length === 1 ? known : [`unknown:${operation}`];
  });
  return { file, typed, called };
});

it.each(TRACES)("$file: the policy of its command is enough", ({ typed, called }) => {
  const allowed = new Set(typed.flatMap((name) => actionsOf(NEEDS[name])));
  expect(called.filter((action) => !allowed.has(action))).toEqual([]);
});

const IN_FLIGHT = "a deployment in flight that began from that revision is stopped instead (revert.test)";
const ON_EC2 = "tasks on instances (task-addresses.test)";
const LOST = "the connection of a session is lost (run-command.test)";
const TUNNEL = "--database-via task (database-via-task.test)";
const LEFT = "what an earlier run has not put back is named (status.test, left-by-others)";
const NO_WINDOW = "the database cannot be restored as it is (restorable.test)";
const END_NOTICE = "the notice of a missing end (maintenance.test, kill-maintenance.test)";
const UNDO = "their undo (the trace undo-alerts)";
const WHY_FAILED = "why a rollout fails, and which deployment took its place";

const LEFTOVERS: Readonly<Record<string, string>> = {
  "application-autoscaling:DescribeScalableTargets": LEFT,
  "cloudwatch:DescribeAlarms": LEFT,
  "cloudwatch:GetAlarmMuteRule": LEFT,
  "ecs:DescribeTaskDefinition": LEFT,
  "ecs:GetTaskProtection": LEFT,
  "rds:DescribeDBInstances": LEFT,
};
const SESSIONS: Readonly<Record<string, string>> = {
  "ssm:ResumeSession": LOST,
  "ssm:StartSession": TUNNEL,
  "ssm:TerminateSession": LOST,
};
const UNRESTORABLE: Readonly<Record<string, string>> = {
  "rds:DescribeDBClusters": NO_WINDOW,
  "rds:DescribeDBSnapshots": NO_WINDOW,
};

const NOTICES: Readonly<Record<string, string>> = {
  "secretsmanager:GetSecretValue": "a key of notices in a secret (target/notices.test)",
  "sns:Publish": "notices.topic (notices.test)",
};
const CALENDAR = { "ssm:GetCalendarState": "the setting changeCalendar (approval.test)" };

const PROBES: Readonly<Record<string, string>> = {
  "cloudwatch:GetMetricData": "a metric of the setting reconnects (reconnects.test)",
  "logs:FilterLogEvents": "a log pattern of the setting reconnects (reconnects.test)",
};

/** What no procedure here calls, and why its command may: unhappy paths and other ways. */
const MORE: Readonly<Partial<Record<keyof typeof NEEDS, Readonly<Record<string, string>>>>> = {
  rollback: {
    ...LEFTOVERS,
    ...SESSIONS,
    ...PROBES,
    ...NOTICES,
    "ecs:DescribeContainerInstances": ON_EC2,
    "ecs:ListTaskDefinitions": "no earlier deployment is known (revert.test)",
  },
  status: { ...LEFTOVERS, ...UNRESTORABLE, "ecs:DescribeServiceDeployments": WHY_FAILED },
  watch: {
    "ecs:DescribeServiceDeployments": WHY_FAILED,
    "ecs:DescribeTaskDefinition": "a deployment of the watch may bring back what was rolled back from (left-releases)",
    "rds:DescribeDBInstances": "max_connections, where the watch is told it by RDS",
    "rds:DescribeDBParameters": "max_connections, where the watch is told it by RDS",
  },
  "migrate status": { ...SESSIONS },
  "migrate down": {
    ...LEFTOVERS,
    ...SESSIONS,
    ...UNRESTORABLE,
    ...NOTICES,
    ...CALENDAR,
    "application-autoscaling:RegisterScalableTarget": "auto scaling would undo the size",
    "ecs:DescribeContainerInstances": ON_EC2,
    "ecs:StopServiceDeployment": IN_FLIGHT,
    "rds:DescribeDBInstanceAutomatedBackups": NO_WINDOW,
  },
  restore: {
    ...LEFTOVERS,
    ...SESSIONS,
    ...PROBES,
    ...UNRESTORABLE,
    ...NOTICES,
    ...CALENDAR,
    "application-autoscaling:RegisterScalableTarget": "scheduled scaling is active (cutover.test)",
    "ecs:DescribeContainerInstances": ON_EC2,
    "ecs:ListServiceDeployments": WHY_FAILED,
    "ecs:ListTaskDefinitions": "whether the copy is registered, after a lost answer (copy-revision.test)",
    "logs:GetLogEvents": WHY_FAILED,
  },
  upgrade: {
    ...LEFTOVERS,
    ...SESSIONS,
    ...PROBES,
    ...UNRESTORABLE,
    ...NOTICES,
    ...CALENDAR,
    "ecs:DescribeContainerInstances": ON_EC2,
    "ecs:ListTaskDefinitions": "whether the copy is registered, after a lost answer (copy-revision.test)",
    "ecs:StopServiceDeployment": IN_FLIGHT,
    "rds:DescribeDBParameters": "max_connections, where SQL is not set up",
  },
  maintenance: {
    ...SESSIONS,
    ...PROBES,
    ...UNRESTORABLE,
    ...NOTICES,
    ...CALENDAR,
    "ecs:DescribeContainerInstances": ON_EC2,
    "scheduler:GetSchedule": END_NOTICE,
    "ecs:RunTask": "--via task (maintenance-troubles.test)",
    "ecs:StopServiceDeployment": IN_FLIGHT,
    "rds:DescribeDBParameters": "max_connections, where SQL is not set up",
  },
  notify: { ...NOTICES, "scheduler:CreateSchedule": END_NOTICE, "scheduler:DeleteSchedule": END_NOTICE },
  alerts: {
    ...LEFTOVERS,
    ...SESSIONS,
    "secretsmanager:GetSecretValue": NOTICES["secretsmanager:GetSecretValue"] ?? "",
    "cloudwatch:DeleteAlarms": UNDO,
    "ecs:DescribeTasks": TUNNEL,
    "ecs:ListTasks": TUNNEL,
    "events:DeleteRule": UNDO,
    "events:RemoveTargets": UNDO,
    "rds:DescribeDBParameters": "max_connections, where SQL is not set up",
  },
};

describe("not more than is needed", () => {
  const ofOne = TRACES.filter(({ typed }) => typed.length === 1);
  const names = [...new Set(ofOne.flatMap(({ typed }) => typed))].filter(
    // `run` is for any runbook.
    (name) => !["doctor", "plan", "run"].includes(name),
  );

  it.each(names)("%s", (name) => {
    const called = new Set(ofOne.filter(({ typed }) => typed[0] === name).flatMap((one) => one.called));
    const implied = DEPENDENTS.filter(({ of }) => of.some((action) => called.has(action))).map(({ action }) => action);
    const superfluous = actionsOf(NEEDS[name]).filter((action) => !called.has(action) && !implied.includes(action));
    expect(sorted(superfluous)).toEqual(sorted(Object.keys(MORE[name] ?? {}).filter((action) => !called.has(action))));
  });

  it("each read and write is called by a procedure here, or some unhappy path is known that calls it", () => {
    const known = new Set([...TRACES.flatMap(({ called }) => called), ...Object.values(MORE).flatMap(Object.keys)]);
    // Those of `init` are in test/stories/init.test.ts: it is no procedure, and has no trace.
    const ofInit = READS.filter((read) => read.ofInit === true).map(({ action }) => action);
    // Those of a shared journal are in test/aws/dynamodb, those of fleets in test/stories/fleet-run.test.ts.
    const ofTable = [...READS, ...WRITES].filter(({ ofJournal, ofFleet }) => (ofJournal ?? ofFleet) === true);
    const ofOthers = [...ofInit, ...ofTable.map(({ action }) => action)];
    expect(sorted(CALLS.filter((action) => !known.has(action)))).toEqual(sorted(ofOthers));
  });

  it("an observer writes nothing, and who asks AWS nothing gets nothing", () => {
    const ofATarget = READS.filter(({ ofInit, ofJournal, ofFleet }) => (ofInit ?? ofJournal ?? ofFleet) !== true).map(
      ({ action }) => action,
    );
    expect(sorted(actionsOf(NEEDS.observer))).toEqual(sorted(ofATarget));
    expect(policyFor(NEEDS.history, PLACE).Statement).toEqual([]);
  });
});

describe("on a target", () => {
  const resources = (place: Parameters<typeof namesOf>[0], sid: string, region?: string): readonly string[] =>
    policyFor(ALL_NEEDS, namesOf(place, region))
      .Statement.filter(({ Sid }) => Sid === sid)
      .flatMap(({ Resource }) => Resource);

  it.each([
    ["eu-west-1", "aws"],
    ["cn-north-1", "aws-cn"],
    ["us-gov-west-1", "aws-us-gov"],
    ["us-iso-east-1", "aws-iso"],
    ["us-isob-east-1", "aws-iso-b"],
    ["eusc-de-east-1", "aws-eusc"],
  ])("in %s every name is of %s", (region, partition) => {
    const arns = policyFor(ALL_NEEDS, namesOf({ ...PLACE, region }))
      .Statement.flatMap(({ Resource, Condition = {} }) => [
        ...[Resource].flat(),
        ...Object.values(Condition).flatMap((keys) => Object.values(keys)),
      ])
      .filter((text) => text.startsWith("arn:"));
    expect(arns.length).toBeGreaterThan(25);
    expect(arns.filter((arn) => !arn.startsWith(`arn:${partition}:`))).toEqual([]);
  });

  it("is limited to its names, account and region", () => {
    expect(resources(PLACE, "Update")).toEqual(["arn:aws:ecs:eu-west-1:111122223333:service/blue/web"]);
    expect(resources(PLACE, "Restore")[0]).toBe("arn:aws:rds:eu-west-1:111122223333:db:books*");
    expect(resources({}, "Update")).toEqual(["arn:aws:ecs:*:*:service/*/*"]);
    expect(resources({}, "Update", "cn-north-1")).toEqual(["arn:aws-cn:ecs:*:*:service/*/*"]);
  });

  it("is limited to its topic and its alarms, of which many are limited by what their names begin with", () => {
    const announceTopic = "arn:aws-cn:sns:cn-north-1:111122223333:ops";
    expect(resources({ announceTopic }, "Announce")).toEqual([announceTopic]);
    expect(resources({ announceTopic }, "Lock")).toEqual(["arn:aws-cn:ssm:*:*:parameter/vulcan-ops/locks/*"]);
    const alarms = (mutedAlarms: string) => resources({ mutedAlarms }, "Mute").slice(1);
    expect(alarms("web-5xx, web-cpu")).toEqual([
      "arn:aws:cloudwatch:*:*:alarm:web-5xx",
      "arn:aws:cloudwatch:*:*:alarm:web-cpu",
    ]);
    const many = Array.from({ length: 11 }, (_, index) => `web-${index}`).join(",");
    expect(alarms(many)).toEqual(["arn:aws:cloudwatch:*:*:alarm:web-*"]);
    expect(matches(alarms(many)[0] ?? "", "arn:aws:cloudwatch:eu-west-1:1:alarm:web-10")).toBe(true);
  });

  it("has room in a managed policy, with the longest names", () => {
    const long = "n".repeat(64);
    const place = namesOf({ ...PLACE, region: "us-gov-west-1", cluster: long, service: long, database: long });
    expect(JSON.stringify(policyFor(ALL_NEEDS, namesOf({}))).length).toBeLessThan(6144);
    for (const [name, needs] of Object.entries(NEEDS)) {
      if (!["run", "resume", "undo"].includes(name)) {
        expect([name, JSON.stringify(policyFor(needs, place)).length < 6144]).toEqual([name, true]);
      }
    }
  });
});
