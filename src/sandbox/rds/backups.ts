import { backUp } from "../postgres/restore.ts";
import type { World } from "../world.ts";
import { tell } from "./events.ts";
import type { DbInstance, Settings } from "./model.ts";
import { DAY } from "./restore-window.ts";
import { connectAddress } from "./servers.ts";
import { type Phase, runPhases } from "./state-sequence.ts";

/** A restored instance's own restore window begins with its first automated backup, a while after it was available. [D] */
export function backUpFirst(world: World, instance: DbInstance): void {
  if (instance.settings.BackupRetentionPeriod === 0 || instance.restorableFrom !== undefined) return;
  world.clock.after(world.timings.dbFirstBackup, () => {
    if (world.rds.instances.get(instance.identifier) !== instance) return;
    if (instance.status !== "available" || instance.underway) return backUpFirst(world, instance);
    runPhases(world, instance, [automatedBackup(world, instance)]);
  });
}

/** A real backup; the oldest instant that can be restored is its end, unless there was an older one. */
function automatedBackup(world: World, instance: DbInstance): Phase {
  const work = async (): Promise<void> => {
    tell(world, instance, "backup");
    await backUp(await instance.server());
  };
  const done = (): void => {
    instance.restorableFrom ??= world.clock.now();
    tell(world, instance, "backedUp");
  };
  return { status: "backing-up", ms: world.timings.dbBackup, work, done };
}

/** What the change of one period to another does, beside the setting itself. */
export interface Switch {
  /** Real work while the change is being made. */
  readonly cut: () => Promise<void>;
  readonly after: readonly Phase[];
}

/**
 * Turning backups on or off is an outage, and on means a backup at once; between two periods there is none. [D; its
 * length I]
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

/** With a new period: what one of the two did not keep is gone for good; without backups, all of it. [D] */
export function forgetBackups(world: World, instance: DbInstance, before: number): void {
  const { BackupRetentionPeriod: period } = instance.settings;
  if (period === before) return;
  if (period === 0) instance.restorableFrom = undefined;
  if (period === 0 || before === 0) connectAddress(instance);
  if (instance.restorableFrom === undefined) return;
  const kept = world.clock.now() - Math.min(period, before) * DAY;
  instance.restorableFrom = Math.max(instance.restorableFrom, kept);
}
