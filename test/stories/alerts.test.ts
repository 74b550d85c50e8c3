import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  DisableAlarmActionsCommand,
  PutMetricAlarmCommand,
} from "@aws-sdk/client-cloudwatch";
import { DescribeRuleCommand, EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateTopicCommand, SetTopicAttributesCommand, SNSClient } from "@aws-sdk/client-sns";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { READS } from "../../src/domain/aws/iam-actions.ts";
import { shellWords } from "../../src/ui/text/wrap-command.ts";
import { sample } from "../support/sample.ts";
import { mutations, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";
import { deploy, waitFor } from "../support/stories/rollout.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig("healthy", 60);
});
beforeEach(async () => {
  rig.sandbox.clearFaults();
  await rig.sandbox.reset("breaker-rolls-back");
});
afterAll(() => rig.close());

const TOPIC = "arn:aws:sns:eu-west-1:111122223333:vulcan-prod-alerts";
const RULE = "vulcan-ops-vulcan-prod.vulcan-prod-deployment-failed";
const SESSIONS = "vulcan-ops-vulcan-prod.vulcan-prod-connections";
const HOSTS = "vulcan-ops-vulcan-prod.vulcan-prod-healthy-hosts-vulcan-prod";
const ALL = ["PutRule", "PutTargets", "PutMetricAlarm", "PutMetricAlarm"];

/** In some worlds the circuit breaker is off. */
const UNPROVEN = 7;

const cloudwatch = () => new CloudWatchClient({});
const run = (...words: readonly string[]) => vulcanOps([...words, "--state-dir", rig.stateDir], { columns: 400 });
const alerts = (...words: readonly string[]) => run("alerts", "--topic", TOPIC, "--yes", ...words);
const text = ({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }) => `${stdout}\n${stderr}`;
const without = (...names: readonly string[]) => cloudwatch().send(new DeleteAlarmsCommand({ AlarmNames: [...names] }));
const alarm = async (name: string) =>
  (await cloudwatch().send(new DescribeAlarmsCommand({ AlarmNames: [name] }))).MetricAlarms?.[0];
const messages = () => rig.sandbox.state().published;

interface Finding {
  readonly check: string;
  readonly level: string;
  readonly evidence: string;
  readonly fixes?: readonly string[];
}
const doctor = async (): Promise<readonly Finding[]> => {
  const { findings } = JSON.parse((await run("doctor", "--output", "json")).stdout) as { findings: readonly Finding[] };
  return findings.filter(({ check }) => check === "alerts");
};

