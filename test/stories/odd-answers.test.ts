import { CloudWatchClient, PutAlarmMuteRuleCommand } from "@aws-sdk/client-cloudwatch";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClients } from "../../src/aws/client/clients.ts";
import { createReads } from "../../src/aws/reads.ts";
import type { AwsReads } from "../../src/domain/aws/reads.ts";
import { OpsError } from "../../src/domain/error.ts";
import { operationOf, type Recorded, type Recording, recordingProxy } from "../support/odd-answers/recording-proxy.ts";
import { type Member, membersOf, NOT_FOR_PEOPLE } from "../support/odd-answers/spoiled.ts";
import { sample } from "../support/sample.ts";
import { openRig, type Rig, TARGET, vulcanOps } from "../support/sandbox-harness.ts";

let rig: Rig;
let proxy: Recording;
let reads: Readonly<Record<string, () => Promise<unknown>>>;
beforeAll(async () => {
  rig = await openRig("major-release");
  proxy = await recordingProxy(rig.sandbox.endpoint);
  await rule();
  process.env.AWS_ENDPOINT_URL = proxy.url;
  const settings = { region: "eu-west-1" };
  reads = await everyRead(createReads(createClients(settings, 1)));
});
afterAll(async () => {
  await proxy.close();
  await rig.close();
});

const RULE = "test-rule";
const rule = () =>
  new CloudWatchClient({}).send(
    new PutAlarmMuteRuleCommand({
      Name: RULE,
      Rule: { Schedule: { Expression: "at(2020-01-01T00:00)", Duration: "PT1H" } },
      MuteTargets: { AlarmNames: ["vulcan-prod-healthy-hosts"] },
    }),
  );

/** Each read that there is, of what the world has. */
async function everyRead(aws: AwsReads): Promise<Readonly<Record<string, () => Promise<unknown>>>> {
  const { cluster, service, database } = TARGET;
  const { ecs, around, rds, watch, mutes } = aws;
  const found = await ecs.service(cluster, service);
  const [task] = await ecs.tasks(cluster, service, "RUNNING");
  const [row] = await ecs.history(cluster, service);
  const [group = ""] = found.targetGroups;
  const [parameters] = (await aws.database(database))?.parameterGroups ?? [];
  const definition = await ecs.taskDefinition(found.taskDefinition);
  const subject = await watch.subject(TARGET, found);
  const [container] = definition?.containers ?? [];
  const id = task?.id ?? "";
  const to = Date.now();
  const span = { from: to - 600_000, to };
  return {
    "ecs.cluster": () => ecs.cluster(cluster),
    "ecs.service": () => ecs.service(cluster, service),
    "ecs.history": () => ecs.history(cluster, service),
    "ecs.deployments": () => ecs.deployments([row?.arn ?? ""]),
    "ecs.taskDefinition": () => ecs.taskDefinition(found.taskDefinition),
    "ecs.serviceRevisions": () => ecs.serviceRevisions([row?.serviceRevision ?? ""]),
    "ecs.revisions": () => ecs.revisions("vulcan-prod"),
    "ecs.tasks": () => ecs.tasks(cluster, service, "RUNNING"),
    "ecs.tasksNamed": () => ecs.tasksNamed(cluster, [id]),
    "ecs.familyTasks": () => ecs.familyTasks(cluster, "vulcan-prod"),
    "ecs.isProtected": () => ecs.isProtected(cluster, id),
    "ecs.protectedTasks": () => ecs.protectedTasks(cluster, service),
    "ecs.allTasks": () => ecs.allTasks(cluster, service),
    "around.image": () => around.image(container?.image ?? ""),
    "around.hasSecret": () => around.hasSecret(container?.secrets[0]?.from ?? ""),
    "around.scalingTarget": () => around.scalingTarget(cluster, service),
    "around.scheduledScaling": () => around.scheduledScaling(cluster, service),
    "around.logTail": () =>
      around.logTail(container?.logs?.group ?? "", `${container?.logs?.prefix}/${container?.name}/${id}`, 5),
    "around.hasLogGroup": () => around.hasLogGroup(container?.logs?.group ?? ""),
    "rds.automatedBackups": () => rds.automatedBackups(database),
    "rds.snapshots": () => rds.snapshots(database),
    "rds.cluster": () => rds.cluster(database),
    "rds.blueGreen": () => rds.blueGreen(database),
    "rds.instance": () => rds.instance(database),
    "rds.events": () => rds.events(database, to - 86_400_000),
    "rds.quotas": () => rds.quotas(),
    "watch.subject": () => watch.subject(TARGET, found),
    "watch.metrics": () => watch.metrics(subject, span),
    "watch.freeStorage": () => watch.freeStorage(database, span),
    "watch.alarmTimes": () => watch.alarmTimes(subject, span),
    "watch.setConnections": () => watch.setConnections(parameters?.name ?? ""),
    "mutes.activeMutes": () => mutes.activeMutes(),
    "mutes.alarmsNamed": () => mutes.alarmsNamed(["vulcan-prod-healthy-hosts"]),
    "mutes.muteRule": () => mutes.muteRule(RULE),
    "mutes.askForMore": () => mutes.askForMore(cluster, service),
    caller: () => aws.caller(),
    targetGroups: () => aws.targetGroups([group]),
    targetHealth: () => aws.targetHealth(group),
    drainSeconds: () => aws.drainSeconds(group),
    alarms: () => aws.alarms(),
    metricAlarms: () => aws.metricAlarms(),
    database: () => aws.database(database),
  };
}

