import { AwsError } from "../http/aws-error.ts";
import type { Input } from "../http/input.ts";
import { flag, instant } from "../http/input.ts";
import type { World } from "../world.ts";
import { badCombination, badValue } from "./input.ts";
import type { DbInstance } from "./model.ts";

export const DAY = 24 * 3600 * 1000;

export interface RestoreWindow {
  readonly earliest: number;
  readonly latest: number;
}

/** What can be restored: from the first backup, at most the retention period ago, until some minutes ago. [D] */
export function restoreWindow(world: World, instance: DbInstance): RestoreWindow | undefined {
  const { restorableFrom, restorableUntil, settings } = instance;
  if (restorableFrom === undefined || settings.BackupRetentionPeriod === 0) return undefined;
  const now = world.clock.now();
  const latest = restorableUntil ?? now - world.timings.restorableLag;
  const earliest = Math.max(restorableFrom, now - settings.BackupRetentionPeriod * DAY);
  return earliest > latest ? undefined : { earliest, latest };
}

/** The requested restore time, if it is in the window. The codes of the refusals are inferred. [I] */
export function restoreInstant(world: World, source: DbInstance, input: Input): number {
  const requested = instant(input, "RestoreTime");
  const newest = flag(input, "UseLatestRestorableTime") === true;
  if (requested !== undefined && newest) {
    throw badCombination("You can't specify both RestoreTime and UseLatestRestorableTime.");
  }
  if (requested === undefined && !newest) {
    throw badCombination("Either RestoreTime or UseLatestRestorableTime must be specified.");
  }
  const { identifier } = source;
  if (source.settings.BackupRetentionPeriod === 0) {
    throw new AwsError("PointInTimeRestoreNotEnabled", `Point In Time Restore is not enabled for ${identifier}`);
  }
  const window = restoreWindow(world, source);
  if (window === undefined)
    throw new AwsError("InvalidRestoreFault", `${identifier} has no backup to restore from yet.`);
  const { earliest, latest } = window;
  if (requested !== undefined && requested > latest) {
    throw badValue(`The specified instance cannot be restored to a time later than ${iso(latest)}`);
  }
  if (requested !== undefined && requested < earliest) {
    throw badValue(`The specified instance cannot be restored to a time earlier than ${iso(earliest)}`);
  }
  return requested ?? latest;
}

const iso = (at: number): string => new Date(at).toISOString();
