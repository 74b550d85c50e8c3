import type * as Sdk from "@aws-sdk/client-ecs";
import { type HistoryRow, inBatches, iso, type ServiceDeployment } from "../../domain/aws/ecs.ts";
import { isSorted } from "../../domain/sorted.ts";
import { newestFirst } from "../../domain/time.ts";
import { everyPage } from "../client/every-page.ts";
import { needed } from "../client/needed.ts";
import type * as Commands from "../sdk/ecs.ts";
import { knownDefinitionName } from "./definition-name.ts";
import { toServiceDeployment } from "./service-deployment.ts";
import type { CountTasks, TaskCounts } from "./task-counts.ts";

const HISTORY_PAGE = 100;
/** More than a rollback goes back by. Each hundred costs one call, and each twenty revisions cost another. */
const MOST_HISTORY = 200;
const DESCRIBE_BATCH = 20;

/** What a service revision brings: its task definition, and the digests of its images where ECS has resolved them. */
interface Brought {
  readonly taskDefinition: string;
  readonly images?: string;
}

type ReadRevisions = (
  ecs: Sdk.ECSClient,
  sdk: typeof Commands,
  arns: readonly (string | undefined)[],
) => Promise<ReadonlyMap<string, Brought>>;

/** What each service revision brings. A revision never changes, so each is read once. */
export function revisionContents(): ReadRevisions {
  const known = new Map<string, Brought>();
  const reading = new Map<string, Promise<void>>();
  const read = async (ecs: Sdk.ECSClient, sdk: typeof Commands, serviceRevisionArns: string[]) => {
    const answer = await ecs.send(new sdk.DescribeServiceRevisionsCommand({ serviceRevisionArns }));
    const found = needed(answer.serviceRevisions, "serviceRevisions");
    for (const { serviceRevisionArn = "", taskDefinition, containerImages } of found)
      known.set(serviceRevisionArn, {
        taskDefinition: knownDefinitionName(taskDefinition),
        ...digestsOf(containerImages),
      });
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

function digestsOf(images: readonly Sdk.ContainerImage[] = []): Pick<Brought, "images"> {
  const digests = images.map(({ containerName = "", imageDigest }) => imageDigest && `${containerName}=${imageDigest}`);
  const isResolved = digests.length > 0 && digests.every(Boolean);
  return isResolved ? { images: digests.sort().join(" ") } : {};
}

/** The service deployments that ECS still has (90 days), newest first. */
export async function readHistory(
  ecs: Sdk.ECSClient,
  sdk: typeof Commands,
  readRevisions: ReadRevisions,
  countTasks: CountTasks,
  cluster: string,
  service: string,
): Promise<HistoryRow[]> {
  const briefs = await listDeployments(ecs, sdk, cluster, service);
  const targets = briefs.map((brief) => brief.targetServiceRevisionArn);
  const [brought, tasks] = await Promise.all([readRevisions(ecs, sdk, targets), countTasks(ecs, sdk, briefs)]);
  return toHistory(briefs, brought, tasks);
}

export async function readDeployments(
  ecs: Sdk.ECSClient,
  sdk: typeof Commands,
  readRevisions: ReadRevisions,
  arns: readonly string[],
): Promise<ServiceDeployment[]> {
  const answer = await ecs.send(new sdk.DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [...arns] }));
  const found = needed(answer.serviceDeployments, "serviceDeployments");
  const brought = await readRevisions(ecs, sdk, found.flatMap(revisionsIn));
  const nameOf = (arn: string | undefined) => brought.get(arn ?? "")?.taskDefinition ?? "";
  return found.map((deployment) => toServiceDeployment(deployment, nameOf));
}

const revisionsIn = ({ sourceServiceRevisions = [], targetServiceRevision, rollback }: Sdk.ServiceDeployment) => [
  ...sourceServiceRevisions.map(({ arn }) => arn),
  targetServiceRevision?.arn,
  rollback?.serviceRevisionArn,
];

async function listDeployments(ecs: Sdk.ECSClient, sdk: typeof Commands, cluster: string, service: string) {
  const found = await everyPage(
    async (nextToken) => {
      const page = await ecs.send(
        new sdk.ListServiceDeploymentsCommand({
          cluster,
          service,
          maxResults: HISTORY_PAGE,
          ...(nextToken && { nextToken }),
        }),
      );
      return { items: needed(page.serviceDeployments, "serviceDeployments"), next: page.nextToken };
    },
    (briefs) => briefs.length >= MOST_HISTORY && isSorted(briefs, newestMadeFirst),
  );
  return found.toSorted(newestMadeFirst).slice(0, MOST_HISTORY);
}

/** If the server uses another order, only the whole list shows which deployments are the newest. */
const newestMadeFirst = (a: Sdk.ServiceDeploymentBrief, b: Sdk.ServiceDeploymentBrief): number =>
  newestFirst(iso(a.createdAt) ?? "", iso(b.createdAt) ?? "");

function toHistory(
  briefs: readonly Sdk.ServiceDeploymentBrief[],
  brought: ReadonlyMap<string, Brought>,
  tasks: TaskCounts,
): HistoryRow[] {
  return briefs
    .map((brief) => ({
      arn: needed(brief.serviceDeploymentArn, "serviceDeploymentArn"),
      status: needed(brief.status, "status of a service deployment"),
      taskDefinition: "",
      ...brought.get(brief.targetServiceRevisionArn ?? ""),
      ...(brief.targetServiceRevisionArn === undefined ? {} : { serviceRevision: brief.targetServiceRevisionArn }),
      ...tasksOf(brief, tasks),
      ...times(brief),
      createdAt: needed(iso(brief.createdAt), "createdAt of a service deployment"),
    }))
    .sort((a, b) => newestFirst(a.createdAt, b.createdAt));
}

function tasksOf(
  { serviceDeploymentArn = "" }: Sdk.ServiceDeploymentBrief,
  { counts, unread }: TaskCounts,
): Pick<HistoryRow, "tasks" | "tasksUnread"> {
  const tasks = counts.get(serviceDeploymentArn);
  const why = unread.get(serviceDeploymentArn);
  return { ...(tasks !== undefined && { tasks }), ...(why !== undefined && { tasksUnread: why }) };
}

function times(brief: Sdk.ServiceDeploymentBrief): Pick<HistoryRow, "startedAt" | "finishedAt"> {
  const startedAt = iso(brief.startedAt);
  const finishedAt = iso(brief.finishedAt);
  return { ...(startedAt && { startedAt }), ...(finishedAt && { finishedAt }) };
}
