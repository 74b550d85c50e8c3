import { AwsError } from "../../http/aws-error.ts";
import type { Input, Output } from "../../http/input.ts";
import { flag, number, texts } from "../../http/input.ts";
import { changing, type Operation, reading } from "../../http/operation.ts";
import type { World } from "../../world.ts";
import { findCluster, findTask } from "../find.ts";
import type { Cluster, Task } from "../model.ts";
import { isProtected } from "../protection.ts";
import { scheduleReconcile } from "../schedule-reconcile.ts";
import { date } from "../views/dates.ts";

const MINUTE = 60_000;

/** Two hours by default; from one minute to two days. [D] */
const DEFAULT_MINUTES = 120;
const MOST_MINUTES = 2880;
const MOST_TASKS = 10;

const view = (world: World, task: Task): Output => {
  const protectionEnabled = isProtected(world, task);
  return {
    taskArn: task.arn,
    protectionEnabled,
    expirationDate: protectionEnabled ? date(task.protectedUntil) : undefined,
  };
};

/** Splits the requested tasks. Tasks of services can be protected; all others are failures. [D] */
function splitRequested(cluster: Cluster, names: readonly string[]): { tasks: Task[]; failures: Output[] } {
  const tasks: Task[] = [];
  const failures: Output[] = [];
  for (const name of names) {
    const task = findTask(cluster, name);
    if (task === undefined) failures.push({ arn: name, reason: "MISSING" });
    else if (task.run !== undefined || task.desiredStatus === "STOPPED") {
      failures.push({ arn: task.arn, reason: "TASK_NOT_VALID" });
    } else tasks.push(task);
  }
  return { tasks, failures };
}

function requestedTasks(input: Input): string[] {
  const names = texts(input, "tasks");
  if (names.length > MOST_TASKS) throw new AwsError("InvalidParameterException", "Tasks cannot be more than 10.");
  return names;
}

function asBefore(world: World, input: Input): Output {
  const { tasks, failures } = splitRequested(findCluster(world, input), requestedTasks(input));
  return { protectedTasks: tasks.map((task) => view(world, task)), failures };
}

export const taskProtectionOperations: Readonly<Record<string, Operation>> = {
  UpdateTaskProtection: changing((world, input) => {
    const names = requestedTasks(input);
    if (names.length === 0) throw new AwsError("InvalidParameterException", "Tasks cannot be empty.");
    const enabled = flag(input, "protectionEnabled");
    if (enabled === undefined) throw new AwsError("InvalidParameterException", "protectionEnabled can not be empty.");
    const minutes = number(input, "expiresInMinutes") ?? DEFAULT_MINUTES;
    if (minutes < 1 || minutes > MOST_MINUTES || !Number.isInteger(minutes)) {
      throw new AwsError("InvalidParameterException", "expiresInMinutes must be between 1 and 2880.");
    }
    const { tasks, failures } = splitRequested(findCluster(world, input), names);
    for (const task of tasks) {
      task.protectedUntil = enabled ? world.clock.now() + minutes * MINUTE : undefined;
      if (task.protectedUntil !== undefined)
        world.clock.at(task.protectedUntil, () => scheduleReconcile(world, task.service));
      scheduleReconcile(world, task.service);
    }
    return { protectedTasks: tasks.map((task) => view(world, task)), failures };
  }, asBefore),

  GetTaskProtection: reading((world, input) => {
    const cluster = findCluster(world, input);
    const names = requestedTasks(input);
    const every = [...cluster.tasks.values()].filter((task) => isProtected(world, task)).map(({ arn }) => arn);
    const { tasks, failures } = splitRequested(cluster, names.length === 0 ? every : names);
    return { protectedTasks: tasks.map((task) => view(world, task)), failures };
  }),
};
