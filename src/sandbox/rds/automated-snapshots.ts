import type { World } from "../world.ts";
import { snapshotArn } from "./find.ts";
import type { DbInstance, DbSnapshot } from "./model.ts";
import { DAY } from "./restore-window.ts";

/**
 * RDS takes one snapshot a day, in the backup window, and keeps it for the retention period. [D] Here each is an instant
 * in the server's log; the instance's status does not show that one is taken. [differs]
 */
export function automatedSnapshots(world: World): DbSnapshot[] {
  return [...world.rds.instances.values()].flatMap((instance) =>
    instants(world, instance).map((at) => snapshotAt(world, instance, at)),
  );
}

/** The beginnings of the backup window since the first backup, within the retention period, oldest first. */
function instants(world: World, { restorableFrom, restorableUntil, settings }: DbInstance): number[] {
  if (restorableFrom === undefined || settings.BackupRetentionPeriod === 0) return [];
  const [hours = 0, minutes = 0] = settings.PreferredBackupWindow.split(/[:-]/).map(Number);
  const now = restorableUntil ?? world.clock.now();
  const oldest = Math.max(restorableFrom, world.clock.now() - settings.BackupRetentionPeriod * DAY);
  const daily: number[] = [];
  const offset = (hours * 60 + minutes) * 60_000;
  for (let at = Math.floor(oldest / DAY) * DAY + offset; at <= now - world.timings.dbBackup; at += DAY) {
    if (at >= oldest) daily.push(at);
  }
  // An instance of this run begins with a backup outside its window.
  return restorableFrom > world.clock.zero && restorableFrom >= oldest ? [restorableFrom, ...daily] : daily;
}

/** `rds:NAME-2026-05-10-03-10`. [D] It is kept, for it can have tags of its own. */
function snapshotAt(world: World, instance: DbInstance, at: number): DbSnapshot {
  const day = new Date(at).toISOString().slice(0, 16).replace(/[T:]/g, "-");
  const identifier = `rds:${instance.identifier}-${day}`;
  const key = `${instance.resourceId} ${snapshotArn(world, identifier)}`;
  const known = world.rds.automated.get(key);
  if (known !== undefined) return known;
  const snapshot: DbSnapshot = {
    identifier,
    type: "automated",
    source: instance,
    at,
    instanceName: instance.identifier,
    resourceId: instance.resourceId,
    settings: instance.settings,
    instanceCreatedAt: instance.createdAt,
    from: at,
    until: at,
    tags: instance.settings.CopyTagsToSnapshot ? instance.tags : [],
  };
  world.rds.automated.set(key, snapshot);
  return snapshot;
}