describe("the three documented alerts", () => {
  it("are made and proven; a deployment that the breaker fails is told to the topic; an undo leaves nothing", async () => {
    await without("vulcan-prod-healthy-hosts");
    const done = await alerts();
    expect([done.code, mutations(rig.sandbox).slice(1)]).toEqual([0, ALL]);
    expect(text(done)).toContain(
      "Created the alert on failed deployments, the alert on healthy targets of vulcan-prod, the alert on connections of vulcan-prod. Next: ",
    );
    expect(text(done)).toContain("Exit      0: done, 3/3 alerts armed, took 1 min");
    expect(await alarm(HOSTS)).toMatchObject({ Statistic: "Maximum", TreatMissingData: "breaching", Threshold: 1 });
    expect(await alarm(SESSIONS)).toMatchObject({ EvaluationPeriods: 5, Threshold: 160 });
    expect((await doctor()).map(({ level }) => level)).toEqual(["ok", "ok", "ok"]);

    await deploy(43);
    expect((await waitFor(rig, 43)).code).toBe(1);
    const [told] = messages().filter(({ message }) => message.includes("SERVICE_DEPLOYMENT_FAILED"));
    expect(JSON.parse(told?.message ?? "{}")).toMatchObject({ source: "aws.ecs", account: "111122223333" });

    const undone = await run("undo", "--yes");
    expect([undone.code, text(undone)]).toEqual([0, expect.stringContaining("Undo changes 4 steps, the last first:")]);
    expect(text(undone)).toContain(`- connections: alarm ${SESSIONS}, setting back to none`);
    expect(await alarm(HOSTS)).toBeUndefined();
    await expect(new EventBridgeClient({}).send(new DescribeRuleCommand({ Name: RULE }))).rejects.toThrow("not exist");
  });

  it("are not sent twice: what is there already is left", async () => {
    await without("vulcan-prod-healthy-hosts");
    await alerts();
    const before = mutations(rig.sandbox).length;
    const again = await run("alerts", "--yes");
    expect([again.code, mutations(rig.sandbox).length - before]).toEqual([0, 0]);
    expect(text(again)).toContain(`rule ${RULE} is there already`);
  });

  it("what it did not create stays as it is, and is named", async () => {
    const events = new EventBridgeClient({});
    const EventPattern = JSON.stringify({ source: ["aws.ecs"], detail: { eventName: [{ prefix: "SERVICE_DEPLOY" }] } });
    await events.send(new PutRuleCommand({ Name: "all-of-ecs", EventPattern }));
    await events.send(new PutTargetsCommand({ Rule: "all-of-ecs", Targets: [{ Id: "1", Arn: TOPIC }] }));
    const planned = text(await run("alerts", "--topic", TOPIC, "--dry-run"));
    expect(planned).toContain("Left      failed deployments: rule all-of-ecs, not created by vulcan-ops");
    expect(planned).toContain("HealthyHostCount: alarm vulcan-prod-healthy-hosts, not created by vulcan-ops");
    const done = await alerts();
    expect([done.code, mutations(rig.sandbox).slice(2)]).toEqual([0, ["PutMetricAlarm"]]);
    expect(text(done)).toContain("rule all-of-ecs sends failed deployments, not created by vulcan-ops: it stays");
    expect(text(done)).toContain("alarm vulcan-prod-healthy-hosts watches HealthyHostCount, not created by vulcan-ops");
    expect(text(done)).toContain("3/3 alerts armed");
  });

  it("what code keeps has our name and not our tag: it stays, and is armed", async () => {
    await without("vulcan-prod-healthy-hosts");
    const { stdout } = await run("alerts", "--topic", TOPIC, "--print", "cloudformation");
    const { Resources } = JSON.parse(stdout) as { Resources: Record<string, { Type: string; Properties: object }> };
    for (const { Type, Properties } of Object.values(Resources))
      if (Type === "AWS::CloudWatch::Alarm") await cloudwatch().send(new PutMetricAlarmCommand(Properties as never));
    const done = await alerts();
    expect([done.code, mutations(rig.sandbox).slice(3)]).toEqual([0, ["PutRule", "PutTargets"]]);
    expect(text(done)).toContain(`alarm ${HOSTS} watches HealthyHostCount, not created by vulcan-ops: it stays`);
    expect(text(done)).toContain("3/3 alerts armed");
  });

  it("an alarm of our name without our tag is no alarm of ours", async () => {
    const { AlarmArn: _arn, ...other } = (await alarm("vulcan-prod-5xx")) ?? {};
    await cloudwatch().send(new PutMetricAlarmCommand({ ...other, AlarmName: SESSIONS } as never));
    const done = await alerts();
    expect(mutations(rig.sandbox).slice(1)).toEqual(["PutRule", "PutTargets"]);
    expect(text(done)).toContain(`alarm ${SESSIONS} was not created by vulcan-ops, and stays as it is`);
    expect(text(done)).toContain("2/3 alerts armed");
    expect(done.code).toBe(7);
  });
});

it("an alarm of others that notifies no one is left, and ours is created beside it", async () => {
  await cloudwatch().send(new DisableAlarmActionsCommand({ AlarmNames: ["vulcan-prod-healthy-hosts"] }));
  expect((await alerts()).code).toBe(0);
  expect(await alarm(HOSTS)).toBeDefined();
  expect((await alarm("vulcan-prod-healthy-hosts"))?.ActionsEnabled).toBe(false);
});

