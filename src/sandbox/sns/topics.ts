import { AwsError } from "../http/aws-error.ts";
import type { Input, Output } from "../http/input.ts";
import { records, required, text, texts } from "../http/input.ts";
import { changing, type Operation, reading } from "../http/operation.ts";
import { page } from "../http/page.ts";
import { tagsOf } from "../http/tags.ts";
import type { World } from "../world.ts";
import { newTopic, type Subscription, type Topic } from "./topic.ts";

const invalid = (message: string): AwsError => new AwsError("InvalidParameter", `Invalid parameter: ${message}`);

function findTopic(world: World, arn: string): Topic {
  const topic = world.topics.get(arn);
  if (topic === undefined) throw new AwsError("NotFound", "Topic does not exist", 404);
  return topic;
}

/** A tagged resource that is not there has a code of its own. [D] */
function findTagged(world: World, input: Input): Topic {
  const topic = world.topics.get(required(input, "ResourceArn"));
  if (topic === undefined) throw new AwsError("ResourceNotFound", "Resource does not exist", 404);
  return topic;
}

/** Request attributes come as entries of a map. */
const attributesOf = (input: Input): Map<string, string> =>
  new Map(records(input, "Attributes").map((one) => [text(one, "key") ?? "", text(one, "value") ?? ""]));

/** A topic that is there is given back as it is, unless the request wants other attributes or tags. [D; texts O] */
function create(world: World, input: Input): Output {
  const name = required(input, "Name");
  if (!/^[\w-]{1,256}$/.test(name)) throw invalid("Topic Name");
  const attributes = attributesOf(input);
  const topic = { ...newTopic(world, name), tags: tagsOf(input) };
  for (const [attribute, value] of attributes) setAttribute(topic, attribute, value);
  const before = world.topics.get(topic.arn);
  if (before === undefined) world.topics.set(topic.arn, topic);
  const isOther =
    before !== undefined && topic.tags.length > 0 && JSON.stringify(topic.tags) !== JSON.stringify(before.tags);
  if (isOther) throw invalid("Tags Reason: Topic already exists with different tags");
  return { TopicArn: topic.arn };
}

function topicAttributes({ arn, displayName, policy, key, subscriptions }: Topic, account: string): Output {
  const confirmed = subscriptions.filter(({ isConfirmed }) => isConfirmed === true).length;
  return {
    TopicArn: arn,
    Owner: account,
    Policy: policy,
    DisplayName: displayName,
    ...(key !== undefined && { KmsMasterKeyId: key }),
    SubscriptionsPending: String(subscriptions.length - confirmed),
    SubscriptionsConfirmed: String(confirmed),
    SubscriptionsDeleted: "0",
  };
}

/** Sets an attribute. What is set to what it is anyway changes nothing. */
function setAttribute(topic: Topic, name: string, value: string): void {
  if (name === "DisplayName") topic.displayName = value;
  else if (name === "Policy") topic.policy = policyIn(value);
  else if (name === "KmsMasterKeyId") topic.key = value === "" ? undefined : value;
  else if (!["", "0", "false"].includes(value)) {
    throw new AwsError("NotImplemented", `The sandbox does not simulate topics with ${name}.`, 501);
  }
}

function policyIn(value: string): string {
  try {
    const { Statement } = JSON.parse(value) as { readonly Statement?: unknown };
    if (Array.isArray(Statement)) return value;
  } catch {
    // No JSON: the same answer.
  }
  throw invalid("Policy Error: PrincipalNotFound");
}

const subscriptionView =
  (account: string, arn: string) =>
  ({ protocol, endpoint, isConfirmed }: Subscription): Output => ({
    SubscriptionArn: isConfirmed === true ? `${arn}:0a1b2c3d-0000-4000-8000-000000000001` : "PendingConfirmation",
    Owner: account,
    Protocol: protocol,
    Endpoint: endpoint,
    TopicArn: arn,
  });

/** Only what a person or a page has to confirm: other subscriptions would be confirmed, and would have to deliver. */
const CONFIRMED_BY_HAND: readonly string[] = ["email", "email-json", "http", "https"];

function subscribe(world: World, input: Input): Output {
  const topic = findTopic(world, required(input, "TopicArn"));
  const protocol = required(input, "Protocol");
  if (!CONFIRMED_BY_HAND.includes(protocol)) {
    throw new AwsError("NotImplemented", `The sandbox does not simulate subscriptions by ${protocol}.`, 501);
  }
  const endpoint = required(input, "Endpoint");
  if (!topic.subscriptions.some((one) => one.protocol === protocol && one.endpoint === endpoint)) {
    topic.subscriptions.push({ protocol, endpoint });
  }
  return { SubscriptionArn: "pending confirmation" };
}

export const topicOperations: Readonly<Record<string, Operation>> = {
  ListTopics: reading((world, input) => {
    const { items, nextToken } = page([...world.topics.keys()], 100, text(input, "NextToken"), "topics");
    return { Topics: items.map((TopicArn) => ({ TopicArn })), NextToken: nextToken };
  }),

  CreateTopic: changing(create),

  /** A topic that is not there is no error. [D] */
  DeleteTopic: changing((world, input) => {
    world.topics.delete(required(input, "TopicArn"));
    return {};
  }),

  GetTopicAttributes: reading((world, input) => ({
    Attributes: topicAttributes(findTopic(world, required(input, "TopicArn")), world.account),
  })),

  SetTopicAttributes: changing((world, input) => {
    const topic = findTopic(world, required(input, "TopicArn"));
    setAttribute(topic, required(input, "AttributeName"), text(input, "AttributeValue") ?? "");
    return {};
  }),

  Subscribe: changing(subscribe),

  ListSubscriptionsByTopic: reading((world, input) => {
    const { arn, subscriptions } = findTopic(world, required(input, "TopicArn"));
    const views = subscriptions.map(subscriptionView(world.account, arn));
    const { items, nextToken } = page(views, 100, text(input, "NextToken"), "topic-subscriptions");
    return { Subscriptions: items, NextToken: nextToken };
  }),

  ListSubscriptions: reading((world, input) => {
    const views = [...world.topics.values()].flatMap(({ arn, subscriptions }) =>
      subscriptions.map(subscriptionView(world.account, arn)),
    );
    const { items, nextToken } = page(views, 100, text(input, "NextToken"), "subscriptions");
    return { Subscriptions: items, NextToken: nextToken };
  }),

  ListTagsForResource: reading((world, input) => ({ Tags: findTagged(world, input).tags })),

  TagResource: changing((world, input) => {
    const topic = findTagged(world, input);
    const added = tagsOf(input);
    const keys = added.map(({ Key }) => Key);
    topic.tags = [...topic.tags.filter(({ Key }) => !keys.includes(Key)), ...added];
    return {};
  }),

  UntagResource: changing((world, input) => {
    const topic = findTagged(world, input);
    const keys = texts(input, "TagKeys");
    topic.tags = topic.tags.filter(({ Key }) => !keys.includes(Key));
    return {};
  }),
};
