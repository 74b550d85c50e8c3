import { backUp } from "../postgres/restore.ts";
import type { World } from "../world.ts";
import { recordEvent } from "./events.ts";
import type { DbInstance, Settings } from "./model.ts";
import { DAY } from "./restore-window.ts";
import { connectAddress } from "./servers.ts";
import { type Phase, runPhases } from "./state-sequence.ts";

/** The restore window of a restored instance starts with its first automated backup, a while after `available`. [D] */
export function backUpFirst(world: World, instance: DbInstance): void {
  if (instance.settings.BackupRetentionPeriod === 0 || instance.restorableFrom !== undefined) return;
  world.clock.after(world.timings.dbFirstBackup, () => {
    if (world.rds.instances.get(instance.identifier) !== instance) return;
    if (instance.status !== "available" || instance.underway) return backUpFirst(world, instance);
    runPhases(world, instance, [automatedBackup(world, instance)]);
  });
}

/** A real backup. Its end becomes the oldest instant that can be restored, unless there is an older one. */
export function automatedBackup(world: World, instance: DbInstance): Phase {
  const work = async (): Promise<void> => {
    recordEvent(world, instance, "backup");
    await backUp(await instance.server());
  };
  const done = (): void => {
    instance.restorableFrom ??= world.clock.now();
    recordEvent(world, instance, "backedUp");
  };
  return { status: "backing-up", ms: world.timings.dbBackup, work, done };
}

/** What a change of the retention period does, besides the setting itself. */
export interface Switch {
  /** Real work during the change. */
  readonly cut: () => Promise<void>;
  readonly after: readonly Phase[];
}

/**
 * Turning backups on or off is an outage. Turning them on also starts a backup at once. Any other change of the period
 * is no outage. [D; its length I]
 */
export function backupSwitch(
  world: World,
  instance: DbInstance,
  { BackupRetentionPeriod: period }: Readonly<Partial<Settings>>,
): Switch | undefined {
  const before = instance.settings.BackupRetentionPeriod;
  if (period === undefined || (period === 0) === (before === 0)) return undefined;
  const cut = async (): Promise<void> => instance.endpoint?.cut();
  return { cut, after: period === 0 ? [] : [automatedBackup(world, instance)] };
}

/**
 * Adjusts the restore window to a new period. Only what both periods keep can still be restored; without backups,
 * nothing. [D]
 */
export function forgetBackups(world: World, instance: DbInstance, before: number): void {
  const { BackupRetentionPeriod: period } = instance.settings;
  if (period === before) return;
  if (period === 0) instance.restorableFrom = undefined;
  if (period === 0 || before === 0) connectAddress(instance);
  if (instance.restorableFrom === undefined) return;
  const kept = world.clock.now() - Math.min(period, before) * DAY;
  instance.restorableFrom = Math.max(instance.restorableFrom, kept);
}
