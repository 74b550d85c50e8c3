import { AwsError } from "../http/aws-error.ts";
import type { Tag } from "../http/tags.ts";
import { backUp } from "../postgres/restore.ts";
import type { World } from "../world.ts";
import { automatedSnapshots } from "./automated-snapshots.ts";
import { recordSnapshotEvent } from "./events.ts";
import { snapshotArn } from "./find.ts";
import type { DbInstance, DbSnapshot } from "./model.ts";
import { QUOTAS } from "./quotas.ts";

export const allSnapshots = (world: World): DbSnapshot[] => [...automatedSnapshots(world), ...world.rds.snapshots];

/** The snapshot of that name or ARN. */
export function findSnapshot(world: World, nameOrArn: string): DbSnapshot {
  const found = allSnapshots(world).find(
    ({ identifier }) => identifier === nameOrArn.toLowerCase() || snapshotArn(world, identifier) === nameOrArn,
  );
  if (found !== undefined) return found;
  throw new AwsError("DBSnapshotNotFound", `DBSnapshot not found: ${nameOrArn}`, 404);
}

/** The same, once it is complete. [code D; text I] */
export function findAvailable(world: World, nameOrArn: string): DbSnapshot {
  const snapshot = findSnapshot(world, nameOrArn);
  if (world.clock.now() >= snapshot.until) return snapshot;
  throw new AwsError("InvalidDBSnapshotState", `The snapshot ${snapshot.identifier} is not available.`);
}

/** Refuses a name that is taken, and a snapshot beyond the quota. */
export function refuseSnapshot(world: World, identifier: string): void {
  if (world.rds.snapshots.some((one) => one.identifier === identifier)) {
    throw new AwsError(
      "DBSnapshotAlreadyExists",
      `Cannot create the snapshot because a snapshot with the identifier ${identifier} already exists.`,
    );
  }
  if (world.rds.snapshots.length >= QUOTAS.ManualSnapshots) {
    throw new AwsError("SnapshotQuotaExceeded", "Cannot create more than 100 manual snapshots");
  }
}

type Data = Pick<DbSnapshot, "source" | "instanceName" | "resourceId" | "settings" | "instanceCreatedAt"> & {
  /** Absent: the instant at which the snapshot begins. */
  readonly at?: number;
};

/** The server's log holds the data: a snapshot is an instant in it. */
function addSnapshot(world: World, identifier: string, data: Data, tags: readonly Tag[]): DbSnapshot {
  const now = world.clock.now();
  const until = now + world.timings.dbSnapshot;
  const snapshot: DbSnapshot = { at: now, ...data, identifier, type: "manual", from: now, until, tags };
  world.rds.snapshots.push(snapshot);
  recordSnapshotEvent(world, identifier, "Creating manual snapshot");
  world.clock.after(world.timings.dbSnapshot, () => recordSnapshotEvent(world, identifier, "Manual snapshot created"));
  return snapshot;
}

/** Starts a snapshot of the instance. `secureData` has to run meanwhile. */
export function takeSnapshot(world: World, source: DbInstance, identifier: string, tags: readonly Tag[]): DbSnapshot {
  const { identifier: instanceName, resourceId, settings, createdAt: instanceCreatedAt } = source;
  const data = { source, instanceName, resourceId, settings, instanceCreatedAt };
  return addSnapshot(world, identifier, data, settings.CopyTagsToSnapshot && tags.length === 0 ? source.tags : tags);
}

/**
 * Real work of a snapshot: a server without a base backup, such as a restored one, needs one to restore from. Such a
 * snapshot holds what is there when that is complete.
 */
export async function secureData(snapshot: DbSnapshot): Promise<void> {
  const server = await snapshot.source.server();
  if (server.bases.length > 0) return;
  await backUp(server);
  snapshot.at = snapshot.until;
}

/** Starts a copy, with the same data. */
export function copySnapshot(world: World, original: DbSnapshot, identifier: string, tags: readonly Tag[]): DbSnapshot {
  const { source, at, instanceName, resourceId, settings, instanceCreatedAt } = original;
  return addSnapshot(world, identifier, { source, at, instanceName, resourceId, settings, instanceCreatedAt }, tags);
}
