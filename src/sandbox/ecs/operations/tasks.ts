import { AwsError } from "../../http/aws-error.ts";
import type { Input, Output } from "../../http/input.ts";
import { list, required, text, texts } from "../../http/input.ts";
import { changing, type Operation, reading } from "../../http/operation.ts";
import { page } from "../../http/page.ts";
import type { World } from "../../world.ts";
import { findCluster, findTask } from "../find.ts";
import { integer } from "../integer.ts";
import type { Cluster, Task } from "../model.ts";
import { shortName } from "../names.ts";
import { endDrain, stopTask } from "../task-stop.ts";
import { launchTypeOf, startedBy as starterOf, taskView } from "../views/task.ts";

/** Default and maximum size of a page. [D] */
const MOST = 100;

const refuse = (message: string): AwsError => new AwsError("InvalidParameterException", message);

/** Filters that cannot be combined with `startedBy`. [D] */
const OTHER_FILTERS = ["family", "serviceName", "desiredStatus", "launchType", "containerInstance"];

/** Members that allow only some values. No task's desired status is PENDING, but it can be requested. [D; text I] */
const ALLOWED_VALUES: Readonly<Record<string, readonly string[]>> = {
  desiredStatus: ["RUNNING", "PENDING", "STOPPED"],
  launchType: ["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"],
};

function checkFilters(cluster: Cluster, input: Input): void {
  if (text(input, "startedBy") !== undefined && OTHER_FILTERS.some((name) => text(input, name) !== undefined)) {
    throw refuse("cannot combine startedBy with other filters");
  }
  for (const [name, values] of Object.entries(ALLOWED_VALUES)) {
    const requested = text(input, name);
    if (requested !== undefined && !values.includes(requested)) throw refuse(`Invalid ${name}: ${requested}.`);
  }
  const serviceName = text(input, "serviceName");
  if (serviceName !== undefined && !cluster.services.has(shortName(serviceName))) {
    throw new AwsError("ServiceNotFoundException", "Service not found.");
  }
}

/** The tasks that match all filters of a ListTasks request. */
function select(cluster: Cluster, input: Input): Task[] {
  checkFilters(cluster, input);
  // Fargate tasks are on no container instance.
  if (text(input, "containerInstance") !== undefined) return [];
  const matches = (name: string, value: string | undefined): boolean => (text(input, name) ?? value) === value;
  const service = text(input, "serviceName");
  const desired = text(input, "desiredStatus") ?? "RUNNING";
  return [...cluster.tasks.values()].filter(
    (task) =>
      task.desiredStatus === desired &&
      matches("startedBy", starterOf(task)) &&
      matches("family", task.deployment.revision.taskDefinition.family) &&
      matches("launchType", launchTypeOf(task)) &&
      (service === undefined || task.service.name === shortName(service)),
  );
}

function requestedTask(world: World, input: Input): Task {
  const task = findTask(findCluster(world, input), required(input, "task"));
  if (task === undefined) throw new AwsError("InvalidParameterException", "The referenced task was not found.");
  return task;
}

const asBefore = (world: World, input: Input): Output => ({ task: taskView(world, requestedTask(world, input)) });

export const taskOperations: Readonly<Record<string, Operation>> = {
  ListTasks: reading((world, input) => {
    const arns = select(findCluster(world, input), input).map(({ arn }) => arn);
    const size = integer(input, "maxResults", 1, MOST) ?? MOST;
    const { items, nextToken } = page(arns, size, text(input, "nextToken"), "tasks");
    return { taskArns: items, nextToken };
  }),

  DescribeTasks: reading((world, input) => {
    const cluster = findCluster(world, input);
    const requested = texts(input, "tasks");
    if (list(input, "tasks").length === 0) throw new AwsError("InvalidParameterException", "Tasks cannot be empty.");
    if (requested.length > 100) throw new AwsError("InvalidParameterException", "Tasks cannot be more than 100.");
    const found = requested.map((name) => [name, findTask(cluster, name)] as const);
    const arn = (name: string): string =>
      name.startsWith("arn:") ? name : `${cluster.arn.replace(":cluster/", ":task/")}/${name}`;
    const withTags = texts(input, "include").includes("TAGS");
    const view = (task: Task): Output => ({ ...taskView(world, task), tags: withTags ? task.tags : [] });
    return {
      tasks: found.flatMap(([, task]) => (task === undefined ? [] : [view(task)])),
      failures: found.flatMap(([name, task]) => (task === undefined ? [{ arn: arn(name), reason: "MISSING" }] : [])),
    };
  }),

  StopTask: changing((world, input) => {
    const task = requestedTask(world, input);
    const reason = text(input, "reason") ?? "Task stopped by user";
    endDrain(world, task, reason);
    stopTask(world, task, { code: "UserInitiated", reason, failed: false });
    return { task: taskView(world, task) };
  }, asBefore),
};
