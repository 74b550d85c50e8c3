const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A time on the clock of a place, without its offset. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

/** Where a place's clocks are set forward a time is absent, and where they are set back it comes twice. */
export type Located =
  | { readonly kind: "one"; readonly at: number }
  | { readonly kind: "absent" | "double"; readonly choices: readonly [number, number] };

/** `Europe/Berlin` or `UTC`. Abbreviations such as CET mean several things, and offsets know no summer. */
export function isZone(name: string): boolean {
  if (name !== "UTC" && !/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)+$/.test(name)) return false;
  try {
    formatterOf(name);
    return true;
  } catch {
    return false;
  }
}

/** The instants (epoch ms) at which a clock in the zone shows this time. */
export function locate(wall: WallTime, zone: string): Located {
  const asUtc = utcOf(wall);
  const offsets = [...new Set([asUtc - DAY, asUtc + DAY].map((instant) => offsetAt(instant, zone)))];
  const candidates = offsets.map((offset) => asUtc - offset);
  const found = candidates.filter((instant) => utcOf(wallTimeAt(instant, zone)) === asUtc);
  const [first = Number.NaN, second = first] = (found.length === 0 ? candidates : found).toSorted((a, b) => a - b);
  if (found.length === 1) return { kind: "one", at: first };
  return { kind: found.length === 0 ? "absent" : "double", choices: [first, second] };
}

/** What a clock in the zone shows at the instant (epoch ms). */
export function wallTimeAt(instant: number, zone: string): WallTime {
  const parts = formatterOf(zone).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((one) => one.type === type)?.value);
  return { year: part("year"), month: part("month"), day: part("day"), hour: part("hour"), minute: part("minute") };
}

/** How far the zone's clocks are ahead of UTC at the instant, in ms; whole minutes. */
function offsetAt(instant: number, zone: string): number {
  return utcOf(wallTimeAt(instant, zone)) - Math.floor(instant / MINUTE) * MINUTE;
}

export const utcOf = ({ year, month, day, hour, minute }: WallTime): number =>
  Date.UTC(year, month - 1, day, hour, minute);

/** The same time of day, so many days later. */
export function daysLater({ year, month, day, ...time }: WallTime, days: number): WallTime {
  const date = new Date(Date.UTC(year, month - 1, day + days));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), ...time };
}

const FORMATTERS = new Map<string, Intl.DateTimeFormat>();

/** Making one takes longer than using it. */
function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = FORMATTERS.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  FORMATTERS.set(zone, made);
  return made;
}

/** How a screen shows moments. */
export interface TimeDisplay {
  /** Absent: the machine's own. */
  readonly zone?: string | undefined;
  readonly utcOnly?: boolean | undefined;
}

export const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * A moment that is chosen or announced: `05:41 CEST (03:41Z)`, with its date where it is not of the day of `now`:
 * `1 Dec 05:41 CET (04:41Z)`. In UTC alone: `03:41Z`.
 */
export function momentText(instant: number, now: number, { zone = zoneHere(), utcOnly = false }: TimeDisplay): string {
  const utc = wallTimeAt(instant, "UTC");
  const utcText = `${timeOfDay(utc)}Z`;
  const place = isZone(zone) ? zone : "UTC";
  const local = wallTimeAt(instant, place);
  if (utcOnly || utcOf(local) === utcOf(utc)) return `${dateBefore(utc, wallTimeAt(now, "UTC"))}${utcText}`;
  const utcDate = utc.day === local.day ? "" : `${dayOf(utc)} `;
  const date = dateBefore(local, wallTimeAt(now, place));
  return `${date}${timeOfDay(local)} ${zoneName(instant, place)} (${utcDate}${utcText})`;
}

/** The same moments on the clocks of the zone, beside their UTC: `05:41 to 06:10 CEST`. Undefined where that is UTC. */
export function localClock(
  instants: readonly string[],
  now: number,
  { zone: named, utcOnly = false }: TimeDisplay,
): string | undefined {
  const moments = instants.map((instant) => Date.parse(instant));
  const [first] = moments;
  if (utcOnly || first === undefined) return undefined;
  // The rules of zones take milliseconds to load; most machines in a data centre are in UTC.
  if (named === undefined && moments.every((instant) => new Date(instant).getTimezoneOffset() === 0)) return undefined;
  const zone = named ?? zoneHere();
  if (!isZone(zone)) return undefined;
  if (moments.every((instant) => offsetAt(instant, zone) === 0)) return undefined;
  const today = wallTimeAt(now, zone);
  const times = moments.map((instant) => {
    const local = wallTimeAt(instant, zone);
    return `${dateBefore(local, today)}${timeOfDay(local)}`;
  });
  return `${times.join(" to ")} ${zoneName(first, zone)}`;
}

const zoneHere = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

const two = (value: number): string => String(value).padStart(2, "0");

const timeOfDay = ({ hour, minute }: WallTime): string => `${two(hour)}:${two(minute)}`;

const dayOf = ({ day, month }: WallTime): string => `${day} ${MONTHS[month - 1]}`;

function dateBefore(shown: WallTime, today: WallTime): string {
  if (shown.year !== today.year) return `${dayOf(shown)} ${shown.year} `;
  return shown.day === today.day && shown.month === today.month ? "" : `${dayOf(shown)} `;
}

/** `CEST`, else `UTC+5:30`: English has no short name for most zones, and each variety knows only its own. */
export function zoneName(instant: number, zone: string): string {
  const names = ["en-GB", "en-US", "en-AU", "en-NZ"].map((locale) => {
    const parts = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: "short" }).formatToParts(instant);
    return parts.find(({ type }) => type === "timeZoneName")?.value ?? "UTC";
  });
  return names.find((name) => !/^(GMT|UTC)[+-]/.test(name)) ?? names[0]?.replace("GMT", "UTC") ?? "UTC";
}
