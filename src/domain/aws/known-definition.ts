import type { TaskDefinition } from "./ecs.ts";
import type { EcsReads } from "./reads.ts";

/** A task definition that is in use. Rejects where ECS does not know it. */
export async function knownDefinition(
  { taskDefinition }: Pick<EcsReads, "taskDefinition">,
  name: string,
): Promise<TaskDefinition> {
  const found = await taskDefinition(name);
  if (found === undefined) throw new Error(`ECS does not know ${name} any more`);
  return found;
}
