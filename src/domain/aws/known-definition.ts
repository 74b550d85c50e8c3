import { guardError } from "../error.ts";
import type { TaskDefinition } from "./ecs.ts";
import type { EcsReads } from "./reads.ts";

/** A task definition that is in use. Rejects where ECS does not know it. */
export async function knownDefinition(
  { taskDefinition }: Pick<EcsReads, "taskDefinition">,
  name: string,
): Promise<TaskDefinition> {
  const found = await taskDefinition(name);
  if (found === undefined)
    throw guardError("revision-gone", `ECS does not know ${name} any more`, ["vulcan-ops status", "vulcan-ops doctor"]);
  return found;
}
