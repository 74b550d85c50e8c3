import type { Attempt, Probe } from "../../domain/action.ts";
import { type EndedContainer, familyOf, type Task } from "../../domain/aws/ecs.ts";
import { startedBy } from "../../domain/aws/execution-tag.ts";
import type { ActionReadContext, ActionVerifyContext } from "../../domain/services.ts";
import { consistentBy } from "../../domain/time.ts";
import { poll, unlessTransient } from "../poll.ts";

const POLL_MS = 4000;
const LOG_LINES = 20;

/** ListTasks finds stopped tasks by their family, but not by `startedBy`. [D] */
async function find(
  image: string,
  { key = "" }: Attempt,
  { services, target }: ActionReadContext,
): Promise<Task | undefined> {
  const tasks = await services.aws.ecs.familyTasks(target.cluster, familyOf(image));
  return tasks.find((task) => task.startedBy === startedBy(key));
}

/** How long a list of tasks may still lack one that has just been started. */
const SETTLE_MS = 30_000;

/** Was the task of this attempt started? */
export async function probeTask(image: string, attempt: Attempt, context: ActionReadContext): Promise<Probe> {
  const { clock } = context;
  const deadline = consistentBy(attempt, SETTLE_MS, clock.now());
  return poll<Probe>({ clock, deadline }, POLL_MS, async () => {
    const task = await find(image, attempt, context);
    return task === undefined
      ? { late: { kind: "notDone", evidence: "ECS knows no task that was started for it" } }
      : { end: { kind: "inProgress", evidence: `task ${task.id} is ${task.status}` } };
  });
}

/** How far the task of an attempt got. `lines`: the end of its log, and how its other containers ended. */
export type TaskEnd =
  | { readonly kind: "stopped"; readonly code?: number; readonly why: string; readonly lines: readonly string[] }
  | { readonly kind: "open"; readonly text: string };

/** Waits until the task has stopped, or until the deadline. */
export async function awaitTask(image: string, attempt: Attempt, context: ActionVerifyContext): Promise<TaskEnd> {
  return poll<TaskEnd>(context, POLL_MS, async () => {
    const task = await find(image, attempt, context).catch(unlessTransient);
    if (task?.status === "STOPPED") return { end: await endOf(image, task, attempt, context) };
    if (task === undefined)
      return { late: { kind: "open", text: "the task cannot be seen" }, text: "the task is not to be seen yet" };
    const late: TaskEnd = { kind: "open", text: `task ${task.id} is still ${task.status}` };
    return { late, text: `task ${task.id} is ${task.status}` };
  });
}

/** Only the container that got the command shows how it ended. ECS lists containers in any order. */
async function endOf(image: string, task: Task, attempt: Attempt, context: ActionVerifyContext): Promise<TaskEnd> {
  const name = commanded(attempt);
  const logLines = await log(image, task, name, context).catch(() => []);
  const ended = task.ended ?? [];
  const { exitCode: code, reason } = ended.find((one) => one.name === name) ?? {};
  const why = reason ?? task.stoppedReason ?? `container ${name} stopped without an exit code`;
  const lines = [...logLines, ...ended.filter((one) => one.name !== name).map(describeEnd)];
  return { kind: "stopped", why, lines, ...(code !== undefined && { code }) };
}

/** The container whose words the confirmed RunTask overrides. */
function commanded({ operation }: Attempt): string {
  const { containerOverrides = [] } = (operation?.input.overrides ?? {}) as Overrides;
  return containerOverrides[0]?.name ?? "";
}

interface Overrides {
  readonly containerOverrides?: readonly { readonly name?: string }[];
}

function describeEnd({ name, exitCode, reason }: EndedContainer): string {
  const code = exitCode === undefined ? "without an exit code" : `with ${exitCode}`;
  return `container ${name} ended ${code}${reason === undefined ? "" : ` (${reason})`}`;
}

async function log(
  image: string,
  task: Task,
  name: string,
  { services }: ActionReadContext,
): Promise<readonly string[]> {
  const definition = await services.aws.ecs.taskDefinition(image);
  const logs = definition?.containers.find((container) => container.name === name)?.logs;
  if (logs === undefined) return [];
  const tail = await services.aws.around.logTail(
    logs.group,
    `${logs.prefix}/${name}/${task.id}`,
    LOG_LINES,
    logs.region,
  );
  return tail.map(({ text }) => text);
}
