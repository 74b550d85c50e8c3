import { mainContainer, overrideOf } from "../ecs/census.ts";
import type { Task } from "../ecs/model.ts";
import { records, text } from "../wire/input.ts";
import type { Input } from "../wire/payload.ts";
import type { World } from "../world.ts";

/** The environment of a task's container: what its definition and its overrides say, and its database. */
export function environmentOf(world: World, task: Task): Record<string, string> {
  const { name } = mainContainer(task);
  const { registered } = task.deployment.revision.taskDefinition;
  const container = records(registered, "containerDefinitions").find((one) => one.name === name) ?? {};
  const { user, password, host, port, database } = world.database;
  return {
    DB_URL: `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}`,
    ...pairs(container),
    ...pairs(overrideOf(task)),
  };
}

const pairs = (container: Input): Record<string, string> =>
  Object.fromEntries(
    records(container, "environment").map((one) => [text(one, "name") ?? "", text(one, "value") ?? ""]),
  );