it("each target group has an alarm of its own", async () => {
  await rig.sandbox.reset("two-target-groups");
  await without("vulcan-prod-healthy-hosts");
  expect((await alerts()).code).toBe(UNPROVEN);
  const { MetricAlarms = [] } = await cloudwatch().send(new DescribeAlarmsCommand({ AlarmNamePrefix: "vulcan-ops-" }));
  const groups = MetricAlarms.flatMap(({ Dimensions = [] }) =>
    Dimensions.filter(({ Name }) => Name === "TargetGroup").map(({ Value }) => Value?.split("/")[1]),
  );
  expect(new Set(groups).size).toBe(2);
});

const OF_ALERTS = READS.filter(({ ofAlerts }) => ofAlerts === true).map(({ action }) => action);

it.each([...new Set(OF_ALERTS.map((action) => action.split(":")[1] ?? ""))])(
  "%s that is denied is named by the doctor",
  async (operation) => {
    await alerts();
    rig.sandbox.inject({ operation, when: "before", kind: "access-denied", times: 100 });
    const { findings } = JSON.parse((await run("doctor", "--output", "json")).stdout);
    const missing = findings.find(
      ({ check, level }: { check: string; level: string }) => check === "permissions" && level === "warn",
    );
    for (const action of OF_ALERTS.filter((one) => one.endsWith(`:${operation}`)))
      expect(missing.evidence).toContain(action);
  },
);

describe("requests that fail", () => {
  it.each(sample(["PutRule", "PutTargets", "PutMetricAlarm"], 1))(
    "%s that is not allowed: exit 4, what was made before is kept, undone by undo",
    async (operation) => {
      rig.sandbox.inject({ operation, when: "before", kind: "access-denied", times: 50 });
      const failed = await alerts();
      expect(failed.code).toBe(4);
      rig.sandbox.clearFaults();
      expect((await run("undo", "--yes")).code).toBe(0);
      expect(rig.sandbox.state().published).toEqual([]);
      expect(await alarm(SESSIONS)).toBeUndefined();
      const [missing] = (await doctor()).filter(({ level }) => level === "warn");
      expect(missing?.evidence).toBe(
        "2 documented alerts are missing: no rule sends failed deployments, no alarm on DatabaseConnections",
      );
    },
  );
});

describe("--print", () => {
  it.each(["aws", "terraform", "cloudformation"])(
    "%s sends nothing, and names what the runbook makes",
    async (form) => {
      await without("vulcan-prod-healthy-hosts");
      const { code, stdout } = await run("alerts", "--topic", TOPIC, "--print", form);
      expect([code, mutations(rig.sandbox).slice(1)]).toEqual([0, []]);
      for (const name of [RULE, SESSIONS, HOSTS, TOPIC]) expect(stdout).toContain(name);
    },
  );

  it("leaves out what exists, and says of ours that code has to import it", async () => {
    const first = await run("alerts", "--topic", TOPIC, "--print", "terraform");
    expect(first.stdout).not.toContain(HOSTS);
    expect(first.stderr).toContain("Left out: alarm vulcan-prod-healthy-hosts watches HealthyHostCount already");
    await alerts();
    const { stdout, stderr } = await run("alerts", "--print", "terraform");
    expect(stdout).toContain(SESSIONS);
    expect(stderr).toContain(`import them, or delete them first: ${RULE}, ${SESSIONS}`);
  });

  it("compares the account before it prints", async () => {
    rig.sandbox.inject({ operation: "GetCallerIdentity", when: "before", kind: "access-denied", times: 100 });
    const { code, stdout } = await run("alerts", "--topic", TOPIC, "--print", "aws");
    expect([code, stdout]).toEqual([4, ""]);
  });

  it("without a topic, or with data asked for beside it, is exit 6", async () => {
    const asked = await run("alerts", "--print", "aws");
    expect([asked.code, text(asked).includes("sns list-topics")]).toEqual([6, true]);
    expect((await run("alerts", "--print", "aws", "--topic", "alerts")).code).toBe(6);
    expect((await run("alerts", "--topic", TOPIC, "--print", "aws", "--test")).code).toBe(6);
    expect((await run("alerts", "--topic", TOPIC, "--print", "aws", "--fire", "hosts")).code).toBe(6);
    expect((await run("alerts", "--topic", TOPIC.replace("eu-west-1", "us-east-1"), "--print", "aws")).code).toBe(11);
    expect((await run("alerts", "--topic", TOPIC, "--print", "aws", "--output", "json")).code).toBe(6);
    expect((await run("doctor", "--print-fix", "aws", "--output", "json")).code).toBe(6);
  });
});

