import { type Home, homeOf } from "../domain/aws/arn.ts";
import type { Image, LogLine, ScalingTarget } from "../domain/aws/ecs.ts";
import { ECR_REF } from "../domain/aws/ecs.ts";
import type { SurroundingReads } from "../domain/aws/reads.ts";
import type { Clients } from "./client/clients.ts";
import type { Guarded } from "./client/read-call.ts";

export function createSurroundingReads(clients: Clients, guarded: Guarded): SurroundingReads {
  return {
    image: (ref) => guarded("ecr:DescribeImages", () => readImage(clients, ref)),
    hasSecret: (id) => guarded("secretsmanager:DescribeSecret", () => readSecret(clients, id)),
    scalingTarget: (cluster, service) =>
      guarded("application-autoscaling:DescribeScalableTargets", () => readScaling(clients, cluster, service)),
    logTail: (group, stream, lines, region) =>
      guarded("logs:GetLogEvents", () =>
        readLog(region === undefined ? clients : clients.in(region), group, stream, lines),
      ),
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
  const found = answer.imageDetails?.[0];
  if (found?.imageDigest === undefined) throw new Error("the registry answered without a digest");
  const pushedAt = found.imagePushedAt?.toISOString();
  return { digest: found.imageDigest, ...(pushedAt === undefined ? {} : { pushedAt }) };
}

/** Another account, or another region's registry, may hide what is there: "there is no repository" is no proof. */
async function isHome(clients: Clients, { account, region }: Home): Promise<boolean> {
  const registry = await clients.registry();
  return (await registry.config.region()) === region && isOwnAccount(clients, account);
}

async function isOwnAccount(clients: Clients, account: string): Promise<boolean> {
  const [sts, { GetCallerIdentityCommand }] = await Promise.all([clients.sts(), import("./sdk/sts.ts")]);
  return (await sts.send(new GetCallerIdentityCommand({}))).Account === account;
}

/** "There is none" is believed only where `proves` says that it would be told otherwise. */
function absentIf(name: string, proves: () => Promise<boolean>) {
  return async (failure: unknown): Promise<undefined> => {
    const isAbsent = (failure as { name?: string }).name === name;
    if (isAbsent && (await proves().catch(() => false))) return undefined;
    throw failure;
  };
}

async function readSecret(clients: Clients, id: string): Promise<boolean> {
  const home = homeOf(id);
  const own = home === undefined ? clients : clients.in(home.region);
  const [secrets, { DescribeSecretCommand }] = await Promise.all([own.secrets(), import("./sdk/secrets.ts")]);
  // A container definition may name a key, a stage or a version behind the secret's own ARN.
  const SecretId = id.split(":").slice(0, 7).join(":");
  const asking = secrets.send(new DescribeSecretCommand({ SecretId }));
  const isTold = async () => home === undefined || isOwnAccount(clients, home.account);
  const answer = await asking.catch(absentIf("ResourceNotFoundException", isTold));
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
  const target = answer.ScalableTargets?.[0];
  if (target === undefined) return undefined;
  const { DynamicScalingInSuspended, DynamicScalingOutSuspended, ScheduledScalingSuspended } =
    target.SuspendedState ?? {};
  return {
    least: target.MinCapacity ?? 0,
    most: target.MaxCapacity ?? 0,
    inSuspended: DynamicScalingInSuspended === true,
    outSuspended: DynamicScalingOutSuspended === true,
    scheduledSuspended: ScheduledScalingSuspended === true,
  };
}

async function readLog(clients: Clients, group: string, stream: string, lines: number): Promise<LogLine[]> {
  const [logs, { GetLogEventsCommand }] = await Promise.all([clients.logs(), import("./sdk/logs.ts")]);
  const answer = await logs
    .send(new GetLogEventsCommand({ logGroupName: group, logStreamName: stream, limit: lines, startFromHead: false }))
    .catch(absent("ResourceNotFoundException"));
  return (answer?.events ?? []).map(({ timestamp, message = "" }) => ({
    at: new Date(timestamp ?? 0).toISOString(),
    text: message,
  }));
}

/** Turns the errors that say "there is none" into undefined. */
function absent(...names: readonly string[]) {
  return (failure: unknown): undefined => {
    if (names.includes((failure as { name?: string }).name ?? "")) return undefined;
    throw failure;
  };
}
