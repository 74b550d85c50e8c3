import { type Allowed, allowsPublishing, denyOf, withPublishers } from "../../domain/alerts/topic-policy.ts";
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
  readonly name: string;
  readonly what: "EventBridge" | "CloudWatch";
}

/** The sources of a service's alerts (its ARN), each by its own ARN: the rule and the alarms of these names. */
export function alertSources(
  service: string,
  { rule, alarms }: { readonly rule: string; readonly alarms: readonly string[] },
): readonly AlertSource[] {
  const [, partition = "aws", , region = "", account = ""] = service.split(":");
  return [
    {
      service: "events.amazonaws.com",
      arn: `arn:${partition}:events:${region}:${account}:rule/${rule}`,
      name: rule,
      what: "EventBridge",
    },
    ...alarms.map((name) => ({
      service: "cloudwatch.amazonaws.com",
      arn: `arn:${partition}:cloudwatch:${region}:${account}:alarm:${name}`,
      name,
      what: "CloudWatch" as const,
    })),
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
  const asked = (source: AlertSource) => ({ service: source.service, account, source: source.arn, topic: arn });
  const that = (answer: Allowed) => sources.filter((source) => allowsPublishing(policy, asked(source)) === answer);
  const [refused, unknown] = [that("refused"), that("unknown")];
  if (refused.length > 0) {
    const denying = refused.map((source) => ({ source, by: denyOf(policy, asked(source)) }));
    const hit = denying.filter(({ by }) => by !== undefined);
    if (hit.length > 0) {
      const by = [...new Set(hit.flatMap((one) => one.by ?? []))];
      return [
        denied(
          arn,
          whoOf(
            hit.map(({ source }) => source),
            sources,
          ),
          by,
        ),
      ];
    }
    const whom = whoOf(refused, sources);
    const input = { TopicArn: arn, AttributeName: "Policy", AttributeValue: withPublishers(policy, arn, account) };
    const text = `the topic's policy does not let ${whom} publish: no alert would arrive`;
    return [block("topic-closed", text, [awsLine({ service: "sns", name: "SetTopicAttributes", input })])];
  }
  if (unknown.length > 0) {
    const asks = `whether ${whoOf(unknown, sources)} may publish to the topic`;
    return [notChecked(asks, "its policy has parts that are not judged here")];
  }
  return [ok("topic-open", "the topic's policy lets EventBridge and CloudWatch publish")];
}

/** A further Allow changes nothing: a Deny wins. */
const denied = (topic: string, whom: string, denies: readonly string[]): Finding =>
  block("topic-closed", `the topic's policy denies ${whom} to publish: ${denies.join(", ")}`, [
    commandLine`aws sns get-topic-attributes --topic-arn ${topic} --query Attributes.Policy`,
  ]);

/** `EventBridge and CloudWatch`; with their names where not all of a kind are meant. */
function whoOf(some: readonly AlertSource[], all: readonly AlertSource[]): string {
  const kinds = [...new Set(some.map(({ what }) => what))];
  const texts = kinds.map((kind) => {
    const these = some.filter(({ what }) => what === kind);
    const isAll = these.length === all.filter(({ what }) => what === kind).length;
    return isAll ? kind : `${kind} (${these.map(({ name }) => name).join(", ")})`;
  });
  return texts.join(" and ");
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
