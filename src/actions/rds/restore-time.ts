import type { RestoreWindow } from "../../domain/aws/setup.ts";
import { usageError } from "../../domain/error.ts";
import type { AppliedMigration } from "../../domain/migrations/applied.ts";
import { ago, utcTime } from "../../domain/time.ts";

/** What the operator said of the moment; exactly one of them. */
export interface Wish {
  /** RFC 3339 */
  readonly to?: string;
  readonly latest?: boolean;
  readonly beforeMigration?: number;
}

export interface Aim {
  /** RFC 3339, in whole seconds. */
  readonly at: string;
  /** How it came about, where the operator did not name it. */
  readonly how?: string;
}

const SECOND = 1000;
/** Between a migration's beginning and the moment before it. */
const MARGIN_MS = 5 * SECOND;

/** The moment to restore to, fixed once. Throws a usage error where it cannot be, with the window. */
export function aimOf(wish: Wish, window: RestoreWindow, applied: readonly AppliedMigration[], now: number): Aim {
  const said = [wish.to, wish.latest || undefined, wish.beforeMigration].filter((one) => one !== undefined);
  if (said.length !== 1) throw undecided(said.length);
  const aim = wish.to !== undefined ? { at: wholeSecond(Date.parse(wish.to)) } : derived(wish, window, applied);
  if (Date.parse(aim.at) > now)
    throw usageError("time-ahead", `${utcTime(aim.at)} has not come yet; it is ${utcTime(wholeSecond(now))}`, WAYS);
  if (aim.at < window.earliest)
    throw usageError(
      "before-window",
      `${utcTime(aim.at)} (${ago(aim.at, now)}) lies before the earliest moment that can be restored: ${windowText(window, now)}`,
      WAYS,
    );
  return aim;
}

const WAYS = ["vulcan-ops restore --to 2026-04-10T12:00:00Z", "vulcan-ops restore --latest", "vulcan-ops status"];

/** RDS wants a moment that lies before the latest one: hence a second less. [D] */
function derived({ beforeMigration }: Wish, window: RestoreWindow, applied: readonly AppliedMigration[]): Aim {
  if (beforeMigration !== undefined) return beforeOf(beforeMigration, applied);
  const at = wholeSecond(Date.parse(window.latest) - SECOND);
  return { at, how: "the latest that RDS had when this was planned, and one second less" };
}

/** `applied_at` may stand for the migration's end: its duration and a margin are taken off. */
function beforeOf(version: number, applied: readonly AppliedMigration[]): Aim {
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

export function windowText({ earliest, latest }: RestoreWindow, now: number): string {
  return `${utcTime(earliest)} (${ago(earliest, now)}) to ${utcTime(latest)} (${ago(latest, now)})`;
}

function undecided(count: number): Error {
  const message =
    count === 0
      ? "restore to when? Give a time, or the latest one, or the migration before which it shall be"
      : "to, latest and beforeMigration each name the moment: give one of them";
  return usageError("restore-time", message, WAYS);
}
