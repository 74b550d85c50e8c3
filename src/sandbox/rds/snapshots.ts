import { AwsError } from "../http/aws-error.ts";
import type { World } from "../world.ts";
import { recordSnapshotEvent } from "./events.ts";
import type { DbInstance, DbSnapshot, Tag } from "./model.ts";
import { QUOTAS } from "./quotas.ts";

/** Refuses a name that is taken, and a snapshot beyond the quota. */
export function refuseSnapshot(world: World, identifier: string): void {
  const manual = world.rds.snapshots.filter(({ type }) => type === "manual");
  if (manual.some((one) => one.identifier === identifier)) {
    throw new AwsError(
      "DBSnapshotAlreadyExists",
      `Cannot create the snapshot because a snapshot with the identifier ${identifier} already exists.`,
    );
  }
  if (manual.length >= QUOTAS.ManualSnapshots) {
    throw new AwsError("SnapshotQuotaExceeded", "Cannot create more than 100 manual snapshots");
  }
}

/** Starts a snapshot. It holds the instance's settings but no data, because no operation here reads them. */
export function takeSnapshot(world: World, instance: DbInstance, identifier: string, tags: readonly Tag[]): DbSnapshot {
  const now = world.clock.now();
  const snapshot: DbSnapshot = {
    identifier,
    type: "manual",
    instanceName: instance.identifier,
    resourceId: instance.resourceId,
    settings: instance.settings,
    instanceCreatedAt: instance.createdAt,
    from: now,
    until: now + world.timings.dbSnapshot,
    tags: instance.settings.CopyTagsToSnapshot && tags.length === 0 ? instance.tags : tags,
  };
  world.rds.snapshots.push(snapshot);
  recordSnapshotEvent(world, identifier, "Creating manual snapshot");
  world.clock.after(world.timings.dbSnapshot, () => recordSnapshotEvent(world, identifier, "Manual snapshot created"));
  return snapshot;
}
