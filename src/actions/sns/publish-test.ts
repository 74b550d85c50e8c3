import { defineAction, type StepPlan, type Verdict } from "../../domain/action.ts";
import type { Values } from "../../domain/field.ts";
import type { ActionServices } from "../../domain/services.ts";
import type { Target } from "../../domain/target.ts";

const inputs = {
  topic: { type: "arn", description: "SNS topic that gets the message." },
  when: { type: "boolean", required: false, description: "Whether to publish it." },
} as const;

type Inputs = Values<typeof inputs>;

/** Publishes one message that says TEST, at most once. It changes nothing else. */
export const publishTest = defineAction<ActionServices, typeof inputs, Target>({
  name: "sns.publishTest",
  summary: "Publish a message marked TEST to the topic of the alerts.",
  risk: "change",
  requests: ["sns:Publish"],
  inputs,
  outputs: {},
  observe: async (_given, { target }) => ({ kind: "observed", value: target }),
  plan: (given, target) => planTest(given, target),
  verify: async (_given, { receipt }) => judge(receipt?.answer.told === true),
  probe: async () => ({ kind: "done", evidence: "whether the message arrived is not known; it is not sent twice" }),
});

function planTest({ topic, when }: Inputs, { service, cluster }: Target): StepPlan {
  const nothing = { changes: [], findings: [], outputs: {} };
  if (when !== true) return { ...nothing, summary: "no test message was asked for (--test)" };
  const name = topic.split(":").at(-1) ?? topic;
  const Message = [
    `TEST by vulcan-ops. Nothing has happened, and nothing is to be done.`,
    `Alerts of ${cluster}/${service} come here: a failed deployment, no healthy target, too many connections.`,
  ].join(" ");
  return {
    ...nothing,
    summary: `publish a message marked TEST to ${name}`,
    deed: { verb: "publish", past: "published", object: `a message marked TEST to ${name}` },
    proposal: {
      // A subject is at most 100 characters. [D: Publish]
      operation: {
        service: "sns",
        name: "Publish",
        input: { TopicArn: topic, Subject: `TEST: alerts of ${service}`.slice(0, 100), Message },
      },
      undo: { kind: "stays", reason: "a sent message stays sent" },
      basis: {},
      consequence: "test",
    },
  };
}

function judge(isTold: boolean): Verdict {
  if (isTold) return { kind: "true", text: "SNS took the message; ask a subscriber whether it came" };
  const text = "it is not known whether the message was published";
  return { kind: "true", text, missed: text };
}