interface Case {
  readonly read: string;
  readonly question: string;
  readonly member: Member;
  readonly kind: string;
}

type Reading = { readonly value: unknown } | { readonly failure: unknown };

async function reading(read: string, question: string, body: string | undefined): Promise<Reading> {
  proxy.replay(body === undefined ? undefined : { question, body });
  return (reads[read] as () => Promise<unknown>)().then(
    (value) => ({ value }),
    (failure: unknown) => ({ failure }),
  );
}

/** Is nothing in `part` that is not in `whole`? A member may be missing; a list has all its elements. */
function isPartOf(part: unknown, whole: unknown, called = ""): boolean {
  if (isUnknown(called, part) || Object.is(part, whole)) return true;
  if (typeof part !== "object" || part === null || typeof whole !== "object" || whole === null) return false;
  if (Array.isArray(part) !== Array.isArray(whole)) return false;
  // A task is known by each of its addresses: one that is left out hides none of the others.
  if (called === "addresses" && Array.isArray(part)) return part.every((one) => (whole as unknown[]).includes(one));
  if (Array.isArray(part) && part.length !== (whole as unknown[]).length) return false;
  return Object.entries(part).every(([name, value]) =>
    isPartOf(value, (whole as Record<string, unknown>)[name], Array.isArray(part) ? called : name),
  );
}

/** Absence that means something. `null` is absence; another type never is. */
const MEANT: readonly (readonly [member: RegExp, why: string])[] = [
  [/^DescribeTaskDefinition taskDefinition\./, "a definition is shown as it was registered"],
  [/^DescribeServices .*(deploymentController(\.type)?|strategy|deploymentConfiguration\.alarms.*)$/, "documented"],
  [
    /^DescribeServices .*(healthCheckGracePeriodSeconds|serviceName|placementConstraints|platformVersion)$/,
    "documented",
  ],
  [/^DescribeServices services\[0\]\.events\[0\]\./, "events are shown, and nothing is concluded from their number"],
  [/^DescribeServiceRevisions serviceRevisions\[0\]\.(?!taskDef|containerImages|serviceRevisionArn)/, "as registered"],
  [/^DescribeScalableTargets .*SuspendedState\.\w+$/, "the default of each is false"],
  [/^DescribeClusters clusters\[0\]\.configuration/, "the default is DEFAULT, without a key"],
  [/^DescribeTargetGroupAttributes .*\.(Key|member)$/, "the default of the delay is 300 s"],
  [
    /^DescribeDBInstances .*(KmsKeyId|CACertificateIdentifier|EnabledCloudwatchLogsExports.*|Monitoring\w+|DBName)$/,
    "an instance may be without it",
  ],
  [
    /^DescribeDBInstances .*(PerformanceInsights\w+|DatabaseInsightsMode|EngineLifecycleSupport|NetworkType)$/,
    "an instance may be without it",
  ],
  [/^DescribeDBInstances .*TagList\.Tag\.Value$/, "a tag may have no value"],
  [/^DescribeDBInstances .*(DedicatedLogVolume|Iops|StorageThroughput|MaxAllocatedStorage)$/, "may be without it"],
];

