import { commandLine } from "./command-line.ts";
import { usageError } from "./error.ts";
import { parseInstant } from "./time.ts";
import { daysLater, isZone, locate, type WallTime, wallTimeAt } from "./zoned-time.ts";

/** When a maintenance window opens and closes, in RFC 3339 (UTC). */
export interface WindowTimes {
  readonly opens: string;
  readonly closes: string;
}

/** `02:00`, or `2026-04-10T02:00` */
const WALL = /^(?:(\d{4})-(\d{2})-(\d{2})[T ])?([01]\d|2[0-3]):([0-5]\d)$/;

const EXAMPLES = [
  "vulcan-ops maintenance --window 02:00..04:00 --zone Europe/Berlin",
  "vulcan-ops maintenance --window 2026-04-10T02:00:00Z..2026-04-10T04:00:00Z",
];

/** Whether the window names times of a place, which need its zone. */
export const isLocalWindow = (text: string): boolean => {
  const parts = text.split("..");
  return parts.length === 2 && parts.every((part) => WALL.test(part));
};

/** `START..END` of two times with an offset, or of two times on the clocks of `zone`. A wrong day is worse than none. */
export function readWindow(text: string, zone: string | undefined, now: number): WindowTimes {
  const [opens = "", closes = "", ...more] = text.split("..");
  const isInstant = (part: string) => !part.startsWith("-") && parseInstant(part, 0) !== undefined;
  if (isInstant(opens) && isInstant(closes) && more.length === 0) return { opens, closes };
  if (isLocalWindow(text)) return localWindow(text, zone, now);
  const message = `--window ${JSON.stringify(text)} is no START..END of two times, both with an offset or both local`;
  throw usageError("window-invalid", message, EXAMPLES);
}

function localWindow(text: string, zone: string | undefined, now: number): WindowTimes {
  if (zone === undefined) {
    const message = `--window ${text} is local time: name its zone by --zone, or by zone in vulcan-ops.yaml`;
    throw usageError("zone-missing", message, [
      commandLine`vulcan-ops maintenance --window ${text} --zone Europe/Berlin`,
    ]);
  }
  if (!isZone(zone)) {
    const message = `${JSON.stringify(zone)} is no IANA time zone, as Europe/Berlin or UTC is`;
    throw usageError("zone-unknown", message, EXAMPLES);
  }
  const [start = "", end = ""] = text.split("..");
  const today = wallTimeAt(now, zone);
  // Without a date the next such time is meant, and the end is the next one after the start.
  const opens = nextAfter(wallTime(start, today), now, zone, !start.includes("-"));
  const from = wallTimeAt(opens[0] ?? now, zone);
  const closes = nextAfter(wallTime(end, from), opens[0] ?? now, zone, !end.includes("-"));
  const [open, close] = [opens[0], closes[0]];
  if (opens.length === 1 && closes.length === 1 && open !== undefined && close !== undefined)
    return { opens: iso(open), closes: iso(close) };
  throw ambiguous(opens.length === 1 ? end : start, zone, pairs(opens, closes));
}

function wallTime(text: string, day: WallTime): WallTime {
  const [, year, month, date, hour, minute] = WALL.exec(text) ?? [];
  const time = { hour: Number(hour), minute: Number(minute) };
  const named = { year: Number(year), month: Number(month), day: Number(date), ...time };
  if (year === undefined) return { ...day, ...time };
  if (!existsOn(named))
    throw usageError("window-invalid", `${JSON.stringify(text)} is no date of the calendar`, EXAMPLES);
  return named;
}

function existsOn({ year, month, day }: WallTime): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() + 1 === month && date.getUTCDate() === day;
}

/** The instants that the time may mean, one if it is plain; a day later if it is over and may move. */
function nextAfter(wall: WallTime, now: number, zone: string, mayMove: boolean): readonly number[] {
  const found = instantsOf(wall, zone);
  const isOver = found.every((instant) => instant <= now);
  return isOver && mayMove ? instantsOf(daysLater(wall, 1), zone) : found;
}

function instantsOf(wall: WallTime, zone: string): readonly number[] {
  const found = locate(wall, zone);
  return found.kind === "one" ? [found.at] : found.choices;
}

/** Both meanings of the time that has two. */
const pairs = (opens: readonly number[], closes: readonly number[]): readonly WindowTimes[] =>
  [0, 1].map((index) => ({
    opens: iso(opens[Math.min(index, opens.length - 1)] ?? 0),
    closes: iso(closes[Math.min(index, closes.length - 1)] ?? 0),
  }));

function ambiguous(time: string, zone: string, choices: readonly WindowTimes[]): Error {
  const message = `in ${zone} the clocks change then: ${time} does not exist, or exists twice. Name the one that is meant`;
  const next = choices.map(
    ({ opens, closes }) => commandLine`vulcan-ops maintenance --window ${`${opens}..${closes}`}`,
  );
  return usageError("time-ambiguous", message, next);
}

const iso = (instant: number): string => `${new Date(instant).toISOString().slice(0, 19)}Z`;
