const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;
const AGE = /^-(\S+)$/;
const DURATION = /^(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,8})s)?$/;

/**
 * RFC 3339 with an offset, or an age such as `-15m`, and nothing else. Returns RFC 3339 in UTC (ms), or undefined.
 * Dates that do not exist (30 February, 24:00, a leap second) are refused, not shifted.
 */
export function parseInstant(text: string, now: number): string | undefined {
  const age = AGE.exec(text);
  if (age !== null) {
    const seconds = parseDuration(age[1]);
    return seconds === undefined ? undefined : utc(now - seconds * 1000);
  }
  const parts = RFC3339.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts.map(Number);
  const exists = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second));
  if (exists.getUTCMonth() + 1 !== month || exists.getUTCDate() !== day || exists.getUTCHours() !== hour)
    return undefined;
  if (Number(minute) > 59 || Number(second) > 59 || !offsetFits(parts[8] ?? "")) return undefined;
  return utc(Date.parse(text.toUpperCase()));
}

/** The same, or a time from now on, as `+2h`: for what ends later. Turned into UTC once, so that a resume keeps it. */
export function parseMoment(text: string, now: number): string | undefined {
  if (!text.startsWith("+")) return parseInstant(text, now);
  const seconds = parseDuration(text.slice(1));
  return seconds === undefined ? undefined : utc(now + seconds * 1000);
}

/** RFC 3339 allows only the years 0000 to 9999. */
function utc(instant: number): string | undefined {
  const text = new Date(instant).toISOString();
  return /^\d{4}-/.test(text) ? text : undefined;
}

function offsetFits(offset: string): boolean {
  if (/^z$/i.test(offset)) return true;
  return Number(offset.slice(1, 3)) <= 23 && Number(offset.slice(4, 6)) <= 59;
}

/** `90s`, `15m`, `1h30m`, `2d` → whole seconds; undefined where the text is no duration. */
export function parseDuration(text: unknown): number | undefined {
  if (typeof text !== "string" || text === "") return undefined;
  const parts = DURATION.exec(text);
  if (parts === null) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

/** Seconds → `6 d 4 h`, `7 min 9 s`, `12 s`: the two largest units. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const units: [number, string][] = [
    [Math.floor(whole / 86_400), "d"],
    [Math.floor(whole / 3600) % 24, "h"],
    [Math.floor(whole / 60) % 60, "min"],
    [whole % 60, "s"],
  ];
  const first = units.findIndex(([count]) => count > 0);
  if (first === -1) return "0 s";
  const shown = units.slice(first, first + 2).filter(([count]) => count > 0);
  return shown.map(([count, unit]) => `${count} ${unit}`).join(" ");
}

/** What is known of a request that has shown no effect by `now`; both are epoch ms. */
export function notSeenWithin(since: number, now: number): string {
  return `not seen within ${Math.max(0, Math.round((now - since) / 1000))} s of the request`;
}

/** `03:41:07Z` of an RFC 3339 time in UTC. */
export function clockTime(instant: string): string {
  return `${instant.slice(11, 19)}Z`;
}

/** How long ago, in words; `then` in any form that Date reads. */
export function ago(then: string, now: number): string {
  return `${formatDuration((now - Date.parse(then)) / 1000)} ago`;
}

/** Orders RFC 3339 times in UTC, the newest first. Not by locale: loading a collator takes longer than a request. */
export function newestFirst(a: string, b: string): number {
  return a === b ? 0 : a < b ? 1 : -1;
}

/** `2026-04-10 03:41:07Z` of an RFC 3339 time in UTC. */
export function utcTime(instant: string): string {
  return `${instant.slice(0, 10)} ${clockTime(instant)}`;
}

/**
 * The time (epoch ms) by which AWS must show what was confirmed at `confirmedAt`, or sent before `sentBefore` (RFC 3339),
 * if it shows it within `ms`. Never later than `ms` from now: the clock may have been set back since, and a journal may
 * be damaged.
 */
export function consistentBy(
  { confirmedAt, sentBefore = confirmedAt }: { readonly confirmedAt?: string; readonly sentBefore?: string },
  ms: number,
  now: number,
): number {
  const by = Date.parse(sentBefore ?? "") + ms;
  return Number.isNaN(by) ? now : Math.min(by, now + ms);
}