/** What says itself that nothing is known. */
const isUnknown = (name: string, part: unknown): boolean =>
  part === undefined ||
  (name === "health" && part === "UNKNOWN") ||
  (["taskDefinition", "sources"].includes(name) && part === "") ||
  (name === "events" && Array.isArray(part)) ||
  (name === "addresses" && Array.isArray(part) && part.length === 0);

/** Every member of every answer that the reads get, and what the reads say of the true ones. */
async function everyCase() {
  const cases: Case[] = [];
  const truth = new Map<string, unknown>();
  proxy.forward();
  for (const [read, ask] of Object.entries(reads)) {
    proxy.asked();
    truth.set(read, await ask());
    for (const question of proxy.asked()) {
      const { type, body } = proxy.answers.get(question) as Recorded;
      for (const member of membersOf(type, body))
        for (const kind of Object.keys(member.spoiled)) cases.push({ read, question, member, kind });
    }
  }
  return { cases, truth };
}

describe("an answer without a member, or with another type there", () => {
  it("makes each read fail with a reason, or leave out what it does not know", async () => {
    const { cases, truth } = await everyCase();
    const wrong: string[] = [];
    for (const { read, question, member, kind } of sample(cases, 120)) {
      const asked = `${operationOf(question)} ${member.path}`;
      const name = `${read}: ${asked} ${kind}`;
      const found = await reading(read, question, member.spoiled[kind]);
      if ("failure" in found) {
        const { failure } = found;
        const isSaid = failure instanceof OpsError && !NOT_FOR_PEOPLE.test(failure.message);
        if (!isSaid) wrong.push(`${name}: ${String(failure)}`);
        continue;
      }
      if (["removed", "null"].includes(kind) && MEANT.some(([meant]) => meant.test(asked))) continue;
      // A claim that fits the true answer by chance does not fit one with another value there.
      const other = member.changed === undefined ? undefined : await reading(read, question, member.changed);
      const isTrue = isPartOf(found.value, truth.get(read));
      if (!isTrue || (other !== undefined && "value" in other && !isPartOf(found.value, other.value)))
        wrong.push(`${name}: ${JSON.stringify(found.value)}`);
    }
    expect(wrong).toEqual([]);
  });

  const COMMANDS: readonly (readonly string[])[] = [
    ["status"],
    ["doctor"],
    ["rollback", "--to", "41", "--dry-run"],
    ["restore", "--latest", "--dry-run"],
    ["maintenance", "--dry-run"],
    ["migrate", "down", "1", "--dry-run"],
    ["plan", "--all", "--dry-run=read"],
  ];

  it("never ends a command by itself, nor shows what is not there as a value", async () => {
    const { cases } = await everyCase();
    const all = COMMANDS.flatMap((command) => cases.map((one) => ({ command, ...one })));
    const wrong: string[] = [];
    for (const { command, question, member, kind } of sample(all, 7)) {
      const operation = operationOf(question);
      proxy.forward((asked, { type, body }) => {
        if (operationOf(asked) !== operation) return body;
        return membersOf(type, body).find(({ path }) => path === member.path)?.spoiled[kind] ?? body;
      });
      const { code, stdout, stderr } = await vulcanOps([...command, "--state-dir", rig.stateDir], { columns: 300 });
      const said = `${stdout}${stderr}`;
      const isForeignHint = /restore|maintenance|doctor/.test(command[0] ?? "") && /rollback --dry-run/.test(said);
      if (isForeignHint || NOT_FOR_PEOPLE.test(said))
        wrong.push(`${command.join(" ")}: ${operation} ${member.path} ${kind}: ${code} ${said}`);
    }
    expect(wrong).toEqual([]);
  });
});
