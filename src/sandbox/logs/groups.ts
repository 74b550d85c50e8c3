import { AwsError } from "../http/aws-error.ts";
import type { Input, Output } from "../http/input.ts";
import { number, record, required, text, texts } from "../http/input.ts";
import { changing, type Operation, reading } from "../http/operation.ts";
import { page } from "../http/page.ts";
import type { World } from "../world.ts";
import { collectLogs } from "./collect.ts";
import { groupOf, missing } from "./find.ts";
import { type LogGroup, newLogGroup } from "./streams.ts";

const invalid = (message: string): AwsError => new AwsError("InvalidParameterException", message);

/** Days for which events can be kept. [D] */
const RETENTIONS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const groupArn = (world: World, name: string): string =>
  `arn:aws:logs:${world.region}:${world.account}:log-group:${name}`;

const groupView = (world: World, { name, createdAt, retentionInDays, streams }: LogGroup): Output => {
  const events = [...streams.values()].flatMap((stream) => stream.events);
  return {
    logGroupName: name,
    creationTime: createdAt,
    retentionInDays,
    metricFilterCount: 0,
    arn: `${groupArn(world, name)}:*`,
    storedBytes: events.reduce((sum, { message }) => sum + Buffer.byteLength(message), 0),
    logGroupClass: "STANDARD",
    logGroupArn: groupArn(world, name),
  };
};

function describeGroups(world: World, input: Input): Output {
  collectLogs(world);
  const [prefix, pattern] = [text(input, "logGroupNamePrefix"), text(input, "logGroupNamePattern")];
  if (prefix !== undefined && pattern !== undefined) {
    throw invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
  }
  const isWanted = ({ name }: LogGroup): boolean =>
    name.startsWith(prefix ?? "") && name.toLowerCase().includes((pattern ?? "").toLowerCase());
  const found = [...world.logs.values()].filter(isWanted).sort((a, b) => (a.name < b.name ? -1 : 1));
  const { items, nextToken } = page(found, number(input, "limit") ?? 50, text(input, "nextToken"), "log-groups");
  return { logGroups: items.map((group) => groupView(world, group)), nextToken };
}

const tagsOf = (input: Input): Record<string, string> =>
  Object.fromEntries(Object.entries(record(input, "tags") ?? {}).map(([key, value]) => [key, String(value)]));

/** The group that a tag operation names: by ARN, in older clients by name. */
function findTagged(world: World, input: Input): LogGroup {
  const arn = text(input, "resourceArn");
  return groupOf(world, { logGroupName: arn ?? required(input, "logGroupName") });
}

const listTags: Operation = reading((world, input) => ({ tags: findTagged(world, input).tags }));

const tag: Operation = changing((world, input) => {
  const group = findTagged(world, input);
  group.tags = { ...group.tags, ...tagsOf(input) };
  return {};
});

const untag =
  (member: string): Operation["handle"] =>
  (world, input) => {
    const group = findTagged(world, input);
    const removed = texts(input, member);
    group.tags = Object.fromEntries(Object.entries(group.tags).filter(([key]) => !removed.includes(key)));
    return {};
  };

export const groupOperations: Readonly<Record<string, Operation>> = {
  DescribeLogGroups: reading(describeGroups),

  CreateLogGroup: changing((world, input) => {
    const name = required(input, "logGroupName");
    if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name))
      throw invalid(`Value '${name}' at 'logGroupName' is not a valid name.`);
    const kind = text(input, "logGroupClass") ?? "STANDARD";
    if (kind !== "STANDARD")
      throw new AwsError("NotImplemented", `The sandbox has no log groups of the class ${kind}.`, 501);
    if (world.logs.has(name))
      throw new AwsError("ResourceAlreadyExistsException", "The specified log group already exists");
    world.logs.set(name, { ...newLogGroup(name, world.clock.now()), tags: tagsOf(input) });
    return {};
  }),

  DeleteLogGroup: changing((world, input) => {
    world.logs.delete(groupOf(world, { logGroupName: required(input, "logGroupName") }).name);
    return {};
  }),

  PutRetentionPolicy: changing((world, input) => {
    const group = groupOf(world, { logGroupName: required(input, "logGroupName") });
    required(input, "retentionInDays");
    const days = number(input, "retentionInDays") ?? 0;
    if (!RETENTIONS.includes(days)) {
      throw invalid(
        `1 validation error detected: Value '${days}' at 'retentionInDays' is not one of ${RETENTIONS.join(", ")}`,
      );
    }
    group.retentionInDays = days;
    return {};
  }),

  DeleteRetentionPolicy: changing((world, input) => {
    groupOf(world, { logGroupName: required(input, "logGroupName") }).retentionInDays = undefined;
    return {};
  }),

  CreateLogStream: changing((world, input) => {
    const { streams } = groupOf(world, { logGroupName: required(input, "logGroupName") });
    const name = required(input, "logStreamName");
    if (!/^[^:*]{1,512}$/.test(name)) throw invalid(`Value '${name}' at 'logStreamName' is not a valid name.`);
    if (streams.has(name))
      throw new AwsError("ResourceAlreadyExistsException", "The specified log stream already exists");
    streams.set(name, { name, createdAt: world.clock.now(), events: [] });
    return {};
  }),

  DeleteLogStream: changing((world, input) => {
    const { streams } = groupOf(world, { logGroupName: required(input, "logGroupName") });
    if (!streams.delete(required(input, "logStreamName"))) missing("stream");
    return {};
  }),

  /** There are neither filters nor subscriptions: what would make one is not simulated. */
  DescribeMetricFilters: reading((world, input) => {
    if (input.logGroupName != null) groupOf(world, input);
    return { metricFilters: [] };
  }),
  DescribeSubscriptionFilters: reading((world, input) => {
    groupOf(world, { logGroupName: required(input, "logGroupName") });
    return { subscriptionFilters: [] };
  }),

  ListTagsForResource: listTags,
  ListTagsLogGroup: listTags,
  TagResource: tag,
  TagLogGroup: tag,
  UntagResource: changing(untag("tagKeys")),
  UntagLogGroup: changing(untag("tags")),
};
