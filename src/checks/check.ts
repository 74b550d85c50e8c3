import type { HistoryRow, Service, ServiceRevision, TaskDefinition } from "../domain/aws/ecs.ts";
import type { Finding } from "../domain/operation.ts";
import type { World } from "../domain/services.ts";

/** What a revert is about. What not every check needs is read by the first that asks, once for all of them. */
export interface Subject {
  readonly service: Service;
  /** The revision to return to. */
  readonly wanted: TaskDefinition;
  readonly cluster: string;
  /** What the configuration calls the application's container. */
  readonly container?: string | undefined;
  /** Epoch ms of the clock. */
  readonly now: number;
  /** What the service runs; rejects where ECS does not know it any more. */
  current(): Promise<TaskDefinition>;
  history(): Promise<readonly HistoryRow[]>;
  /** As the newest deployment of that task definition brought it; undefined where the history does not tell. */
  brought(taskDefinition: string): Promise<ServiceRevision | undefined>;
}

/** One thing to look at before a revert. Independent of the others: it may be late or fail without holding them up. */
export interface RevertCheck {
  /** Completes the sentence "not checked: …". */
  readonly asks: string;
  /** Its answer is as good once the revert has been sent: what was late then finishes during the wait. */
  readonly keeps?: true;
  look(subject: Subject, world: World): Promise<readonly Finding[]>;
}
