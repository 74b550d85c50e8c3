import type { Service } from "../../domain/aws/ecs.ts";
import type { LogSpan, ReportDocument } from "../../domain/report/document.ts";
import type { Surroundings } from "../../domain/report/surroundings.ts";
import type { Known } from "../../domain/status/target-status.ts";
import { withTimeLimit } from "../../domain/time-limit.ts";
import type { OpenTarget } from "../open-target.ts";

/** What AWS knows of the span, read side by side. A part that cannot be read says why, and hides no other. */
export async function readSurroundings(
  { target, services: { aws } }: OpenTarget,
  span: ReportDocument["span"],
): Promise<Surroundings> {
  const { cluster, service: name } = target;
  const service = aws.ecs.service(cluster, name);
  const milliseconds = { from: Date.parse(span.from), to: Date.parse(span.to) };
  const [deployments, serviceEvents, alarms, logs] = await Promise.all([
    known(aws.ecs.history(cluster, name)),
    known(service.then(({ events }) => events)),
    known(
      service
        .then((found) => aws.watch.subject(target, found))
        .then((found) => aws.watch.alarmTimes(found, milliseconds)),
    ),
    known(service.then((found) => readLogs(found))),
  ]);
  return { deployments, serviceEvents, alarms, logs };

  async function readLogs(found: Service): Promise<readonly LogSpan[]> {
    const definition = await aws.ecs.taskDefinition(found.taskDefinition);
    return (definition?.containers ?? []).flatMap(({ name: container, logs: place }) =>
      place === undefined ? [] : [{ group: place.group, streamPrefix: `${place.prefix}/${container}/`, ...span }],
    );
  }
}

/** Real time, because a person waits. */
const LIMIT_MS = 8000;

const known = <T>(read: Promise<T>): Promise<Known<T>> =>
  withTimeLimit(LIMIT_MS, read).then(
    (value): Known<T> => ({ known: true, value }),
    (error: Error): Known<T> => ({ known: false, why: error.message }),
  );
