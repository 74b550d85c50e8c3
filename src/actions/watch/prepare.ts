import type { HistoryRow, Service, ServiceDeployment } from "../../domain/aws/ecs.ts";
import type { BaselineChoice } from "../../domain/watch/baseline.ts";
import { isNetwork, type Subject } from "../../domain/watch/metric.ts";
import type { MostConnections } from "../../domain/watch/report.ts";
import { MINUTE, minuteOf, type Span } from "../../domain/watch/series.ts";
import { chooseBaseline } from "./choose-baseline.ts";
import { DeploymentRecord } from "./deployment-record.ts";
import { timedEvents, warmAfter } from "./deployment-times.ts";
import { retryTransient } from "./retry-transient.ts";
import type { ReportNote, WatchOptions } from "./watch-options.ts";

/** What does not change during the watch. */
export interface Prepared {
  readonly service: Service;
  /** The results of the deployments. Each read updates it. */
  readonly record: DeploymentRecord;
  readonly subject: Subject;
  /** Begins with the first whole minute. */
  readonly asked: Span;
  readonly before: BaselineChoice;
  readonly warmUntil: number;
  /** Without a load balancer: the hosts are the tasks as ECS has them. */
  readonly isByTasks?: true;
  readonly most?: MostConnections;
}

export async function prepare(watching: WatchOptions, note: ReportNote): Promise<Prepared> {
  const { services, target, clock, minutes } = watching;
  const start = clock.now();
  const from = minuteOf(start) + MINUTE;
  const reading = <T>(read: () => Promise<T>) => retryTransient(watching, note, read);
  const [service, history, most] = await Promise.all([
    reading(() => services.aws.ecs.service(target.cluster, target.service)),
    historyOrNote(watching, note),
    mostConnections(watching, note),
  ]);
  const record = new DeploymentRecord(start, history);
  const [subject, details] = await Promise.all([
    reading(() => services.aws.watch.subject(target, service)),
    detailsOf(watching, record, history),
  ]);
  record.learn({ service, history, details });
  const isByTasks = service.targetGroups.length === 0;
  if (isByTasks) note(`${service.name} has no load balancer: ECS's own tasks are counted, and no traffic is measured`);
  else if (subject.groups.length === 0)
    note(`no target group of ${service.name} is behind a load balancer: its hosts cannot be counted`);
  if (subject.groups.some(isNetwork))
    note("a network load balancer counts no requests: 5xx and response times are not watched");
  const deployments = timedEvents(history ?? []);
  const opened = Math.min(start, watching.before ?? start);
  const before = await chooseBaseline(watching, subject, { start: opened, deployments, note });
  return {
    service,
    record,
    subject,
    asked: { from, to: from + minutes * MINUTE },
    before,
    warmUntil: Math.max(warmAfter(deployments, start), watching.warmUntil ?? 0),
    ...(isByTasks && { isByTasks }),
    ...(most && { most }),
  };
}

/** Few attempts: the watch continues without it, and asks again each minute. */
const HISTORY_ATTEMPTS = 2;

/** The metrics and the service say much without it. It is missed in the verdict, and never ends the watch. */
async function historyOrNote(watching: WatchOptions, note: ReportNote): Promise<readonly HistoryRow[] | undefined> {
  const { services, target, signal } = watching;
  const read = () => services.aws.ecs.history(target.cluster, target.service);
  return retryTransient(watching, note, read, HISTORY_ATTEMPTS).catch((error: Error) => {
    signal.throwIfAborted();
    note(`the deployment history could not be read, so that the time before may hold a deployment: ${error.message}`);
    return undefined;
  });
}

/** Why the failed deployments failed. That they failed is known without it. */
export async function detailsOf(
  { services }: Pick<WatchOptions, "services">,
  record: DeploymentRecord,
  history: readonly HistoryRow[] | undefined,
): Promise<readonly ServiceDeployment[]> {
  return services.aws.ecs.deployments(record.suspects(history)).catch(() => []);
}

/** max_connections from the server itself, else from its parameter group; undefined if neither says it. */
export async function mostConnections(
  { services, target }: Pick<WatchOptions, "services" | "target">,
  note: ReportNote,
): Promise<MostConnections | undefined> {
  const failed = (from: string) => (error: Error) => {
    note(`max_connections is not known ${from}: ${error.message}`);
    return undefined;
  };
  const measured = await services.schema.sql?.maxConnections().catch(failed("by SQL"));
  if (measured !== undefined) return { most: measured, how: "SQL" };
  const set = await services.aws.watch.setConnections(target.database).catch(failed("by its parameter group"));
  return set === undefined ? undefined : { most: set, how: "parameter group" };
}
