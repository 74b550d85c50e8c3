/** The service that publishes, and the resource in whose name it does. */
export interface Publisher {
  /** As in `events.amazonaws.com`. */
  readonly service: string;
  /** ARN. */
  readonly source: string;
}

/** The attributes of a topic that decide who may publish to it. */
interface Guarded {
  readonly arn: string;
  readonly policy: string;
  readonly key: string | undefined;
}

interface Statement {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly Resource?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What SNS gives a new topic: principals of its own account. [D] */
export const defaultPolicy = (arn: string, account: string): string =>
  JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: ["SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:Publish", "SNS:Subscribe"],
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": account } },
      },
    ],
  });

/** The statement that lets EventBridge publish, in the console's own words. */
export const eventsStatement = (arn: string) => ({
  Sid: "AWSEvents",
  Effect: "Allow",
  Principal: { Service: "events.amazonaws.com" },
  Action: "sns:Publish",
  Resource: arn,
});

const texts = (value: unknown): string[] => (value === undefined ? [] : [value].flat().map(String));

const like = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.split("*").map(escaped).join(".*")}$`, "i").test(text);
const escaped = (text: string): string => text.replace(/[.+?^$(){}|[\]\\]/g, "\\$&");

/**
 * Whether a service may publish. CloudWatch names the account as the source's owner, EventBridge does not: a policy as
 * new topics have it lets alarms publish and rules not. [D]
 */
export function mayPublish(topic: Guarded, { service, source }: Publisher, account: string): boolean {
  if (topic.key === "alias/aws/sns") return false;
  const context: Readonly<Record<string, string>> = {
    "aws:sourcearn": source,
    "aws:sourceaccount": account,
    ...(service === "cloudwatch.amazonaws.com" && { "aws:sourceowner": account }),
  };
  const policy = JSON.parse(topic.policy) as { readonly Statement?: readonly Statement[] };
  const fitting = (policy.Statement ?? []).filter(
    (one) =>
      isFor(one.Principal, service) &&
      texts(one.Action).some((action) => like(action, "sns:Publish")) &&
      texts(one.Resource).some((resource) => like(resource, topic.arn)) &&
      Object.values(one.Condition ?? {}).every((keys) =>
        Object.entries(keys).every(([key, wanted]) =>
          texts(wanted).some((value) => like(value, context[key.toLowerCase()] ?? "")),
        ),
      ),
  );
  return fitting.some(({ Effect }) => Effect === "Allow") && !fitting.some(({ Effect }) => Effect === "Deny");
}

function isFor(principal: unknown, service: string): boolean {
  if (principal === "*") return true;
  const { Service, AWS } = (principal ?? {}) as { readonly Service?: unknown; readonly AWS?: unknown };
  return texts(Service).includes(service) || texts(AWS).includes("*");
}
