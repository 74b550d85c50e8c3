import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/parse.ts";

function parse(settings: string, isOwn = true) {
  const text = `schemaVersion: "1"\ntargets:\n  prod:\n    notices: {${settings}}\n`;
  return parseConfig(text, "x.yaml", isOwn).targets.prod?.notices;
}

function refusal(settings: string, isOwn = true): string {
  try {
    parse(settings, isOwn);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

const ARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:ops/slack-AbCdEf";
const TOPIC = "arn:aws:sns:eu-west-1:111122223333:ops";

describe("notices in the configuration", () => {
  it("name where an address or a key is", () => {
    expect(parse(`slackWebhook: {fromEnv: HOOK}, pagerDutyKey: {fromSecret: "${ARN}"}, topic: "${TOPIC}"`)).toEqual({
      slackWebhook: { kind: "environment", variable: "HOOK" },
      pagerDutyKey: { kind: "secret", arn: ARN },
      topic: TOPIC,
    });
  });

  it.each([
    ["an address itself", 'slackWebhook: "https://hooks.slack.com/services/T0/B0/x"', "holds the value itself"],
    ["a key itself", "pagerDutyKey: R0ABCDEF", "write {fromEnv: NAME} or {fromSecret: ARN}"],
    ["both places", `slackToken: {fromEnv: A, fromSecret: "${ARN}"}, slackChannel: C0123456789`, "write {fromEnv"],
    [
      "a parameter's ARN",
      'slackWebhook: {fromSecret: "arn:aws:ssm:eu-west-1:111122223333:parameter/x"}',
      "ARN of a secret",
    ],
    ["a token without its channel", "slackToken: {fromEnv: A}", "needs notices.slackChannel"],
    ["a role without a topic", 'schedulerRole: "arn:aws:iam::111122223333:role/x"', "needs notices.topic"],
    ["another key", "email: x", 'unknown key "email"'],
    ["a field that there is none of", 'templates: {begin: "{password}"}', "names {password}; there is: execution, did"],
    ["words for a test", "templates: {test: x}", 'unknown key "test"'],
    ["too many words", `templates: {begin: ${"x".repeat(501)}}`, "1 to 500 characters"],
  ])("refuse %s, and show no value of a key", (_, settings, said) => {
    expect(refusal(settings)).toContain(said);
    expect(refusal(settings)).not.toMatch(/hooks\.slack\.com|R0ABCDEF/);
  });

  it("are refused in a file of a working directory, with the reason", () => {
    expect(refusal(`topic: "${TOPIC}"`, false)).toContain(
      "not in one found in a working directory: it decides who reads",
    );
  });
});
