import { describe, expect, it } from "vitest";
import { alertSources, judgeTopic } from "../../../src/checks/alarms/alert-topic.ts";
import { allowsPublishing, denyOf, withPublishers } from "../../../src/domain/alerts/topic-policy.ts";

const TOPIC = "arn:aws:sns:eu-west-1:111122223333:alerts";
const SERVICE = "arn:aws:ecs:eu-west-1:111122223333:service/vulcan/web";
const RULE = {
  service: "events.amazonaws.com",
  account: "111122223333",
  topic: TOPIC,
  source: "arn:aws:events:eu-west-1:111122223333:rule/r",
};
const ALARM = {
  ...RULE,
  service: "cloudwatch.amazonaws.com",
  source: "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a",
};

const policy = (...Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (more: object = {}) => ({
  Effect: "Allow",
  Principal: { Service: "events.amazonaws.com" },
  Action: "sns:Publish",
  Resource: TOPIC,
  ...more,
});
const when = (Condition: object, more: object = {}) => allow({ Condition, ...more });
const OWN = { StringEquals: { "AWS:SourceOwner": "111122223333" } };
const ANYONE = { Principal: { AWS: "*" }, Action: ["SNS:GetTopicAttributes", "SNS:Publish"] };

const deny = (more: object) => allow({ Effect: "Deny", ...more });
const BUT = (action: string) => ({ Action: undefined, NotAction: action });
const OTHERS = { Principal: undefined, NotPrincipal: { AWS: "arn:aws:iam::111122223333:role/ops" } };
const OF_ALARM = (arn: string) =>
  when({ ArnEquals: { "aws:SourceArn": arn } }, { Principal: { Service: "cloudwatch.amazonaws.com" } });

describe("what a topic's policy says of a publisher", () => {
  it.each([
    ["the console's statement", policy(allow()), RULE, "allowed"],
    [
      "one of several services",
      policy(allow({ Principal: { Service: ["a", "events.amazonaws.com"] } })),
      RULE,
      "allowed",
    ],
    ["every action of SNS", policy(allow({ Action: "SNS:*" })), RULE, "allowed"],
    ["anyone", policy(allow({ Principal: "*" })), RULE, "allowed"],
    ["one statement that is no list", JSON.stringify({ Statement: allow() }), RULE, "allowed"],
    ["another service", policy(allow({ Principal: { Service: "s3.amazonaws.com" } })), RULE, "refused"],
    ["another action", policy(allow({ Action: "sns:Subscribe" })), RULE, "refused"],
    ["no statement", policy(), RULE, "refused"],
    ["that of new topics, to a rule", policy(when(OWN, ANYONE)), RULE, "refused"],
    ["that of new topics, to an alarm", policy(when(OWN, ANYONE)), ALARM, "allowed"],
    ["the account", policy(when({ StringEquals: { "aws:SourceAccount": "111122223333" } })), RULE, "allowed"],
    ["another account", policy(when({ StringEquals: { "aws:SourceAccount": "1" } })), RULE, "refused"],
    [
      "rules of the account",
      policy(when({ ArnLike: { "aws:SourceArn": "arn:aws:events:*:111122223333:rule/*" } })),
      RULE,
      "allowed",
    ],
    ["another rule", policy(when({ ArnEquals: { "aws:SourceArn": `${RULE.source}2` } })), RULE, "refused"],
    ["a condition that is not looked at", policy(when({ Bool: { "aws:SecureTransport": "true" } })), RULE, "unknown"],
    ["a Deny beside it", policy(allow(), allow({ Effect: "Deny" })), RULE, "refused"],
    ["a Deny of something else", policy(allow(), allow({ Effect: "Deny", Action: "sns:Subscribe" })), RULE, "allowed"],
    [
      "a Deny with an unknown condition",
      policy(allow(), when({ Bool: { "aws:SecureTransport": "false" } }, { Effect: "Deny" })),
      RULE,
      "unknown",
    ],
    ["another topic", policy(allow({ Resource: `${TOPIC}2` })), RULE, "refused"],
    ["every topic", policy(allow({ Resource: "arn:aws:sns:*:*:*" })), RULE, "allowed"],
    ["a Deny on other topics", policy(allow(), deny({ Resource: undefined, NotResource: TOPIC })), RULE, "allowed"],
    ["a Deny of all but one action", policy(allow(), deny(BUT("sns:Subscribe"))), RULE, "refused"],
    ["a Deny of all but publishing", policy(allow(), deny(BUT("sns:Pub*"))), RULE, "allowed"],
    ["a Deny of all but one principal", policy(allow(), deny(OTHERS)), RULE, "unknown"],
    [
      "a Deny of all but one principal, of another action",
      policy(allow(), deny({ ...OTHERS, Action: "sns:Subscribe" })),
      RULE,
      "allowed",
    ],
    [
      "a star that is compared as a character",
      policy(when({ StringEquals: { "aws:SourceArn": "*" } })),
      RULE,
      "unknown",
    ],
    ["the same star, as a pattern", policy(when({ StringLike: { "aws:SourceArn": "*" } })), RULE, "allowed"],
    ["this alarm by its ARN", policy(OF_ALARM(ALARM.source)), ALARM, "allowed"],
    ["another alarm by its ARN", policy(OF_ALARM(`${ALARM.source}2`)), ALARM, "refused"],
    ["no JSON", "{", RULE, "unknown"],
    ["statements that are none", '{"Statement":["x"]}', RULE, "unknown"],
  ] as const)("%s", (_name, text, publisher, expected) => expect(allowsPublishing(text, publisher)).toBe(expected));

  it("names the Deny that no further Allow helps against", () => {
    const denied = policy(allow(), deny({ Sid: "OnlyTls" }));
    expect([denyOf(denied, RULE), denyOf(policy(allow(), deny({})), RULE)]).toEqual(["OnlyTls", "statement 2"]);
    expect(denyOf(policy(), RULE)).toBeUndefined();
    const sources = alertSources(SERVICE, { rule: "r", alarms: ["a"] });
    const [found] = judgeTopic({ arn: TOPIC, policy: denied, confirmed: 1 }, sources);
    expect(found).toMatchObject({
      code: "topic-closed",
      text: expect.stringContaining("denies EventBridge to publish: OnlyTls"),
    });
    expect(found?.next?.join()).not.toContain("set-topic-attributes");
  });

  it("judges each alarm by its whole ARN, and names the one that is refused", () => {
    const both = policy(allow(), OF_ALARM(ALARM.source), OF_ALARM(`${ALARM.source}2`));
    const codeOf = (...alarms: readonly string[]) => {
      const sources = alertSources(SERVICE, { rule: "r", alarms });
      return judgeTopic({ arn: TOPIC, policy: both, confirmed: 1 }, sources)[0];
    };
    expect(codeOf("a", "a2")?.code).toBe("topic-open");
    expect(codeOf("a", "b")?.text).toContain("does not let CloudWatch (b) publish");
  });

  it("the printed policy keeps what is there and lets both publish", () => {
    const before = policy(when(OWN, ANYONE));
    const after = withPublishers(before, TOPIC, "111122223333") ?? "";
    expect(JSON.parse(after).Statement[0]).toEqual(JSON.parse(before).Statement[0]);
    expect([RULE, ALARM].map((publisher) => allowsPublishing(after, publisher))).toEqual(["allowed", "allowed"]);
    expect(withPublishers("{", TOPIC, "")).toBeUndefined();
  });
});
