import type { TaskDefinition } from "../../../domain/aws/ecs.ts";
import type { ActionServices } from "../../../domain/services.ts";

/** By what is read: its answer, for each set of services. */
const KNOWN = new WeakMap<ActionServices, Map<string, Promise<unknown>>>();

/** A read that fails is made again the next time. */
function once<T>(services: ActionServices, name: string, read: () => Promise<T>): Promise<T> {
  const known = KNOWN.get(services) ?? new Map<string, Promise<unknown>>();
  KNOWN.set(services, known);
  const reading = (known.get(name) ?? read()) as Promise<T>;
  known.set(name, reading);
  return reading.catch((error) => {
    known.delete(name);
    throw error;
  });
}

/**
 * A task definition as it was registered: its containers never change, so a wait reads it once. Its status may have
 * changed since. Rejects as the read does.
 */
export const definitionOnce = (services: ActionServices, name: string): Promise<TaskDefinition | undefined> =>
  once(services, `definition ${name}`, () => services.aws.ecs.taskDefinition(name));

/** Seconds that a deregistered target has for its open requests: for texts on a wait. Rejects as the read does. */
export const drainSecondsOnce = (services: ActionServices, targetGroup: string): Promise<number> =>
  once(services, `drain ${targetGroup}`, () => services.aws.drainSeconds(targetGroup));

/** Whether that answer is there, or under way. */
export const isDrainKnown = (services: ActionServices, targetGroup: string): boolean =>
  KNOWN.get(services)?.has(`drain ${targetGroup}`) === true;
