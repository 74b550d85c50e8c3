import type { ScheduledAction } from "@aws-sdk/client-application-auto-scaling";
import type { FilteredLogEvent } from "@aws-sdk/client-cloudwatch-logs";
import { type AccountRegion, accountRegionOf } from "../domain/aws/arn.ts";
import type { Image, LogLine, ScalingTarget, ScheduledScaling } from "../domain/aws/ecs.ts";
import { ECR_REF } from "../domain/aws/ecs.ts";
import type { LinesRead, LogQuestion, StreamLine, SurroundingReads } from "../domain/aws/reads.ts";
import type { Clients } from "./client/clients.ts";
import { everyPage } from "./client/every-page.ts";
import { assertTyped, needed } from "./client/needed.ts";
import type { ReadCall } from "./client/read-call.ts";
import { readSecurityGroups, readSubnets } from "./ec2/network.ts";
import { readRole } from "./iam/role.ts";

export function createSurroundingReads(clients: Clients, guarded: ReadCall): SurroundingReads {
  return {
    image: (ref) => guarded("ecr:DescribeImages", () => readImage(clients, ref)),
    hasSecret: (id) => guarded("secretsmanager:DescribeSecret", () => readSecret(clients, id)),
    scalingTarget: (cluster, service) =>
      guarded("application-autoscaling:DescribeScalableTargets", () => readScaling(clients, cluster, service)),
    scheduledScaling: (cluster, service) =>
      guarded("application-autoscaling:DescribeScheduledActions", () => readScheduled(clients, cluster, service)),
    role: (name) => guarded("iam:GetRole", () => readRole(clients, name)),
    subnets: (ids) => guarded("ec2:DescribeSubnets", () => readSubnets(clients, ids)),
    securityGroups: (ids) => guarded("ec2:DescribeSecurityGroups", () => readSecurityGroups(clients, ids)),
    logTail: (group, stream, lines, region) =>
      guarded("logs:GetLogEvents", () =>
        readLog(region === undefined ? clients : clients.in(region), group, stream, lines),
      ),
    logLines: (group, question, region) =>
      guarded("logs:FilterLogEvents", () =>
        readLogLines(region === undefined ? clients : clients.in(region), group, question),
      ),
    hasLogGroup: (group, region) =>
      guarded("logs:GetLogEvents", () => readLogGroup(region === undefined ? clients : clients.in(region), group)),
  };
}

async function readImage(clients: Clients, ref: string): Promise<Image | undefined> {
  const [, account = "", region = "", repositoryName = "", imageTag = "latest", imageDigest] = ECR_REF.exec(ref) ?? [];
  const own = clients.in(region);
  const [ecr, { DescribeImagesCommand }] = await Promise.all([own.registry(), import("./sdk/ecr.ts")]);
  const imageIds = [imageDigest === undefined ? { imageTag } : { imageDigest }];
  const answer = await ecr
    .send(new DescribeImagesCommand({ registryId: account, repositoryName, imageIds }))
    .catch(absent("ImageNotFoundException"))
    .catch(absentIf("RepositoryNotFoundException", () => isHome(clients, { account, region })));
  if (answer === undefined) return undefined;
  const [found] = needed(answer.imageDetails, "imageDetails");
  const pushedAt = found?.imagePushedAt?.toISOString();
  return { digest: needed(found?.imageDigest, "imageDigest"), ...(pushedAt === undefined ? {} : { pushedAt }) };
}

/** Another account, or another region's registry, may hide a repository: its "not found" is no proof. */
async function isHome(clients: Clients, { account, region }: AccountRegion): Promise<boolean> {
  const registry = await clients.registry();
  return (await registry.config.region()) === region && isOwnAccount(clients, account);
}

async function isOwnAccount(clients: Clients, account: string): Promise<boolean> {
  const [sts, { GetCallerIdentityCommand }] = await Promise.all([clients.sts(), import("./sdk/sts.ts")]);
  return (await sts.send(new GetCallerIdentityCommand({}))).Account === account;
}

/** Accepts "not found" only if `proves` confirms that AWS would show the resource if it existed. */
function absentIf(name: string, proves: () => Promise<boolean>) {
  return async (failure: unknown): Promise<undefined> => {
    const isAbsent = (failure as { name?: string }).name === name;
    if (isAbsent && (await proves().catch(() => false))) return undefined;
    throw failure;
  };
}

async function readSecret(clients: Clients, id: string): Promise<boolean> {
  const home = accountRegionOf(id);
  const own = home === undefined ? clients : clients.in(home.region);
  const [secrets, { DescribeSecretCommand }] = await Promise.all([own.secrets(), import("./sdk/secrets.ts")]);
  // A container definition may name a key, a stage or a version after the secret's own ARN.
  const SecretId = id.split(":").slice(0, 7).join(":");
  const request = secrets.send(new DescribeSecretCommand({ SecretId }));
  const isProof = async () => home === undefined || isOwnAccount(clients, home.account);
  const answer = await request.catch(absentIf("ResourceNotFoundException", isProof));
  return answer !== undefined && answer.DeletedDate === undefined;
}

