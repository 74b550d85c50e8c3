import type { Attempt, Probe } from "../../domain/action.ts";
import { type Container, familyOf, type Service, type Task, type TaskDefinition } from "../../domain/aws/ecs.ts";
import { startedBy } from "../../domain/aws/execution-tag.ts";
import { isTransient } from "../../domain/error.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { Look, Wait } from "../../domain/services.ts";
import { shownBy } from "../../domain/time.ts";

const POLL_MS = 4000;
const LOG_LINES = 20;

/** What RunTask is told: one task where those of the service are, with these words behind `vulcan`. */
export function runRequest(
  { cluster, service, taskDefinition }: { cluster: string; service: Service; taskDefinition: string },
  definition: TaskDefinition | undefined,
  words: readonly string[],
): JsonObject {
  const container = mainContainer(service, definition);
  const command = [...program(container?.command), ...words];
  return {
    cluster,
    taskDefinition,
    count: 1,
    ...service.placement,
    overrides: { containerOverrides: [{ name: container?.name ?? "", command }] },
  };
}

function mainContainer({ balancers }: Service, definition: TaskDefinition | undefined): Container | undefined {
  const containers = definition?.containers ?? [];
  return containers.find(({ name }) => name === balancers[0]?.container) ?? containers[0];
}

/** Where the definition starts it as `serve` alone, the image's entry point is `vulcan` already. */
function program(command: readonly string[] | undefined): readonly string[] {
  const [first = "vulcan"] = command ?? [];
  return first === "serve" ? [] : [first];
}

/** ListTasks finds stopped tasks by their family, and not by who started them. [D] */
async function find(image: string, { key = "" }: Attempt, { world, target }: Look): Promise<Task | undefined> {
  const tasks = await world.aws.ecs.familyTasks(target.cluster, familyOf(image));
  return tasks.find((task) => task.startedBy === startedBy(key));
}

/** How long a list of tasks may still lack one that has just been started. */
const SETTLE_MS = 30_000;

/** Was the task of this attempt started? */
export async function probeTask(image: string, attempt: Attempt, looking: Look): Promise<Probe> {
  const settled = shownBy(attempt.confirmedAt, SETTLE_MS, looking.clock.now());
  for (;;) {
    const task = await find(image, attempt, looking);
    if (task !== undefined) return { kind: "inProgress", evidence: `task ${task.id} is ${task.status}` };
    if (looking.clock.now() >= settled)
      return { kind: "notDone", evidence: "ECS knows no task that was started for it" };
    await looking.clock.sleep(POLL_MS);
  }
}

/** How far the task of an attempt came; `lines` are the last of its log. */
export type TaskEnd =
  | { readonly kind: "stopped"; readonly task: Task; readonly code?: number; readonly lines: readonly string[] }
  | { readonly kind: "open"; readonly text: string };

/** To the task's own end. */
export async function awaitTask(image: string, attempt: Attempt, waiting: Wait): Promise<TaskEnd> {
  const { clock, deadline, signal, progress } = waiting;
  for (;;) {
    const task = await find(image, attempt, waiting).catch(unlessTransient);
    if (task?.status === "STOPPED") {
      const lines = await log(image, task, waiting).catch(() => []);
      const code = task.ended?.find(({ exitCode }) => exitCode !== undefined)?.exitCode;
      return { kind: "stopped", task, lines, ...(code !== undefined && { code }) };
    }
    if (clock.now() >= deadline) {
      const text = task === undefined ? "the task cannot be seen" : `task ${task.id} is still ${task.status}`;
      return { kind: "open", text };
    }
    progress(task === undefined ? "the task is not to be seen yet" : `task ${task.id} is ${task.status}`);
    await clock.sleep(POLL_MS, signal);
  }
}

function unlessTransient(error: unknown): undefined {
  if (isTransient(error)) return undefined;
  throw error;
}

async function log(image: string, task: Task, { world, target }: Look): Promise<readonly string[]> {
  const [service, definition] = await Promise.all([
    world.aws.ecs.service(target.cluster, target.service),
    world.aws.ecs.taskDefinition(image),
  ]);
  const { logs, name } = mainContainer(service, definition) ?? {};
  if (logs === undefined || name === undefined) return [];
  const tail = await world.aws.around.logTail(logs.group, `${logs.prefix}/${name}/${task.id}`, LOG_LINES);
  return tail.map(({ text }) => text);
}
