import type * as Sdk from "@aws-sdk/client-ecs";
import { type HistoryRow, iso, type ServiceDeployment } from "../../domain/aws/ecs.ts";
import { isSorted } from "../../domain/sorted.ts";
import { newestFirst } from "../../domain/time.ts";
import { withTimeLimit } from "../../domain/time-limit.ts";
import { everyPage } from "../client/every-page.ts";
import { needed } from "../client/needed.ts";
import type * as Commands from "../sdk/ecs.ts";
import { toServiceDeployment } from "./service-deployment.ts";
import type { Brought, ServiceRevisions } from "./service-revisions.ts";
import type { TaskCounter, TaskCounts } from "./task-counts.ts";

const HISTORY_PAGE = 100;
/** More than a rollback goes back by. Each hundred costs one call, and each twenty revisions cost another. */
const MOST_HISTORY = 200;
/** What is final, and so read once for each client. */
interface FinalReads {
  readonly revisions: ServiceRevisions;
  readonly counts: TaskCounter;
  /** The newest list that was asked for, of any outcome: it names the revisions that one call then asks for. */
  listing?: Promise<unknown>;
}

/** A deployment's own revisions are among those of the list, which is asked for beside it and answers as soon. */
const LISTED_MS = 1000;

/** The service deployments that ECS still has (90 days), newest first. */
export async function readHistory(
  ecs: Sdk.ECSClient,
  sdk: typeof Commands,
  final: FinalReads,
  cluster: string,
  service: string,
): Promise<HistoryRow[]> {
  const { revisions, counts } = final;
  const listing = listDeployments(ecs, sdk, cluster, service);
  final.listing = listing.catch(() => undefined);
  const briefs = await listing;
  const targets = briefs.map((brief) => brief.targetServiceRevisionArn);
  const [brought, tasks] = await Promise.all([revisions.brought(ecs, sdk, targets), counts.count(ecs, sdk, briefs)]);
  return toHistory(briefs, brought, tasks);
}

/** Those that succeeded are not asked for again. */
export async function readDeployments(
  ecs: Sdk.ECSClient,
  sdk: typeof Commands,
  { revisions, counts, listing }: FinalReads,
  arns: readonly string[],
): Promise<ServiceDeployment[]> {
  const found = await allOf(ecs, sdk, counts, arns);
  if (listing !== undefined) await withTimeLimit(LISTED_MS, listing).catch(() => undefined);
  const brought = await revisions.brought(ecs, sdk, found.flatMap(revisionsIn));
  const nameOf = (arn: string | undefined) => brought.get(arn ?? "")?.taskDefinition ?? "";
  return found.map((deployment) => toServiceDeployment(deployment, nameOf));
}

async function allOf(
  ecs: Sdk.ECSClient,
  sdk: typeof Commands,
  { succeeded }: TaskCounter,
  arns: readonly string[],
): Promise<readonly Sdk.ServiceDeployment[]> {
  const ended = arns.flatMap((arn) => succeeded.get(arn) ?? []);
  const open = arns.filter((arn) => !succeeded.has(arn));
  if (open.length === 0) return ended;
  const answer = await ecs.send(new sdk.DescribeServiceDeploymentsCommand({ serviceDeploymentArns: open }));
  return [...needed(answer.serviceDeployments, "serviceDeployments"), ...ended];
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
