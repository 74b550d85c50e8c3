import { AwsError } from "../../http/aws-error.ts";
import type { Input, Output } from "../../http/input.ts";
import { list, required, text, texts } from "../../http/input.ts";
import { changing, type Operation, reading } from "../../http/operation.ts";
import { page } from "../../http/page.ts";
import { findCluster, findTask } from "../find.ts";
import { integer } from "../integer.ts";
import type { Cluster, Task } from "../model.ts";
import { shortName } from "../names.ts";
import { cutDrain, stopTask } from "../task-stop.ts";
import { launchTypeOf, startedBy as starterOf, taskView } from "../views/task.ts";

/** Tasks a list gives at a time, and at most. [D] */
const MOST = 100;

const refuse = (message: string): AwsError => new AwsError("InvalidParameterException", message);

/** Filters that `startedBy` cannot go with. [D] */
const OTHERS = ["family", "serviceName", "desiredStatus", "launchType", "containerInstance"];

/** Members that know few values; a task never is to be PENDING, yet it can be asked for. [D; text I] */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  desiredStatus: ["RUNNING", "PENDING", "STOPPED"],
  launchType: ["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"],
};

function checkFilters(cluster: Cluster, input: Input): void {
  if (text(input, "startedBy") !== undefined && OTHERS.some((name) => text(input, name) !== undefined)) {
    throw refuse("cannot combine startedBy with other filters");
  }
  for (const [name, values] of Object.entries(KNOWN)) {
    const asked = text(input, name);
    if (asked !== undefined && !values.includes(asked)) throw refuse(`Invalid ${name}: ${asked}.`);
  }
  const serviceName = text(input, "serviceName");
  if (serviceName !== undefined && !cluster.services.has(shortName(serviceName))) {
    throw new AwsError("ServiceNotFoundException", "Service not found.");
  }
}

/** The tasks a ListTasks request asks for: those that all its filters let through. */
function select(cluster: Cluster, input: Input): Task[] {
  checkFilters(cluster, input);
  // Fargate's tasks are on no instance that could be named.
  if (text(input, "containerInstance") !== undefined) return [];
  const is = (name: string, value: string | undefined): boolean => (text(input, name) ?? value) === value;
  const service = text(input, "serviceName");
  const desired = text(input, "desiredStatus") ?? "RUNNING";
  return [...cluster.tasks.values()].filter(
    (task) =>
      task.desiredStatus === desired &&
      is("startedBy", starterOf(task)) &&
      is("family", task.deployment.revision.taskDefinition.family) &&
      is("launchType", launchTypeOf(task)) &&
      (service === undefined || task.service.name === shortName(service)),
  );
}

export const taskOperations: Readonly<Record<string, Operation>> = {
  ListTasks: reading((world, input) => {
    const arns = select(findCluster(world, input), input).map(({ arn }) => arn);
    const size = integer(input, "maxResults", 1, MOST) ?? MOST;
    const { items, nextToken } = page(arns, size, text(input, "nextToken"), "tasks");
    return { taskArns: items, nextToken };
  }),

  DescribeTasks: reading((world, input) => {
    const cluster = findCluster(world, input);
    const asked = texts(input, "tasks");
    if (list(input, "tasks").length === 0) throw new AwsError("InvalidParameterException", "Tasks cannot be empty.");
    if (asked.length > 100) throw new AwsError("InvalidParameterException", "Tasks cannot be more than 100.");
    const found = asked.map((name) => [name, findTask(cluster, name)] as const);
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
    const task = findTask(findCluster(world, input), required(input, "task"));
    if (task === undefined) throw new AwsError("InvalidParameterException", "The referenced task was not found.");
    const reason = text(input, "reason") ?? "Task stopped by user";
    cutDrain(world, task, reason);
    stopTask(world, task, { code: "UserInitiated", reason, failed: false });
    return { task: taskView(world, task) };
  }),
};
