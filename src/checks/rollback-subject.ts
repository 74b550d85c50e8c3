import type { HistoryRow, Service, ServiceRevision, TaskDefinition } from "../domain/aws/ecs.ts";
import { knownDefinition } from "../domain/aws/known-definition.ts";
import type { Check } from "./check.ts";
import type { Subject } from "./subject.ts";

/** What a revert is about. */
export interface RollbackSubject extends Subject {
  readonly service: Service;
  /** The revision to return to. */
  readonly wanted: TaskDefinition;
}

export type RollbackCheck = Check<RollbackSubject>;

export const historyOf = ({ reads, target }: RollbackSubject): Promise<readonly HistoryRow[]> =>
  reads.ecs.history(target.cluster, target.service);

/** What the service runs, by what was read of it before; rejects where ECS does not know it any more. */
export const currentOf = ({ reads, service }: RollbackSubject): Promise<TaskDefinition> =>
  knownDefinition(reads.ecs, service.taskDefinition);

/** What the newest deployments of both revisions brought. Undefined where the history does not show it. */
export async function readBrought(
  subject: RollbackSubject,
): Promise<(taskDefinition: string) => ServiceRevision | undefined> {
  const rows = await historyOf(subject);
  const arns = [subject.wanted.name, subject.service.taskDefinition].flatMap(
    (name) => rows.find((row) => row.taskDefinition === name && row.serviceRevision)?.serviceRevision ?? [],
  );
  const found = arns.length === 0 ? [] : await subject.reads.ecs.serviceRevisions(arns);
  return (name) => found.find(({ taskDefinition }) => taskDefinition === name);
}
