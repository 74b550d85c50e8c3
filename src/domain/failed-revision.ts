import type { Execution, StepRecord } from "./execution.ts";

/** What one of our own executions knows of a revision. */
export type Mark = FailedMark | ReturnMark;

/** It was sent for, and did not come up. */
export interface FailedMark {
  readonly taskDefinition: string;
  /** When it was sent for, and when that had failed. */
  readonly sentAt: string;
  readonly at: string;
  /** The stable reason, as `task-exits`. */
  readonly why: string;
  readonly execution: string;
}

/** The service went back from it. */
export interface ReturnMark {
  readonly taskDefinition: string;
  readonly leftFor: string;
  readonly sentAt: string;
  /** The last record of the execution: what it sent was taken up by then. */
  readonly at: string;
  readonly execution: string;
}

export const isReturn = (mark: Mark): mark is ReturnMark => "leftFor" in mark;

/** Ends of a rollout that speak against the revision itself; to be superseded or late says nothing of it. */
const AGAINST: ReadonlySet<string> = new Set([
  "task-cannot-start",
  "task-exits",
  "health-failing",
  "breaker-rollback",
  "alarm-rollback",
  "rollout-failed",
  "rollback-failed",
]);

/** The schema has been taken back since: what could not start on it then may start now. */
const LIFTS = "rollback-migration";

/** The runbooks that take a service back. */
const RETURNS: ReadonlySet<string> = new Set(["rollback-service", "rollback-migration"]);

/** The revisions that executions on one target have found bad, and those that they went back from. */
export function marksOf(executions: readonly Execution[]): Mark[] {
  const lifted = executions.filter(({ started, ended }) => started.runbook.id === LIFTS && ended?.status === "done");
  const since = lifted.map(({ lastAt }) => lastAt).reduce((a, b) => (a > b ? a : b), "");
  const failed = executions.flatMap(markOf).filter(({ at }) => at > since);
  return [...failed, ...executions.flatMap(returnsOf)];
}

function returnsOf({ id, started, steps, lastAt: at }: Execution): ReturnMark[] {
  if (!RETURNS.has(started.runbook.id)) return [];
  return Object.values(steps).flatMap(({ state, confirmed, sent }) => {
    const [from, to] = [confirmed?.basis?.taskDefinition, confirmed?.inputs.taskDefinition];
    const isDone = sent !== undefined && state !== "undone";
    if (!isDone || typeof from !== "string" || typeof to !== "string") return [];
    return [{ taskDefinition: from, leftFor: to, sentAt: confirmed?.at ?? at, at, execution: id }];
  });
}

function markOf({ id, steps }: Execution): FailedMark[] {
  const records = Object.values(steps);
  const failed = records.map(failureIn).find((failure) => failure !== undefined && AGAINST.has(failure.reason));
  const sent = records.flatMap(({ confirmed }) => confirmed ?? []).find(({ inputs }) => "taskDefinition" in inputs);
  if (failed === undefined || typeof sent?.inputs.taskDefinition !== "string") return [];
  const { taskDefinition } = sent.inputs;
  return [{ taskDefinition, sentAt: sent.at, at: failed.at, why: failed.reason, execution: id }];
}

const failureIn = ({ state, failed }: StepRecord) => (state === "failed" ? failed : undefined);
