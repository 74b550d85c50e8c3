import type * as Sdk from "@aws-sdk/client-ecs";
import { newestFirst } from "../domain/time.ts";
import type * as Commands from "./sdk/ecs.ts";
import { type DeploymentDetail, type HistoryRow, inBatches, iso, shortName } from "./shapes.ts";

const HISTORY_PAGE = 100;
/** More than anybody goes back by; each hundred costs one call, and each twenty revisions another. */
const MOST_HISTORY = 200;
const DESCRIBE_BATCH = 20;

/** The service deployments that ECS still has (90 days), newest first. */
export async function readHistory(
  ecs: Sdk.ECSClient,
  sdk: typeof Commands,
  cluster: string,
  service: string,
): Promise<HistoryRow[]> {
  const briefs = await listDeployments(ecs, sdk, cluster, service);
  return toHistory(
    briefs,
    await taskDefinitionsOf(
      ecs,
      sdk,
      briefs.map((brief) => brief.targetServiceRevisionArn),
    ),
  );
}

export async function readDeployments(
  ecs: Sdk.ECSClient,
  sdk: typeof Commands,
  arns: readonly string[],
): Promise<DeploymentDetail[]> {
  const answer = await ecs.send(new sdk.DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [...arns] }));
  const found = answer.serviceDeployments ?? [];
  const names = await taskDefinitionsOf(ecs, sdk, found.flatMap(revisionsIn));
  return found.map((deployment) => toDetail(deployment, (arn) => names.get(arn ?? "") ?? ""));
}

const revisionsIn = ({ sourceServiceRevisions = [], targetServiceRevision, rollback }: Sdk.ServiceDeployment) => [
  ...sourceServiceRevisions.map(({ arn }) => arn),
  targetServiceRevision?.arn,
  rollback?.serviceRevisionArn,
];

function toDetail(
  deployment: Sdk.ServiceDeployment,
  nameOf: (revision: string | undefined) => string,
): DeploymentDetail {
  const { deploymentCircuitBreaker: breaker, rollback, sourceServiceRevisions = [] } = deployment;
  return {
    arn: deployment.serviceDeploymentArn ?? "",
    status: deployment.status ?? "",
    taskDefinition: nameOf(deployment.targetServiceRevision?.arn),
    sources: sourceServiceRevisions.map(({ arn }) => nameOf(arn)),
    failures: breaker?.failureCount ?? 0,
    ...(breaker?.threshold === undefined ? {} : { threshold: breaker.threshold }),
    ...(breaker?.status === undefined ? {} : { breaker: breaker.status }),
    ...(rollback?.serviceRevisionArn === undefined ? {} : { rollbackTo: nameOf(rollback.serviceRevisionArn) }),
    ...(rollback?.reason === undefined ? {} : { rollbackReason: rollback.reason }),
  };
}

async function listDeployments(ecs: Sdk.ECSClient, sdk: typeof Commands, cluster: string, service: string) {
  const found: Sdk.ServiceDeploymentBrief[] = [];
  let nextToken: string | undefined;
  do {
    const page = await ecs.send(
      new sdk.ListServiceDeploymentsCommand({
        cluster,
        service,
        maxResults: HISTORY_PAGE,
        ...(nextToken && { nextToken }),
      }),
    );
    found.push(...(page.serviceDeployments ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined && found.length < MOST_HISTORY);
  return found;
}

async function taskDefinitionsOf(
  ecs: Sdk.ECSClient,
  sdk: typeof Commands,
  arns: readonly (string | undefined)[],
): Promise<Map<string, string>> {
  const known = [...new Set(arns.flatMap((arn) => (arn === undefined || arn === "" ? [] : [arn])))];
  const answers = await Promise.all(
    inBatches(known, DESCRIBE_BATCH).map((serviceRevisionArns) =>
      ecs.send(new sdk.DescribeServiceRevisionsCommand({ serviceRevisionArns })),
    ),
  );
  const revisions = answers.flatMap((answer) => answer.serviceRevisions ?? []);
  return new Map(revisions.map((revision) => [revision.serviceRevisionArn ?? "", shortName(revision.taskDefinition)]));
}

function toHistory(briefs: readonly Sdk.ServiceDeploymentBrief[], names: ReadonlyMap<string, string>): HistoryRow[] {
  return briefs
    .map((brief) => ({
      arn: brief.serviceDeploymentArn ?? "",
      status: brief.status ?? "",
      taskDefinition: names.get(brief.targetServiceRevisionArn ?? "") ?? "",
      ...(brief.targetServiceRevisionArn === undefined ? {} : { serviceRevision: brief.targetServiceRevisionArn }),
      ...times(brief),
      createdAt: iso(brief.createdAt) ?? "",
    }))
    .sort((a, b) => newestFirst(a.createdAt, b.createdAt));
}

function times(brief: Sdk.ServiceDeploymentBrief): Pick<HistoryRow, "startedAt" | "finishedAt"> {
  const startedAt = iso(brief.startedAt);
  const finishedAt = iso(brief.finishedAt);
  return { ...(startedAt && { startedAt }), ...(finishedAt && { finishedAt }) };
}
