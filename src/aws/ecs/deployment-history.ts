import type * as Sdk from "@aws-sdk/client-ecs";
import { type HistoryRow, inBatches, iso, type ServiceDeployment, shortName } from "../../domain/aws/ecs.ts";
import { isSorted } from "../../domain/sorted.ts";
import { newestFirst } from "../../domain/time.ts";
import { needed } from "../client/needed.ts";
import type * as Commands from "../sdk/ecs.ts";
import { toServiceDeployment } from "./service-deployment.ts";

const HISTORY_PAGE = 100;
/** More than a rollback goes back by. Each hundred costs one call, and each twenty revisions cost another. */
const MOST_HISTORY = 200;
const DESCRIBE_BATCH = 20;

type NameRevisions = (
  ecs: Sdk.ECSClient,
  sdk: typeof Commands,
  arns: readonly (string | undefined)[],
) => Promise<ReadonlyMap<string, string>>;

/** The task definition of each service revision. A revision never changes, so each is read once. */
export function revisionNames(): NameRevisions {
  const known = new Map<string, string>();
  const reading = new Map<string, Promise<void>>();
  const read = async (ecs: Sdk.ECSClient, sdk: typeof Commands, serviceRevisionArns: string[]) => {
    const answer = await ecs.send(new sdk.DescribeServiceRevisionsCommand({ serviceRevisionArns }));
    for (const { serviceRevisionArn = "", taskDefinition } of needed(answer.serviceRevisions, "serviceRevisions"))
      known.set(serviceRevisionArn, shortName(taskDefinition));
  };
  return async (ecs, sdk, arns) => {
    const unknown = [...new Set(arns)].filter((arn): arn is string => Boolean(arn) && !known.has(arn ?? ""));
    const unasked = unknown.filter((arn) => !reading.has(arn));
    for (const batch of inBatches(unasked, DESCRIBE_BATCH)) {
      const answered = read(ecs, sdk, batch).finally(() => {
        for (const arn of batch) reading.delete(arn);
      });
      for (const arn of batch) reading.set(arn, answered);
    }
    await Promise.all(unknown.map((arn) => reading.get(arn)));
    return known;
  };
}

/** The service deployments that ECS still has (90 days), newest first. */
export async function readHistory(
  ecs: Sdk.ECSClient,
  sdk: typeof Commands,
  nameRevisions: NameRevisions,
  cluster: string,
  service: string,
): Promise<HistoryRow[]> {
  const briefs = await listDeployments(ecs, sdk, cluster, service);
  const targets = briefs.map((brief) => brief.targetServiceRevisionArn);
  return toHistory(briefs, await nameRevisions(ecs, sdk, targets));
}

export async function readDeployments(
  ecs: Sdk.ECSClient,
  sdk: typeof Commands,
  nameRevisions: NameRevisions,
  arns: readonly string[],
): Promise<ServiceDeployment[]> {
  const answer = await ecs.send(new sdk.DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [...arns] }));
  const found = needed(answer.serviceDeployments, "serviceDeployments");
  const names = await nameRevisions(ecs, sdk, found.flatMap(revisionsIn));
  return found.map((deployment) => toServiceDeployment(deployment, names));
}

const revisionsIn = ({ sourceServiceRevisions = [], targetServiceRevision, rollback }: Sdk.ServiceDeployment) => [
  ...sourceServiceRevisions.map(({ arn }) => arn),
  targetServiceRevision?.arn,
  rollback?.serviceRevisionArn,
];

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
    found.push(...needed(page.serviceDeployments, "serviceDeployments"));
    nextToken = page.nextToken;
  } while (nextToken !== undefined && !(found.length >= MOST_HISTORY && isSorted(found, newestMadeFirst)));
  return found.sort(newestMadeFirst).slice(0, MOST_HISTORY);
}

/** If the server uses another order, only the whole list shows which deployments are the newest. */
const newestMadeFirst = (a: Sdk.ServiceDeploymentBrief, b: Sdk.ServiceDeploymentBrief): number =>
  newestFirst(iso(a.createdAt) ?? "", iso(b.createdAt) ?? "");

function toHistory(briefs: readonly Sdk.ServiceDeploymentBrief[], names: ReadonlyMap<string, string>): HistoryRow[] {
  return briefs
    .map((brief) => ({
      arn: needed(brief.serviceDeploymentArn, "serviceDeploymentArn"),
      status: needed(brief.status, "status of a service deployment"),
      taskDefinition: names.get(brief.targetServiceRevisionArn ?? "") ?? "",
      ...(brief.targetServiceRevisionArn === undefined ? {} : { serviceRevision: brief.targetServiceRevisionArn }),
      ...times(brief),
      createdAt: needed(iso(brief.createdAt), "createdAt of a service deployment"),
    }))
    .sort((a, b) => newestFirst(a.createdAt, b.createdAt));
}

function times(brief: Sdk.ServiceDeploymentBrief): Pick<HistoryRow, "startedAt" | "finishedAt"> {
  const startedAt = iso(brief.startedAt);
  const finishedAt = iso(brief.finishedAt);
  return { ...(startedAt && { startedAt }), ...(finishedAt && { finishedAt }) };
}
