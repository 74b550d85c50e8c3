import type { RestoreWindow } from "../../domain/aws/backups.ts";
import { windowText } from "../../domain/aws/recovery.ts";
import { commandLine } from "../../domain/command-line.ts";
import { usageError } from "../../domain/error.ts";
import type { AppliedMigration } from "../../domain/migrations/applied.ts";
import { ago, utcTime } from "../../domain/time.ts";

/** What the operator said about the moment. Exactly one field is set. */
export interface RestoreTimeInput {
  /** RFC 3339 */
  readonly to?: string;
  readonly latest?: boolean;
  readonly beforeMigration?: number;
}

export interface RestoreTime {
  /** RFC 3339, in whole seconds. */
  readonly at: string;
  /** How the moment was derived, if the operator did not name it. */
  readonly how?: string;
}

const SECOND = 1000;
/** Margin between the moment and the beginning of the migration after it. */
const MARGIN_MS = 5 * SECOND;

/** The moment to restore to, fixed once. Throws a usage error with the window if the moment is not possible. */
export function restoreTime(
  given: RestoreTimeInput,
  window: RestoreWindow,
  applied: readonly AppliedMigration[],
  now: number,
): RestoreTime {
  const chosen = [given.to, given.latest || undefined, given.beforeMigration].filter((one) => one !== undefined);
  if (chosen.length !== 1) throw undecided(chosen.length);
  const aim = given.to !== undefined ? { at: wholeSecond(Date.parse(given.to)) } : derived(given, window, applied);
  if (Date.parse(aim.at) > now)
    throw usageError("time-ahead", `${utcTime(aim.at)} has not come yet; it is ${utcTime(wholeSecond(now))}`, WAYS);
  if (window.earliest !== undefined && aim.at < window.earliest)
    throw usageError(
      "before-window",
      `${utcTime(aim.at)} (${ago(aim.at, now)}) lies before the earliest moment that can be restored: ${windowText(window, now)}`,
      [commandLine`vulcan-ops restore --to ${wholeSecond(Date.parse(window.earliest) + EDGE_MS)}`, ...WAYS.slice(1)],
    );
  return aim;
}

/** The window moves on while a command is typed. */
const EDGE_MS = 5 * 60 * SECOND;

const WAYS = ["vulcan-ops restore --to -15m", "vulcan-ops restore --latest", "vulcan-ops status"];

/** RDS wants a moment before the latest restorable time, so take a second less. [D] */
function derived(
  { beforeMigration }: RestoreTimeInput,
  window: RestoreWindow,
  applied: readonly AppliedMigration[],
): RestoreTime {
  if (beforeMigration !== undefined) return beforeOf(beforeMigration, applied);
  const at = wholeSecond(Date.parse(window.latest) - SECOND);
  return { at, how: "the latest that RDS had when this was planned, and one second less" };
}

/** `applied_at` may be the end of the migration, so subtract its duration and a margin. */
function beforeOf(version: number, applied: readonly AppliedMigration[]): RestoreTime {
  const migration = applied.find((one) => one.version === version);
  if (migration?.appliedAt === undefined) {
    const why = migration === undefined ? "was never applied" : "does not say when it was applied";
    throw usageError("migration-unknown", `migration ${version} ${why}`, ["vulcan-ops migrate status"]);
  }
  const { appliedAt, durationMs = 0, isZoneAssumed, description } = migration;
  const zone = isZoneAssumed ? "; its row names no time zone, UTC is assumed" : "";
  return {
    at: wholeSecond(Date.parse(appliedAt) - durationMs - MARGIN_MS),
    how: `migration ${version} “${description}” was applied at ${utcTime(appliedAt)} and took ${durationMs} ms; 5 s before that${zone}`,
  };
}

const wholeSecond = (instant: number): string => new Date(Math.floor(instant / SECOND) * SECOND).toISOString();

function undecided(count: number): Error {
  const message =
    count === 0
      ? "restore to when? Give a time, or the latest one, or the migration before which it shall be"
      : "to, latest and beforeMigration each name the moment: give one of them";
  return usageError("restore-time", message, WAYS);
}
