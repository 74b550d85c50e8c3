import type { World } from "../world.ts";
import type { DbInstance } from "./model.ts";

/** The texts and categories of DescribeEvents for instances. [D where RDS's event list has the text, else I] */
const TEXTS = {
  created: ["DB instance created", "creation"],
  restoredSnapshot: ["Restored from snapshot {}", "restoration"],
  restored: ["Restored from DB instance {} to {}", "restoration"],
  backup: ["Backing up DB instance", "backup"],
  backedUp: ["Finished DB Instance backup", "backup"],
  shutdown: ["DB instance shutdown", "availability"],
  restarted: ["DB instance restarted", "availability"],
  stopped: ["DB instance stopped", "notification"],
  started: ["DB instance started", "notification"],
  deleted: ["DB instance deleted", "deletion"],
  renaming: ["Renamed instance from {} to {}", "configuration change"],
  modifying: ["Applying modification to database instance: {}", "configuration change"],
  modified: ["Finished applying modification to database instance: {}", "configuration change"],
  parameters: ["Updated to use DBParameterGroup {}", "configuration change"],
  incompatible: [
    "Unable to start DB instance: parameter group {} has values that the instance cannot start with",
    "failure",
  ],
  storageFull: ["DB instance has run out of storage: allocated storage has been exhausted", "low storage"],
} as const;

/** Records an event of the instance now. `gaps` fill the placeholders of the text. */
export function recordEvent(
  world: World,
  instance: DbInstance,
  name: keyof typeof TEXTS,
  ...gaps: readonly string[]
): void {
  const [text, category] = TEXTS[name];
  let index = 0;
  const message = text.replace(/\{\}/g, () => gaps[index++] ?? "");
  const source = instance.identifier;
  world.rds.events.push({ source, type: "db-instance", message, categories: [category], at: world.clock.now() });
}

export function recordSnapshotEvent(world: World, source: string, message: string): void {
  world.rds.events.push({ source, type: "db-snapshot", message, categories: ["creation"], at: world.clock.now() });
}
