import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TestEventPatternCommand,
} from "@aws-sdk/client-eventbridge";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { openRig, type Rig } from "../support/sandbox-harness.ts";
import { deploy, waitFor } from "../support/stories/rollout.ts";

let rig: Rig;
let events: EventBridgeClient;
beforeAll(async () => {
  rig = await openRig("breaker-rolls-back", 60);
  events = new EventBridgeClient({});
});
beforeEach(() => rig.sandbox.reset("breaker-rolls-back"));
afterAll(() => rig.close());

const TOPIC = "arn:aws:sns:eu-west-1:111122223333:vulcan-prod-alerts";
const EVENT = {
  id: "1",
  account: "111122223333",
  source: "aws.ecs",
  time: "2026-04-10T12:00:00Z",
  region: "eu-west-1",
  resources: ["arn:aws:ecs:eu-west-1:111122223333:service/a/b", "other"],
  "detail-type": "ECS Deployment State Change",
  detail: { eventName: "SERVICE_DEPLOYMENT_FAILED", deploymentId: "ecs-svc/1" },
};
const matches = async (pattern: unknown, event: unknown = EVENT) => {
  const EventPattern = JSON.stringify(pattern);
  return (await events.send(new TestEventPatternCommand({ EventPattern, Event: JSON.stringify(event) }))).Result;
};
const put = (Name: string, pattern: object, more: object = {}) =>
  events.send(new PutRuleCommand({ Name, EventPattern: JSON.stringify(pattern), ...more }));

it.each([
  ["a value of a list", { source: ["aws.ecs", "aws.rds"] }, true],
  ["one of the event's own list", { resources: ["other"] }, true],
  ["a member within", { detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] } }, true],
  ["another value", { source: ["aws.rds"] }, false],
  ["each member has to fit", { source: ["aws.ecs"], "detail-type": ["x"] }, false],
  ["a beginning", { detail: { eventName: [{ prefix: "SERVICE_" }] } }, true],
  ["an end", { detail: { eventName: [{ suffix: "_FAILED" }] } }, true],
  ["in whatever case", { source: [{ "equals-ignore-case": "AWS.ECS" }] }, true],
  ["anything but", { source: [{ "anything-but": ["aws.ecs"] }] }, false],
  ["a member that is absent", { detail: { reason: [{ exists: false }] } }, true],
  ["a member that is there", { detail: { reason: [{ exists: true }] } }, false],
])("a pattern matches by %s", async (_name, pattern, expected) => expect(await matches(pattern)).toBe(expected));

it.each([
  ["no JSON", "{", /InvalidEventPattern|not valid/],
  ["a value that is no list", '{"source":"aws.ecs"}', /not valid/],
  ["nothing", "{}", /not valid/],
  ["what is not simulated", '{"detail":{"a":[{"numeric":[">",1]}]}}', /does not simulate/],
])("a pattern with %s is refused", async (_name, EventPattern, why) => {
  await expect(events.send(new PutRuleCommand({ Name: "a", EventPattern }))).rejects.toThrow(why);
});

it("a rule is made with its tags and replaced without them, and goes once it has no target", async () => {
  const { RuleArn: ResourceARN } = await put("a", { source: ["aws.ecs"] }, { Tags: [{ Key: "k", Value: "v" }] });
  await put("a", { source: ["aws.rds"] }, { State: "DISABLED", Tags: [{ Key: "k", Value: "other" }] });
  const rule = await events.send(new DescribeRuleCommand({ Name: "a" }));
  expect(rule).toMatchObject({ EventPattern: '{"source":["aws.rds"]}', State: "DISABLED" });
  const { Tags } = await events.send(new ListTagsForResourceCommand({ ResourceARN }));
  expect(Tags).toEqual([{ Key: "k", Value: "v" }]);

  await events.send(new PutTargetsCommand({ Rule: "a", Targets: [{ Id: "1", Arn: TOPIC }] }));
  await expect(events.send(new DeleteRuleCommand({ Name: "a" }))).rejects.toThrow("it has targets");
  await events.send(new RemoveTargetsCommand({ Rule: "a", Ids: ["1"] }));
  expect((await events.send(new ListTargetsByRuleCommand({ Rule: "a" }))).Targets).toEqual([]);
  await events.send(new DeleteRuleCommand({ Name: "a" }));
  expect((await events.send(new ListRulesCommand({}))).Rules).toEqual([]);
  await expect(events.send(new DescribeRuleCommand({ Name: "a" }))).rejects.toThrow("does not exist");
});

it("a failed deployment goes to the topics of the rules that it fits, and are enabled", async () => {
  const target = (Rule: string) => events.send(new PutTargetsCommand({ Rule, Targets: [{ Id: "1", Arn: TOPIC }] }));
  const failed = { detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] } };
  await put("fits", failed);
  await put("disabled", failed, { State: "DISABLED" });
  await put("other", { source: ["aws.rds"] });
  for (const name of ["fits", "disabled", "other"]) await target(name);
  await deploy(43);
  await waitFor(rig, 43);
  const sent = rig.sandbox.state().published.filter(({ message }) => message.includes("aws.ecs"));
  expect(sent.map(({ message }) => JSON.parse(message))).toEqual([
    expect.objectContaining({
      "detail-type": "ECS Deployment State Change",
      resources: ["arn:aws:ecs:eu-west-1:111122223333:service/vulcan-prod/vulcan-prod"],
      detail: expect.objectContaining({ eventType: "ERROR", eventName: "SERVICE_DEPLOYMENT_FAILED" }),
    }),
  ]);
});
