import type { Task } from "../ecs/model.ts";
import { overrideOf, type TaskContainer } from "../ecs/task-container.ts";
import type { Input } from "../http/input.ts";
import { records, text } from "../http/input.ts";
import { currentValue } from "../secrets/secret.ts";
import type { World } from "../world.ts";

/** The environment of a container at its start: its secrets, its definition's variables, then its overrides. */
export function environmentOf(world: World, task: Task, container: TaskContainer): Record<string, string> {
  const { registered } = container.definition;
  return { ...secretsOf(world, registered), ...pairs(registered), ...pairs(overrideOf(task, container)) };
}

/** The secrets that the container agent reads from Secrets Manager. */
function secretsOf(world: World, container: Input): Record<string, string> {
  const values = new Map([...world.secrets.values()].map((secret) => [secret.arn, currentValue(secret)]));
  return Object.fromEntries(
    records(container, "secrets").map((one) => [
      text(one, "name") ?? "",
      values.get(text(one, "valueFrom") ?? "") ?? "",
    ]),
  );
}

const pairs = (container: Input): Record<string, string> =>
  Object.fromEntries(
    records(container, "environment").map((one) => [text(one, "name") ?? "", text(one, "value") ?? ""]),
  );
