import type { Attempt, Probe } from "../../domain/action.ts";
import { type EndedContainer, familyOf, type Task } from "../../domain/aws/ecs.ts";
import { startedBy } from "../../domain/aws/execution-tag.ts";
import { isTransient } from "../../domain/error.ts";
import type { Look, Wait } from "../../domain/services.ts";
import { shownBy } from "../../domain/time.ts";

const POLL_MS = 4000;
const LOG_LINES = 20;

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

/** How far the task of an attempt came; `lines` are the last of its log, and how its other containers ended. */
export type TaskEnd =
  | { readonly kind: "stopped"; readonly code?: number; readonly why: string; readonly lines: readonly string[] }
  | { readonly kind: "open"; readonly text: string };

/** To the task's own end. */
export async function awaitTask(image: string, attempt: Attempt, waiting: Wait): Promise<TaskEnd> {
  const { clock, deadline, signal, progress } = waiting;
  for (;;) {
    const task = await find(image, attempt, waiting).catch(unlessTransient);
    if (task?.status === "STOPPED") return endOf(image, task, attempt, waiting);
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

/** Only the container that got the command tells how it ended; ECS lists containers in any order. */
async function endOf(image: string, task: Task, attempt: Attempt, waiting: Wait): Promise<TaskEnd> {
  const name = commanded(attempt);
  const said = await log(image, task, name, waiting).catch(() => []);
  const ended = task.ended ?? [];
  const { exitCode: code, reason } = ended.find((one) => one.name === name) ?? {};
  const why = reason ?? task.stoppedReason ?? `container ${name} stopped without an exit code`;
  const lines = [...said, ...ended.filter((one) => one.name !== name).map(tellEnd)];
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

function tellEnd({ name, exitCode, reason }: EndedContainer): string {
  const code = exitCode === undefined ? "without an exit code" : `with ${exitCode}`;
  return `container ${name} ended ${code}${reason === undefined ? "" : ` (${reason})`}`;
}

async function log(image: string, task: Task, name: string, { world }: Look): Promise<readonly string[]> {
  const definition = await world.aws.ecs.taskDefinition(image);
  const logs = definition?.containers.find((container) => container.name === name)?.logs;
  if (logs === undefined) return [];
  const tail = await world.aws.around.logTail(logs.group, `${logs.prefix}/${name}/${task.id}`, LOG_LINES, logs.region);
  return tail.map(({ text }) => text);
}
