import type { HistoryRow, Service, ServiceDeployment, Task } from "../../../domain/aws/ecs.ts";
import { type FailedRevision, isReturnedFrom, type RevisionMark } from "../../../domain/failed-revision.ts";
import { warn } from "../../../domain/finding.ts";
import type { Finding } from "../../../domain/operation.ts";
import { ago, newestFirst } from "../../../domain/time.ts";
import { failedStops, stopTime } from "../rollout/stopped-tasks.ts";

/** What is known of the last deployment of a revision. */
export interface LastDeployment {
  readonly wanted: string;
  readonly service: Service;
  /** Service deployments, newest first, or why they are not known. */
  readonly history: readonly HistoryRow[] | { readonly unread: string };
  readonly detail: ServiceDeployment | undefined;
  /** Of all revisions; ECS knows them for an hour. */
  readonly stopped: readonly Task[];
  readonly revisionMarks: readonly RevisionMark[];
  /** Epoch ms of the clock. */
  readonly now: number;
}

/**
 * Whether that revision failed in its last deployment, and how. Undefined if it came up and nothing shows a failure. An
 * unknown result is reported like a failure: the operator who redeploys it has to know that, too.
 */
export function howItFailed(last: LastDeployment): Finding | undefined {
  const { wanted, history, now } = last;
  const how = byTasks(last) ?? byRecordedFailure(last) ?? byDeployment(last);
  if (how !== undefined) {
    const [text, at] = how;
    return warn("failed-before", `${wanted} is the release you rolled back: ${text} ${ago(at, now)}`);
  }
  if (!("unread" in history)) return undefined;
  return warn("failed-before-unknown", `not known whether the last deployment of ${wanted} failed: ${history.unread}`);
}

type How = readonly [text: string, at: string];

function byTasks({ wanted, service, detail, stopped, now }: LastDeployment): How | undefined {
  const failed = failedStops(stopped.filter(({ taskDefinition }) => taskDefinition === wanted));
  const deployment = service.deployments.find(({ taskDefinition }) => taskDefinition === wanted);
  const count = Math.max(failed.tasks.length, deployment?.failed ?? 0, detail?.breaker?.failures ?? 0);
  if (count === 0) return undefined;
  const [last = deployment?.createdAt ?? detail?.rollback?.startedAt] = failed.tasks.map(stopTime).sort(newestFirst);
  return [`${count} of its tasks ${failed.how}`, last ?? new Date(now).toISOString()];
}

function byRecordedFailure({ wanted, revisionMarks, history }: LastDeployment): How | undefined {
  const isFailed = (mark: RevisionMark): mark is FailedRevision =>
    !isReturnedFrom(mark) && mark.taskDefinition === wanted;
  const [mark] = revisionMarks.filter(isFailed).sort((a, b) => newestFirst(a.at, b.at));
  const row = rowOf(wanted, history);
  const isOverdue = row?.status === "SUCCESSFUL" && (row.finishedAt ?? row.createdAt) > (mark?.at ?? "");
  if (mark === undefined || isOverdue) return undefined;
  return [`execution ${mark.execution} saw it fail (${mark.why})`, mark.at];
}

function byDeployment({ wanted, history }: LastDeployment): How | undefined {
  const row = rowOf(wanted, history);
  if (row === undefined || row.status === "SUCCESSFUL") return undefined;
  return [`its deployment failed (${row.status})`, row.finishedAt ?? row.createdAt];
}

export function rowOf(wanted: string, history: LastDeployment["history"]): HistoryRow | undefined {
  return "unread" in history ? undefined : history.find(({ taskDefinition }) => taskDefinition === wanted);
}
