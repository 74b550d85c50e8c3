import { allowsPublishing, withPublishers } from "../../domain/alerts/topic-policy.ts";
import type { Topic } from "../../domain/aws/alerts.ts";
import { accountRegionOf } from "../../domain/aws/arn.ts";
import { awsLine } from "../../domain/aws/cli-command.ts";
import { commandLine } from "../../domain/command-line.ts";
import { block, counted, notChecked, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";

/** Who publishes alerts, the ARN that it publishes for, and what it is called here. */
export interface AlertSource {
  readonly service: string;
  readonly arn: string;
  readonly what: string;
}

/** The sources of this account's alerts: the rule and the alarms, by the beginning of their names. */
export function alertSources(service: string, rule: string): readonly AlertSource[] {
  const [, partition = "aws", , region = "", account = ""] = service.split(":");
  return [
    {
      service: "events.amazonaws.com",
      arn: `arn:${partition}:events:${region}:${account}:rule/${rule}`,
      what: "EventBridge",
    },
    {
      service: "cloudwatch.amazonaws.com",
      arn: `arn:${partition}:cloudwatch:${region}:${account}:alarm:vulcan-ops-`,
      what: "CloudWatch",
    },
  ];
}

/** Whether what alerts may publish to the topic, whether its key lets it, and whether anyone gets it. */
export function judgeTopic(topic: Topic, sources: readonly AlertSource[]): readonly Finding[] {
  return [...judgePolicy(topic, sources), ...judgeKey(topic), judgeSubscriptions(topic)];
}

/** Rules and alarms notify a topic of their own region. [D: CloudWatch, using alarm actions] */
export function judgeRegion(topic: string, service: string): readonly Finding[] {
  const [here, there] = [accountRegionOf(service)?.region, accountRegionOf(topic)?.region];
  if (here === undefined || there === undefined || here === there) return [];
  return [
    block("topic-region", `the topic is in ${there}: alarms and rules of ${here} cannot notify it`, [
      commandLine`vulcan-ops alerts --topic ${topic.replace(`:${there}:`, `:${here}:`)}`,
    ]),
  ];
}

function judgePolicy({ arn, policy }: Topic, sources: readonly AlertSource[]): readonly Finding[] {
  if (policy === undefined) return [notChecked("who may publish to the topic", "SNS does not say its policy")];
  const account = accountRegionOf(sources[0]?.arn ?? "")?.account ?? "";
  const answers = sources.map((source) => ({
    ...source,
    answer: allowsPublishing(policy, { service: source.service, account, source: source.arn }),
  }));
  const refused = answers.filter(({ answer }) => answer === "refused").map(({ what }) => what);
  const unknown = answers.filter(({ answer }) => answer === "unknown").map(({ what }) => what);
  if (refused.length > 0) {
    const AttributeValue = withPublishers(policy, arn, account);
    const input = { TopicArn: arn, AttributeName: "Policy", AttributeValue };
    const text = `the topic's policy does not let ${refused.join(" and ")} publish: no alert would arrive`;
    return [block("topic-closed", text, [awsLine({ service: "sns", name: "SetTopicAttributes", input })])];
  }
  if (unknown.length > 0)
    return [notChecked(`whether ${unknown.join(" and ")} may publish to the topic`, "its policy has other conditions")];
  return [ok("topic-open", "the topic's policy lets EventBridge and CloudWatch publish")];
}

const KEY_HELP = "give the topic a key of your own, whose policy lets both services use it, or none.";

/** The policy of SNS's own key cannot be changed, and names neither service. [D: SNS, encryption at rest] */
function judgeKey({ key }: Topic): readonly Finding[] {
  if (key === undefined) return [];
  if (key.endsWith("alias/aws/sns"))
    return [block("topic-key", "the topic is encrypted with alias/aws/sns: no service of AWS can publish", [KEY_HELP])];
  const asks = `whether the policy of the key ${key} lets EventBridge and CloudWatch use it`;
  return [notChecked(asks, "needed: kms:GenerateDataKey* and kms:Decrypt for both")];
}

function judgeSubscriptions({ arn, confirmed, pending = 0 }: Topic): Finding {
  if (confirmed === undefined) return notChecked("who gets the alerts", "SNS does not say its subscriptions");
  if (confirmed > 0) return ok("topic-heard", `${counted(confirmed, "subscription")} get the alerts`);
  const open = pending === 0 ? "it has no subscription" : `${counted(pending, "subscription")} not confirmed yet`;
  return warn("topic-unheard", `no alert reaches anyone: ${open}`, [
    commandLine`aws sns list-subscriptions-by-topic --topic-arn ${arn}`,
  ]);
}