describe("an alert that has changed since", () => {
  const raise = async () => {
    const { AlarmArn: _arn, ...present } = (await alarm(SESSIONS)) ?? {};
    await cloudwatch().send(new PutMetricAlarmCommand({ ...present, Threshold: 1000 } as never));
  };

  it("is seen by the doctor, restored by the same command, and put back by its undo", async () => {
    await alerts();
    await raise();
    const [found] = (await doctor()).filter(({ level }) => level === "warn");
    expect(found).toMatchObject({
      evidence: `alarm ${SESSIONS} is not as it was made: Threshold`,
      fixes: [expect.stringContaining("vulcan-ops alerts")],
    });
    expect((await run("alerts", "--yes")).code).toBe(0);
    expect(await alarm(SESSIONS)).toMatchObject({ Threshold: 160 });
    expect((await run("undo", "--yes")).code).toBe(0);
    expect(await alarm(SESSIONS)).toMatchObject({ Threshold: 1000 });
  });

  it("is left by an undo, which takes back only what this run made", async () => {
    await alerts();
    await raise();
    const back = await run("undo", "--yes");
    expect(text(back)).toContain("another operator has changed it since, so it stays");
    expect(await alarm(SESSIONS)).toMatchObject({ Threshold: 1000 });
  });
});

describe("a topic", () => {
  const other = async (Attributes: Record<string, string> = {}) =>
    (await new SNSClient({}).send(new CreateTopicCommand({ Name: "other", Attributes }))).TopicArn ?? "";
  const plan = (arn: string) => run("alerts", "--topic", arn, "--dry-run");

  it("with the policy of new topics stops before anything is sent; the printed line opens it", async () => {
    const arn = await other();
    const closed = await run("alerts", "--topic", arn, "--yes");
    expect([closed.code, mutations(rig.sandbox).slice(1)]).toEqual([11, []]);
    expect(text(closed)).toContain("the topic's policy does not let EventBridge publish: no alert would arrive");
    const { steps } = JSON.parse((await run("alerts", "--topic", arn, "--dry-run", "--output", "json")).stdout);
    const line = steps[0].findings.find(({ code }: { code: string }) => code === "topic-closed").next[0];
    const policy = shellWords(line).at(-3)?.replaceAll("'", "") ?? "";
    await new SNSClient({}).send(
      new SetTopicAttributesCommand({ TopicArn: arn, AttributeName: "Policy", AttributeValue: policy }),
    );
    const unheard = await run("alerts", "--topic", arn, "--yes");
    expect(text(unheard)).toContain("no alert reaches anyone: it has no subscription");
    // Everything is set up, and not proven: no one gets it.
    expect([unheard.code, mutations(rig.sandbox).at(-1)]).toEqual([7, "PutMetricAlarm"]);
  });

  it("that SNS's own key encrypts stops it; another key is not checked", async () => {
    const arn = await other({ KmsMasterKeyId: "alias/aws/sns" });
    expect(text(await plan(arn))).toContain("encrypted with alias/aws/sns: no service of AWS can publish");
    const set = { TopicArn: TOPIC, AttributeName: "KmsMasterKeyId", AttributeValue: "alias/mine" };
    await new SNSClient({}).send(new SetTopicAttributesCommand(set));
    expect(text(await run("alerts", "--topic", TOPIC, "--dry-run", "--verbose"))).toContain(
      "not checked: whether the policy of the key alias/mine lets",
    );
  });

  it.each([
    ["that is not there", ["--topic", TOPIC.replace("-alerts", "-none")], 6, "there is no SNS topic"],
    ["of another region", ["--topic", TOPIC.replace("eu-west-1", "us-east-1")], 11, "cannot notify it"],
    ["that is no ARN", ["--topic", "alerts"], 6, "topic"],
    ["that is not said", [], 6, "it is not said which SNS topic gets the alerts"],
  ])("%s", async (_name, words, code, said) => {
    const outcome = await run("alerts", ...words, "--dry-run");
    expect([outcome.code, text(outcome).includes(said)]).toEqual([code, true]);
  });

  it("that may not be read is not checked, and stops nothing", async () => {
    rig.sandbox.inject({ operation: "GetTopicAttributes", when: "before", kind: "access-denied", times: 100 });
    const done = await alerts("--verbose");
    expect([done.code, mutations(rig.sandbox)]).toEqual([0, ALL.slice(0, 3)]);
    expect(text(done)).toContain("not checked: whether alerts reach the topic");
  });
});

