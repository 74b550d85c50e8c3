import { isReady, type Task } from "../../../domain/aws/ecs.ts";
import type { RolloutReader } from "./reader.ts";
import { inService, type RolloutSnapshot } from "./snapshot.ts";

/**
 * What has to be read to see how far the new tasks have come: the service counts tasks that run, and does not say whether
 * they are healthy. Undefined while none of them is known, and once all of them are healthy. Pure.
 */
export function openFor(wanted: string, snapshot: RolloutSnapshot): "tasks" | "targets" | undefined {
  const own = snapshot.running.filter(({ taskDefinition }) => taskDefinition === wanted);
  if (own.length === 0) return undefined;
  if (!own.every(isReady)) return "tasks";
  const healthy = new Set(inService(snapshot).map(({ id }: Task) => id));
  return own.every(({ id }) => healthy.has(id)) ? undefined : "targets";
}

/** Reads that; targets as soon as the last task is ready. Undefined if it fails transiently. */
export async function glance(
  wanted: string,
  snapshot: RolloutSnapshot,
  reader: RolloutReader,
): Promise<RolloutSnapshot | undefined> {
  if (openFor(wanted, snapshot) === "targets") return reader.readTargets(snapshot);
  const seen = await reader.readTasks(snapshot);
  if (seen === undefined || openFor(wanted, seen) !== "targets") return seen;
  return (await reader.readTargets(seen)) ?? seen;
}
