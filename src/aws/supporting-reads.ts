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
    logTail: (group, stream, lines) => guarded("logs:GetLogEvents", () => readLog(clients, group, stream, lines)),
  };
}

async function readImage(clients: Clients, ref: string): Promise<Image | undefined> {
  const [, registryId = "", repositoryName = "", imageTag = "latest", imageDigest] = ECR_REF.exec(ref) ?? [];
  const [ecr, { DescribeImagesCommand }] = await Promise.all([clients.registry(), import("./sdk/ecr.ts")]);
  const imageIds = [imageDigest === undefined ? { imageTag } : { imageDigest }];
  const answer = await ecr
    .send(new DescribeImagesCommand({ registryId, repositoryName, imageIds }))
    .catch(absent("ImageNotFoundException", "RepositoryNotFoundException"));
  const found = answer?.imageDetails?.[0];
  if (found?.imageDigest === undefined) return undefined;
  const pushedAt = found.imagePushedAt?.toISOString();
  return { digest: found.imageDigest, ...(pushedAt === undefined ? {} : { pushedAt }) };
}

async function readSecret(clients: Clients, id: string): Promise<boolean> {
  const [secrets, { DescribeSecretCommand }] = await Promise.all([clients.secrets(), import("./sdk/secrets.ts")]);
  // A container definition may name a key, a stage or a version behind the secret's own ARN.
  const SecretId = id.split(":").slice(0, 7).join(":");
  const answer = await secrets.send(new DescribeSecretCommand({ SecretId })).catch(absent("ResourceNotFoundException"));
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