async function readScaling(clients: Clients, cluster: string, service: string): Promise<ScalingTarget | undefined> {
  const [scaling, { DescribeScalableTargetsCommand }] = await Promise.all([
    clients.scaling(),
    import("./sdk/application-autoscaling.ts"),
  ]);
  const answer = await scaling.send(
    new DescribeScalableTargetsCommand({
      ServiceNamespace: "ecs",
      ScalableDimension: "ecs:service:DesiredCount",
      ResourceIds: [`service/${cluster}/${service}`],
    }),
  );
  const [target] = needed(answer.ScalableTargets, "ScalableTargets");
  if (target === undefined) return undefined;
  const suspended = needed(target.SuspendedState, "SuspendedState");
  assertTyped(answer);
  return {
    least: needed(target.MinCapacity, "MinCapacity"),
    most: needed(target.MaxCapacity, "MaxCapacity"),
    // The default of each is false. [D: SuspendedState]
    inSuspended: suspended.DynamicScalingInSuspended ?? false,
    outSuspended: suspended.DynamicScalingOutSuspended ?? false,
    scheduledSuspended: suspended.ScheduledScalingSuspended ?? false,
  };
}

async function readScheduled(clients: Clients, cluster: string, service: string): Promise<readonly ScheduledScaling[]> {
  const [scaling, { DescribeScheduledActionsCommand }] = await Promise.all([
    clients.scaling(),
    import("./sdk/application-autoscaling.ts"),
  ]);
  const resource = { ServiceNamespace: "ecs", ResourceId: `service/${cluster}/${service}` } as const;
  return everyPage(async (NextToken) => {
    const answer = await scaling.send(
      new DescribeScheduledActionsCommand({ ...resource, ...(NextToken && { NextToken }) }),
    );
    return { items: needed(answer.ScheduledActions, "ScheduledActions").map(toScheduled), next: answer.NextToken };
  });
}

function toScheduled({ ScheduledActionName, Schedule, Timezone, ScalableTargetAction }: ScheduledAction) {
  const { MinCapacity: least, MaxCapacity: most } = ScalableTargetAction ?? {};
  return {
    name: needed(ScheduledActionName, "ScheduledActionName"),
    schedule: needed(Schedule, "Schedule"),
    ...(Timezone && { zone: Timezone }),
    ...(least !== undefined && { least }),
    ...(most !== undefined && { most }),
  };
}

async function readLog(clients: Clients, group: string, stream: string, lines: number): Promise<LogLine[]> {
  const [logs, { GetLogEventsCommand }] = await Promise.all([clients.logs(), import("./sdk/logs.ts")]);
  const answer = await logs
    .send(new GetLogEventsCommand({ logGroupName: group, logStreamName: stream, limit: lines, startFromHead: false }))
    .catch(absent("ResourceNotFoundException"));
  const found = answer === undefined ? [] : needed(answer.events, "events");
  return found.map(({ timestamp, message }) => ({
    at: new Date(needed(timestamp, "timestamp of a log line")).toISOString(),
    text: needed(message, "message of a log line"),
  }));
}

/** A page holds up to 10 000 lines. [D: FilterLogEvents] */
const MOST_LOG_PAGES = 10;

async function readLogLines(clients: Clients, group: string, question: LogQuestion): Promise<LinesRead> {
  const { streamPrefix, from, to, pattern } = question;
  const [logs, { FilterLogEventsCommand }] = await Promise.all([clients.logs(), import("./sdk/logs.ts")]);
  const found: StreamLine[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MOST_LOG_PAGES; page++) {
    const answer = await logs
      .send(
        new FilterLogEventsCommand({
          logGroupName: group,
          logStreamNamePrefix: streamPrefix,
          startTime: from,
          // Inclusive, as startTime is. [D: FilterLogEvents]
          ...(to !== undefined && { endTime: to - 1 }),
          ...(pattern !== undefined && { filterPattern: pattern }),
          ...(nextToken && { nextToken }),
        }),
      )
      .catch(absent("ResourceNotFoundException"));
    if (answer === undefined) return { lines: [] };
    found.push(...needed(answer.events, "events").map(toStreamLine));
    nextToken = answer.nextToken;
    if (nextToken === undefined) return { lines: inOrder(found) };
  }
  // The oldest come first: what is missing is what was asked for most.
  const lines = inOrder(found);
  return { lines, unreadAfter: lines.at(-1)?.at ?? new Date(from).toISOString() };
}

const inOrder = (lines: readonly StreamLine[]): readonly StreamLine[] =>
  lines.toSorted((a, b) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1));

function toStreamLine({ timestamp, message, logStreamName, eventId }: FilteredLogEvent): StreamLine {
  return {
    at: new Date(needed(timestamp, "timestamp of a log line")).toISOString(),
    text: needed(message, "message of a log line"),
    stream: needed(logStreamName, "logStreamName"),
    id: needed(eventId, "eventId of a log line"),
  };
}

/** No stream is called so: the answer tells only whether the group or the stream is what does not exist. */
const NO_STREAM = "vulcan-ops/none";

/** Asked with the call that reads logs, so that no other permission is needed. The two messages were observed. [O] */
async function readLogGroup(clients: Clients, logGroupName: string): Promise<boolean> {
  const [logs, { GetLogEventsCommand }] = await Promise.all([clients.logs(), import("./sdk/logs.ts")]);
  const asking = logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: NO_STREAM, limit: 1 }));
  return asking.then(
    () => true,
    (failure: { readonly name?: string; readonly message?: string }) => {
      if (failure.name !== "ResourceNotFoundException") throw failure;
      if (/\blog stream\b/i.test(failure.message ?? "")) return true;
      if (/\blog group\b/i.test(failure.message ?? "")) return false;
      throw failure;
    },
  );
}

/** Turns these "not found" errors into undefined. */
function absent(...names: readonly string[]) {
  return (failure: unknown): undefined => {
    if (names.includes((failure as { name?: string }).name ?? "")) return undefined;
    throw failure;
  };
}
