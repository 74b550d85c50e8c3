import type { HistoryRow, Service, ServiceRevision, TaskDefinition } from "../domain/aws/ecs.ts";
import type { TargetGroupSetup } from "../domain/aws/setup.ts";
import type { ActionReadContext } from "../domain/services.ts";

/** What a revert is about. The first check that needs an optional value reads it, once for all checks. */
export interface RollbackSubject {
  readonly service: Service;
  /** The revision to return to. */
  readonly wanted: TaskDefinition;
  readonly cluster: string;
  /** The target's database instance. */
  readonly database: string;
  /** The configured name of the application's container. */
  readonly container?: string | undefined;
  /** Epoch ms of the clock. */
  readonly now: number;
  /** What the service runs; rejects where ECS does not know it any more. */
  current(): Promise<TaskDefinition>;
  history(): Promise<readonly HistoryRow[]>;
  /** The service's target groups, in their order. */
  targetGroups(): Promise<readonly TargetGroupSetup[]>;
  /** From the newest deployment of that task definition; undefined if the history does not show it. */
  brought(taskDefinition: string): Promise<ServiceRevision | undefined>;
}

/** The first check that needs a shared read makes it, once for all checks. */
export function subjectOf(
  service: Service,
  wanted: TaskDefinition,
  { services, target, clock }: ActionReadContext,
): RollbackSubject {
  const { ecs } = services.aws;
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
  const targetGroups = once(() => services.aws.setup.targetGroups(service.targetGroups));
  const { cluster, container, database } = target;
  const now = clock.now();
  return { service, wanted, cluster, database, container, now, current, history, targetGroups, brought };
}

function newestOf(rows: Awaited<ReturnType<RollbackSubject["history"]>>, name: string): string | undefined {
  return rows.find((row) => row.taskDefinition === name && row.serviceRevision !== undefined)?.serviceRevision;
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let pending: Promise<T> | undefined;
  return () => {
    pending ??= read();
    return pending;
  };
}
