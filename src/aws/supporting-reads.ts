import type { Image, LogLine, ScalingTarget } from "../domain/aws/ecs.ts";
import { type Home, homeOf } from "./arn.ts";
import type { Clients } from "./client/clients.ts";
import type { Guarded } from "./client/read-call.ts";

/** Reads of what surrounds a service: its images, secrets, logs and scaling. */
export interface SurroundingReads {
  /**
   * An image of ECR by tag or digest; undefined where its own registry does not have it. Rejects where that cannot be
   * told from here: a registry of another account or region may not show a repository that is there.
   */
  image(ref: string): Promise<Image | undefined>;
  /** Whether the secret with this ARN or name is there and not marked for deletion, asked where its ARN says. */
  hasSecret(id: string): Promise<boolean>;
  /** The service's own scaling target; undefined where nothing scales it. */
  scalingTarget(cluster: string, service: string): Promise<ScalingTarget | undefined>;
  /** The newest lines of a log stream, oldest first; empty where there is no such stream. `region`: where the group lies. */
  logTail(group: string, stream: string, lines: number, region?: string): Promise<readonly LogLine[]>;
}

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

/**
 * `111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/vulcan:1.42.0`, or with `@sha256:…`; also FIPS and dual-stack names
 * (`dkr.ecr-fips.`, `dkr-ecr.REGION.on.aws`), in every partition.
 */
const ECR_REF = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([\w-]+)\.[a-z][a-z0-9.-]+\/([^:@]+)(?::([^@]+))?(?:@(sha256:\w+))?$/;

/** Whether `image` can say anything about it: images of other registries cannot be looked up here. */
export const isEcrImage = (ref: string): boolean => ECR_REF.test(ref);

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
