import { isReady, type Task } from "../../../domain/aws/ecs.ts";
import type { RolloutReader } from "./reader.ts";
import { inService, type RolloutSnapshot } from "./snapshot.ts";

/**
 * What has to be read to see whether the new tasks have become healthy: the service counts tasks that run, and does not
 * say it. Undefined while none of them has started, and once all of them are. Pure.
 */
export function openFor(wanted: string, snapshot: RolloutSnapshot): "tasks" | "targets" | undefined {
  const own = snapshot.running.filter(({ taskDefinition }) => taskDefinition === wanted);
  if (!own.some(({ startedAt }) => startedAt !== undefined)) return undefined;
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
