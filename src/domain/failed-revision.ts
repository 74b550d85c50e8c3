import type { Execution, StepRecord } from "./execution.ts";

/** What one of our own executions has seen of a revision: it was sent for, and did not come up. */
export interface Mark {
  readonly taskDefinition: string;
  /** When it was sent for, and when that had failed. */
  readonly sentAt: string;
  readonly at: string;
  /** The stable reason, as `task-exits`. */
  readonly why: string;
  readonly execution: string;
}

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

/** The revisions that executions on one target have found bad. */
export function marksOf(executions: readonly Execution[]): Mark[] {
  const lifted = executions.filter(({ started, ended }) => started.runbook.id === LIFTS && ended?.status === "done");
  const since = lifted.map(({ lastAt }) => lastAt).reduce((a, b) => (a > b ? a : b), "");
  return executions.flatMap(markOf).filter(({ at }) => at > since);
}

function markOf({ id, steps }: Execution): Mark[] {
  const records = Object.values(steps);
  const failed = records.map(failureIn).find((failure) => failure !== undefined && AGAINST.has(failure.reason));
  const sent = records.flatMap(({ confirmed }) => confirmed ?? []).find(({ inputs }) => "taskDefinition" in inputs);
  if (failed === undefined || typeof sent?.inputs.taskDefinition !== "string") return [];
  const { taskDefinition } = sent.inputs;
  return [{ taskDefinition, sentAt: sent.at, at: failed.at, why: failed.reason, execution: id }];
}

const failureIn = ({ state, failed }: StepRecord) => (state === "failed" ? failed : undefined);
