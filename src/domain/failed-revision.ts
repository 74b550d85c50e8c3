import type { Execution } from "./execution.ts";
import type { StepRecord } from "./step-record.ts";

/** What one of our own executions knows about a revision. */
export type RevisionMark = FailedRevision | ReturnedFrom;

/** The execution deployed it, and it did not come up. */
export interface FailedRevision {
  readonly taskDefinition: string;
  /** When the deployment was sent, and when it had failed. */
  readonly sentAt: string;
  readonly at: string;
  /** The stable reason, e.g. `task-exits`. */
  readonly why: string;
  readonly execution: string;
}

/** The service was rolled back from it. */
export interface ReturnedFrom {
  readonly taskDefinition: string;
  readonly leftFor: string;
  readonly sentAt: string;
  /** Time of the execution's last record. By then, AWS had taken up what the execution sent. */
  readonly at: string;
  readonly execution: string;
}

export const isReturnedFrom = (mark: RevisionMark): mark is ReturnedFrom => "leftFor" in mark;

/** Failures of a rollout that count against the revision itself. A superseded or late rollout does not. */
const BAD_REVISION_REASONS: ReadonlySet<string> = new Set([
  "task-cannot-start",
  "task-exits",
  "health-failing",
  "breaker-rollback",
  "alarm-rollback",
  "rollout-failed",
  "rollback-failed",
]);

/** This runbook rolls the schema back. What could not start before it may start after it. */
const SCHEMA_ROLLBACK = "rollback-migration";

/** The runbooks that roll a service back. */
const SERVICE_ROLLBACKS: ReadonlySet<string> = new Set(["rollback-service", "rollback-migration"]);

/** What is known of an execution when its marks are compared with those of others. */
interface Marked {
  /** Id of its runbook. */
  readonly runbook: string;
  readonly ended?: { readonly status: string };
  readonly lastAt: string;
  readonly marks: readonly RevisionMark[];
}

/** The revisions that executions on one target found bad, and those that they rolled back from. */
export function revisionMarks(executions: readonly Marked[]): RevisionMark[] {
  const lifted = executions.filter(({ runbook, ended }) => runbook === SCHEMA_ROLLBACK && ended?.status === "done");
  const since = lifted.map(({ lastAt }) => lastAt).reduce((a, b) => (a > b ? a : b), "");
  const all = executions.flatMap(({ marks }) => marks);
  const failed = all.filter((mark) => !isReturnedFrom(mark) && mark.at > since);
  return [...failed, ...all.filter(isReturnedFrom)];
}

/** What one execution found out about revisions. */
export const marksOf = (execution: Execution): RevisionMark[] => [...markOf(execution), ...returnsOf(execution)];

function returnsOf({ id, started, steps, lastAt: at }: Execution): ReturnedFrom[] {
  if (!SERVICE_ROLLBACKS.has(started.runbook.id)) return [];
  return Object.values(steps).flatMap(({ state, confirmed, sent }) => {
    const [from, to] = [confirmed?.basis?.taskDefinition, confirmed?.inputs.taskDefinition];
    const isDone = sent !== undefined && state !== "undone";
    if (!isDone || typeof from !== "string" || typeof to !== "string") return [];
    return [{ taskDefinition: from, leftFor: to, sentAt: confirmed?.at ?? at, at, execution: id }];
  });
}

function markOf({ id, steps }: Execution): FailedRevision[] {
  const records = Object.values(steps);
  const failed = records
    .map(failureIn)
    .find((failure) => failure !== undefined && BAD_REVISION_REASONS.has(failure.reason));
  const sent = records.flatMap(({ confirmed }) => confirmed ?? []).find(({ inputs }) => "taskDefinition" in inputs);
  if (failed === undefined || typeof sent?.inputs.taskDefinition !== "string") return [];
  const { taskDefinition } = sent.inputs;
  return [{ taskDefinition, sentAt: sent.at, at: failed.at, why: failed.reason, execution: id }];
}

const failureIn = ({ state, failed }: StepRecord) => (state === "failed" ? failed : undefined);
