import type { LogPlace, Service } from "../../domain/aws/ecs.ts";
import { namedRevision, type WrittenRevision } from "../../domain/aws/named-revision.ts";
import { commandLine } from "../../domain/command-line.ts";
import { type OpsError, usageError } from "../../domain/error.ts";
import { type Field, parseField } from "../../domain/field.ts";
import { countStreams, type StreamCount, type TaskLine, taskOf, toTaskLine, unseen } from "../../domain/log-lines.ts";
import type { OpenTarget } from "../open-target.ts";
import { applicationOf } from "../status/read-releases.ts";

export interface LogsQuestion {
  /** As typed: `43`, `vulcan-prod:43` or its ARN; by default the newest deployment's. */
  readonly revision?: string | undefined;
  /** How far back, in seconds. */
  readonly seconds: number;
  /** At most so many lines, the newest. */
  readonly most: number;
}

/** Where a revision's application logs, and which tasks of it ECS knows. */
export interface LogSource {
  readonly taskDefinition: string;
  readonly container: string;
  readonly group: string;
  read(): Promise<PastLines>;
  /** Tells new lines as they come, until `stop` aborts. */
  follow(tell: (lines: readonly TaskLine[]) => void, stop: AbortSignal): Promise<void>;
}

export interface PastLines {
  /** Oldest first. */
  readonly lines: readonly TaskLine[];
  /** All that were read, `most` or not. */
  readonly streams: readonly StreamCount[];
  /** Tasks with lines whose revision ECS knows no more. */
  readonly forgotten: number;
  /** RFC 3339: newer lines were too many to read. */
  readonly unreadAfter?: string | undefined;
}

/** Lines may reach CloudWatch this late. [I: the awslogs driver sends at least every 5 s] */
const LATE_MS = 30_000;
const POLL_MS = 3000;

/** The application's logs of one revision. */
export async function openLogs(open: OpenTarget, { revision, seconds, most }: LogsQuestion): Promise<LogSource> {
  const { target, reads, clock } = open;
  await open.caller();
  const service = await reads.ecs.service(target.cluster, target.service);
  const taskDefinition = named(service, revision);
  const container = await applicationOf(reads, service, target, taskDefinition);
  if (container === undefined)
    throw (await reads.ecs.taskDefinition(taskDefinition)) === undefined
      ? usageError("revision-absent", `there is no task definition ${taskDefinition}`, [commandLine`vulcan-ops logs`])
      : containerUnknown(taskDefinition);
  const place = container.logs ?? noLogs(taskDefinition, container.name);
  const seen = new Set<string>();
  const since = createReader(open, { taskDefinition, container: container.name, place });
  return {
    taskDefinition,
    container: container.name,
    group: place.group,
    async read() {
      const { own, forgotten, unreadAfter } = await since(clock.now() - seconds * 1000);
      for (const { id } of own) seen.add(id);
      return { lines: own.slice(-most).map(toTaskLine), streams: countStreams(own), forgotten, unreadAfter };
    },
    async follow(tell, stop) {
      while (!stop.aborted) {
        await clock.sleep(POLL_MS, stop).catch(() => undefined);
        if (stop.aborted) return;
        const lines = unseen((await since(clock.now() - LATE_MS)).own, seen);
        if (lines.length > 0) tell(lines.map(toTaskLine));
      }
    },
  };
}

const REVISION: Field = { type: "revision", description: "" };

function named(service: Service, written: string | undefined): string {
  if (written === undefined) return service.taskDefinition;
  const parsed = parseField(REVISION, written, 0);
  if (parsed.ok) return namedRevision(parsed.value as WrittenRevision, service);
  const message = `--revision ${JSON.stringify(written)} is not ${parsed.expected}`;
  throw usageError("revision-invalid", message, ["vulcan-ops logs --revision 42"]);
}

const containerUnknown = (taskDefinition: string): OpsError =>
  usageError("container-unknown", `it is not certain which container of ${taskDefinition} is the application`, [
    commandLine`vulcan-ops logs`,
    "container: NAME of the target, in vulcan-ops.yaml",
  ]);

function noLogs(taskDefinition: string, container: string): never {
  throw usageError(
    "logs-elsewhere",
    `container ${container} of ${taskDefinition} does not log to CloudWatch (awslogs)`,
    [commandLine`aws ecs describe-task-definition --task-definition ${taskDefinition}`],
  );
}

interface Where {
  readonly taskDefinition: string;
  readonly container: string;
  readonly place: LogPlace;
}

/**
 * One request for all tasks: streams are named `prefix/container/task`. A stream does not tell its revision, so ECS is
 * asked whenever a line is of a task that it has not named yet. It forgets a task an hour after its end.
 */
function createReader({ target, reads }: OpenTarget, { taskDefinition, container, place }: Where) {
  const revisions = new Map<string, string>();
  const learn = async () => {
    const { running, stopped } = await reads.ecs.allTasks(target.cluster, target.service);
    for (const task of [...running, ...stopped]) revisions.set(task.id, task.taskDefinition);
  };
  const streamPrefix = `${place.prefix}/${container}/`;
  return async (from: number) => {
    const { lines, unreadAfter } = await reads.around.logLines(place.group, { streamPrefix, from }, place.region);
    if (lines.some((line) => !revisions.has(taskOf(line)))) await learn();
    return {
      own: lines.filter((line) => revisions.get(taskOf(line)) === taskDefinition),
      unreadAfter,
      forgotten: new Set(lines.map(taskOf).filter((task) => !revisions.has(task))).size,
    };
  };
}