describe("the circuit breaker", () => {
  it("that is off makes the alert mute: it is said, with the line that turns it on", async () => {
    await rig.sandbox.reset("healthy");
    const planned = text(await run("alerts", "--topic", TOPIC, "--dry-run", "--verbose"));
    expect(planned).toContain("circuit breaker is off: ECS never fails a deployment, so its alert never comes");
    const done = await alerts();
    expect([done.code, text(done).includes("2/3 alerts armed")]).toEqual([7, true]);
    const mended = (await run("doctor")).stdout;
    expect(mended).toContain('"deploymentCircuitBreaker":{"enable":true,"rollback":true}');
  });
});

describe("tests", () => {
  it("--test publishes one message marked TEST, and fires no alarm", async () => {
    expect((await alerts("--test")).code).toBe(0);
    const sent = messages().map(({ subject, message }) => [subject, message.slice(0, 18)]);
    expect(sent.filter(([, begins]) => begins?.startsWith("TEST"))).toEqual([
      ["TEST: alerts of vulcan-prod", "TEST by vulcan-ops"],
    ]);
    expect(sent.filter(([subject]) => subject?.startsWith("ALARM"))).toEqual([]);
  });

  it("--fire wants the alarm's name typed, runs its real actions, and CloudWatch ends it by itself", async () => {
    const unanswered = await alerts("--fire", "connections");
    expect([unanswered.code, mutations(rig.sandbox)]).toEqual([6, []]);
    expect(text(unanswered)).toContain(SESSIONS);
    const fired = await alerts("--fire", "connections", "--confirm", SESSIONS);
    expect(fired.code).toBe(0);
    expect(messages().filter(({ subject }) => subject?.startsWith("ALARM"))).toHaveLength(1);
  });

  it("--fire is refused while a deployment is in progress, before anything is sent", async () => {
    await deploy(43);
    const before = mutations(rig.sandbox).length;
    const refused = await alerts("--fire", "connections", "--confirm", SESSIONS);
    expect([refused.code, mutations(rig.sandbox).length - before]).toEqual([11, 0]);
    expect(text(refused)).toContain("no alarm is fired now: a deployment is in progress");
  });

  it("--fire never fires an alarm that it did not create", async () => {
    const refused = await alerts("--fire", "hosts", "--confirm", HOSTS);
    expect(refused.code).toBe(11);
    expect((await alarm("vulcan-prod-healthy-hosts"))?.StateValue).toBe("OK");
  });
});

it("without max_connections there is no alarm on connections, and the run says so", async () => {
  rig.sandbox.inject({ operation: "DescribeDBParameters", when: "before", kind: "access-denied", times: 100 });
  const planned = await vulcanOps(["alerts", "--topic", TOPIC, "--dry-run", "--verbose", "--state-dir", rig.stateDir], {
    columns: 400,
    env: { VULCAN_DATABASE_URL: "" },
  });
  expect(text(planned)).toContain("max_connections is not known");
  expect(text(planned)).not.toContain(`alarm ${SESSIONS}:`);
});
