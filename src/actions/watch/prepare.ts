import type { HistoryRow, Service, ServiceDeployment } from "../../domain/aws/ecs.ts";
import type { BaselineChoice } from "../../domain/watch/baseline.ts";
import type { Subject } from "../../domain/watch/metric.ts";
import type { MostConnections } from "../../domain/watch/report.ts";
import { MINUTE, minuteOf, type Span } from "../../domain/watch/series.ts";
import { chooseBaseline } from "./choose-baseline.ts";
import { DeploymentRecord } from "./deployment-record.ts";
import { happenings, warmAfter } from "./deployment-times.ts";
import { outlive } from "./retry-transient.ts";
import type { Note, Watching } from "./watch-options.ts";

/** What does not change while it is watched. */
export interface Prepared {
  readonly service: Service;
  /** What became of the deployments; it learns with each look. */
  readonly record: DeploymentRecord;
  readonly subject: Subject;
  /** Begins with the first whole minute. */
  readonly asked: Span;
  readonly before: BaselineChoice;
  readonly warmUntil: number;
  readonly most?: MostConnections;
}

export async function prepare(watching: Watching, note: Note): Promise<Prepared> {
  const { world, target, clock, minutes } = watching;
  const start = clock.now();
  const from = minuteOf(start) + MINUTE;
  const reading = <T>(read: () => Promise<T>) => outlive(watching, note, read);
  const [service, history, most] = await Promise.all([
    reading(() => world.aws.ecs.service(target.cluster, target.service)),
    reading(() => world.aws.ecs.history(target.cluster, target.service)),
    mostConnections(watching, note),
  ]);
  const record = new DeploymentRecord(start, history);
  const [subject, details] = await Promise.all([
    reading(() => world.aws.watch.subject(target, service)),
    detailsOf(watching, record, history),
  ]);
  record.learn({ service, history, details });
  if (subject.groups.length === 0) note(`${service.name} has no load balancer: its hosts cannot be counted`);
  const deployments = happenings(history);
  const opened = Math.min(start, watching.before ?? start);
  const before = await chooseBaseline(watching, subject, { start: opened, deployments, note });
  return {
    service,
    record,
    subject,
    asked: { from, to: from + minutes * MINUTE },
    before,
    warmUntil: Math.max(warmAfter(deployments, start), watching.warmUntil ?? 0),
    ...(most && { most }),
  };
}

/** Why those deployments failed that did; that they failed is known without it. */
export async function detailsOf(
  { world }: Pick<Watching, "world">,
  record: DeploymentRecord,
  history: readonly HistoryRow[],
): Promise<readonly ServiceDeployment[]> {
  return world.aws.ecs.deployments(record.suspects(history)).catch(() => []);
}

/** max_connections as the server itself says it, else as its parameter group sets it; undefined where neither tells. */
export async function mostConnections(
  { world, target }: Pick<Watching, "world" | "target">,
  note: Note,
): Promise<MostConnections | undefined> {
  const failed = (from: string) => (error: Error) => {
    note(`max_connections is not known ${from}: ${error.message}`);
    return undefined;
  };
  const measured = await world.schema.sql?.maxConnections().catch(failed("by SQL"));
  if (measured !== undefined) return { most: measured, how: "SQL" };
  const set = await world.aws.watch.setConnections(target.database).catch(failed("by its parameter group"));
  return set === undefined ? undefined : { most: set, how: "parameter group" };
}
