import type { TaskDefinition } from "../../../domain/aws/ecs.ts";
import type { ActionServices } from "../../../domain/services.ts";

const KNOWN = new WeakMap<ActionServices, Map<string, Promise<TaskDefinition | undefined>>>();

/**
 * A task definition as it was registered: its containers never change, so a wait reads it once. Its status may have
 * changed since. Rejects as the read does, and then reads again.
 */
export function definitionOnce(services: ActionServices, name: string): Promise<TaskDefinition | undefined> {
  const known = KNOWN.get(services) ?? new Map<string, Promise<TaskDefinition | undefined>>();
  KNOWN.set(services, known);
  const read = known.get(name) ?? services.aws.ecs.taskDefinition(name);
  known.set(name, read);
  return read.catch((error) => {
    known.delete(name);
    throw error;
  });
}
