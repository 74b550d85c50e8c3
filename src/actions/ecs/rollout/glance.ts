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
  const healthy = new Set(inService(snapshot).map(({ id }) => id));
  if (!own.every(({ id }) => healthy.has(id))) return "targets";
  return isChecked(snapshot) && own.some(isUnknown) ? "tasks" : undefined;
}

const isUnknown = ({ health }: Task): boolean => health === "UNKNOWN";

/** Without a check of its own, a container stays UNKNOWN: then no task tells more. */
const isChecked = ({ running, stopped }: RolloutSnapshot): boolean =>
  [...running, ...stopped].some((task) => !isUnknown(task));

/** Reads that, and the other one as soon as it is all that is left. Undefined if it fails transiently. */
export async function glance(
  wanted: string,
  snapshot: RolloutSnapshot,
  reader: RolloutReader,
): Promise<RolloutSnapshot | undefined> {
  const first = openFor(wanted, snapshot);
  const seen = await read(first, snapshot, reader);
  const then = seen && openFor(wanted, seen);
  if (seen === undefined || then === undefined || then === first) return seen;
  return (await read(then, seen, reader)) ?? seen;
}

const read = (what: "tasks" | "targets" | undefined, snapshot: RolloutSnapshot, reader: RolloutReader) =>
  what === "targets" ? reader.readTargets(snapshot) : reader.readTasks(snapshot);
