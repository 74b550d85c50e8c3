import type { RollbackSubject } from "../../../checks/rollback-subject.ts";
import { subjectOf } from "../../../checks/rollback-subject.ts";
import { LIMIT_MS, runChecks } from "../../../checks/run-rollback-suite.ts";
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
  const subject = subjectOf(service, wanted, context);
  const [results, last] = await Promise.all([
    runChecks(subject, context.services),
    readLastDeployment(subject, context),
  ]);
  const failed = howItFailed(last);
  const all = results.flatMap(({ findings }) => findings);
  const problems = worstFirst(all).filter(({ level }) => level !== "ok");
  return {
    ...(failed && { failed }),
    preflight: [...problems, ok("preflight", `pre-flight checks: ${summariseFindings(wanted.name, all)}`)],
  };
}

async function readLastDeployment(
  { service, wanted: { name }, now, history }: RollbackSubject,
  { services, target }: ActionReadContext,
): Promise<LastDeployment> {
  const { ecs } = services.aws;
  const [rows, tasks, marks] = await Promise.all([
    withTimeLimit(LIMIT_MS, history()).catch((failure: Error) => ({ unread: failure.message })),
    withTimeLimit(LIMIT_MS, ecs.allTasks(target.cluster, target.service)).catch(() => undefined),
    services.failedRevisions().catch(() => []),
  ]);
  const row = rowOf(name, rows);
  const details = row === undefined ? [] : await withTimeLimit(LIMIT_MS, ecs.deployments([row.arn])).catch(() => []);
  return {
    wanted: name,
    service,
    history: rows,
    detail: details[0],
    stopped: tasks?.stopped ?? [],
    revisionMarks: marks,
    now,
  };
}
