import type { HistoryRow, Service, ServiceRevision, TaskDefinition } from "../domain/aws/ecs.ts";
import type { Look } from "../domain/services.ts";

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

/** Reads of what several checks need are made once, by the first that asks. */
export function subjectOf(service: Service, wanted: TaskDefinition, { world, target, clock }: Look): Subject {
  const { ecs } = world.aws;
  const history = once(() => ecs.history(target.cluster, target.service));
  const current = once(async () => {
    const definition = await ecs.taskDefinition(service.taskDefinition);
    if (definition === undefined) throw new Error(`ECS does not know ${service.taskDefinition} any more`);
    return definition;
  });
  const both = once(async () => {
    const arns = [wanted.name, service.taskDefinition].map(async (name) => newestOf(await history(), name));
    const named = (await Promise.all(arns)).filter((arn) => arn !== undefined);
    return named.length === 0 ? [] : ecs.serviceRevisions(named);
  });
  const brought = async (name: string): Promise<ServiceRevision | undefined> =>
    (await both()).find(({ taskDefinition }) => taskDefinition === name);
  const { cluster, container } = target;
  return { service, wanted, cluster, container, now: clock.now(), current, history, brought };
}

function newestOf(rows: Awaited<ReturnType<Subject["history"]>>, name: string): string | undefined {
  return rows.find((row) => row.taskDefinition === name && row.serviceRevision !== undefined)?.serviceRevision;
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= read();
    return asked;
  };
}
