import { AwsError } from "../../http/aws-error.ts";
import type { Input } from "../../http/input.ts";
import { number, record, records, text } from "../../http/input.ts";
import { changing, type Operation } from "../../http/operation.ts";
import type { World } from "../../world.ts";
import { findCluster } from "../find.ts";
import type { Task, TaskDefinition } from "../model.ts";
import { runTask } from "../standalone-task.ts";
import { roleProblem } from "../task-roles.ts";
import { taskView } from "../views/task.ts";
import { checkNetwork, wantedDefinition } from "../wanted-definition.ts";

const MOST = 10;

/** Tasks by the token of the request that started them. The same request again starts no tasks. [D] */
const tasksByToken = new WeakMap<World, Map<string, Task[]>>();

function overridesOf(definition: TaskDefinition, input: Input): Input[] {
  const overrides = records(record(input, "overrides") ?? {}, "containerOverrides");
  const unknown = overrides.find(({ name }) => !definition.containers.some((one) => one.name === name));
  if (unknown === undefined) return overrides;
  const message = `Override for container named ${text(unknown, "name")} is not a container in the TaskDefinition.`;
  throw new AwsError("InvalidParameterException", message);
}

/** The sandbox has no EC2 instances and no external instances. */
function refuseInstances(input: Input): void {
  const launchType = text(input, "launchType") ?? "FARGATE";
  if (launchType === "FARGATE") return;
  throw new AwsError("NotImplemented", `The sandbox runs tasks on Fargate, not on launchType ${launchType}.`, 501);
}

export const runTaskOperations: Readonly<Record<string, Operation>> = {
  RunTask: changing((world, input) => {
    const cluster = findCluster(world, input);
    const definition = wantedDefinition(world, input);
    refuseInstances(input);
    checkNetwork(definition, input);
    const problem = roleProblem(world, definition);
    if (problem !== undefined) throw new AwsError("ClientException", problem);
    const overrides = overridesOf(definition, input);
    const count = number(input, "count") ?? 1;
    if (!Number.isInteger(count) || count < 1 || count > MOST) {
      throw new AwsError("InvalidParameterException", "count must be between 1 and 10.");
    }
    const byToken = tasksByToken.get(world) ?? new Map<string, Task[]>();
    tasksByToken.set(world, byToken);
    const token = text(input, "clientToken");
    const before = token === undefined ? undefined : byToken.get(token);
    const run = {
      group: text(input, "group") ?? `family:${definition.family}`,
      startedBy: text(input, "startedBy"),
      overrides,
    };
    const tasks = before ?? Array.from({ length: count }, () => runTask(world, cluster, definition, input, run));
    if (token !== undefined) byToken.set(token, tasks);
    return { tasks: tasks.map((task) => taskView(world, task)), failures: [] };
  }),
};
