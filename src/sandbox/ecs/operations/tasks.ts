import { AwsError } from "../../wire/aws-error.ts";
import { list, number, required, text, texts } from "../../wire/input.ts";
import { changing, type Operation, reading } from "../../wire/operation.ts";
import { page } from "../../wire/page.ts";
import type { Input, Output } from "../../wire/payload.ts";
import { findCluster, findTask } from "../find.ts";
import type { Cluster, Task } from "../model.ts";
import { shortName } from "../names.ts";
import { cutDrain, stopTask } from "../task-stop.ts";
import { startedBy as starterOf, taskView } from "../views/task.ts";

/** The tasks a ListTasks request asks for. `startedBy` excludes every other filter. [D] */
function select(cluster: Cluster, input: Input): Task[] {
  const startedBy = text(input, "startedBy");
  const family = text(input, "family");
  const serviceName = text(input, "serviceName");
  const others = family ?? serviceName ?? text(input, "desiredStatus");
  if (startedBy !== undefined && others !== undefined) {
    throw new AwsError("InvalidParameterException", "cannot combine startedBy with other filters");
  }
  if (serviceName !== undefined && !cluster.services.has(shortName(serviceName))) {
    throw new AwsError("ServiceNotFoundException", "Service not found.");
  }
  const desired = text(input, "desiredStatus") ?? "RUNNING";
  return [...cluster.tasks.values()].filter(
    (task) =>
      task.desiredStatus === desired &&
      (startedBy === undefined || starterOf(task) === startedBy) &&
      (family === undefined || task.deployment.revision.taskDefinition.family === family) &&
      (serviceName === undefined || task.service.name === shortName(serviceName)),
  );
}

export const taskOperations: Readonly<Record<string, Operation>> = {
  ListTasks: reading((world, input) => {
    const arns = select(findCluster(world, input), input).map(({ arn }) => arn);
    const { items, nextToken } = page(arns, number(input, "maxResults") ?? 100, text(input, "nextToken"), "tasks");
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
