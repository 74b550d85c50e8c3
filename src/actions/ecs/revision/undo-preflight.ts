import { findingsOf, PREFLIGHT_LIMIT_MS, runChecks } from "../../../checks/check.ts";
import { historyOf, type RollbackSubject } from "../../../checks/rollback-subject.ts";
import { ROLLBACK_CHECKS } from "../../../checks/rollback-suite.ts";
import { subjectOf } from "../../../checks/subject.ts";
import type { Service, TaskDefinition } from "../../../domain/aws/ecs.ts";
import { ok, summariseFindings, worstFirst } from "../../../domain/finding.ts";
import type { Finding } from "../../../domain/operation.ts";
import type { ActionReadContext } from "../../../domain/services.ts";
import { withTimeLimit } from "../../../domain/time-limit.ts";
import { howItFailed, type LastDeployment, rowOf } from "./how-it-failed.ts";

/** What an undo brings back, checked like the revision that a rollback returns to. */
export interface UndoPreflight {
  /** The revision failed in its last deployment, or that is unknown. */
  readonly failed?: Finding;
  /** The findings of a rollback's preflight. Checks that are in order appear only as a count. */
  readonly preflight: readonly Finding[];
}

export async function readUndoPreflight(
  service: Service,
  wanted: TaskDefinition,
  context: ActionReadContext,
): Promise<UndoPreflight> {
  const subject = { ...subjectOf(context), service, wanted };
  const [results, last] = await Promise.all([
    runChecks(ROLLBACK_CHECKS, subject),
    readLastDeployment(subject, context),
  ]);
  const failed = howItFailed(last);
  const all = results.flatMap(findingsOf);
  const problems = worstFirst(all).filter(({ level }) => level !== "ok");
  return {
    ...(failed && { failed }),
    preflight: [...problems, ok("preflight", `pre-flight checks: ${summariseFindings(wanted.name, all)}`)],
  };
}

async function readLastDeployment(
  subject: RollbackSubject,
  { services, target }: ActionReadContext,
): Promise<LastDeployment> {
  const { ecs } = services.aws;
  const { service, wanted, now } = subject;
  const [rows, tasks, marks] = await Promise.all([
    withTimeLimit(PREFLIGHT_LIMIT_MS, historyOf(subject)).catch((failure: Error) => ({ unread: failure.message })),
    withTimeLimit(PREFLIGHT_LIMIT_MS, ecs.allTasks(target.cluster, target.service)).catch(() => undefined),
    services.failedRevisions().catch(() => []),
  ]);
  const row = rowOf(wanted.name, rows);
  const details =
    row === undefined ? [] : await withTimeLimit(PREFLIGHT_LIMIT_MS, ecs.deployments([row.arn])).catch(() => []);
  return {
    wanted: wanted.name,
    service,
    history: rows,
    detail: details[0],
    stopped: tasks?.stopped ?? [],
    revisionMarks: marks,
    now,
  };
}
