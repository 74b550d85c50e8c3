import { MONTHS } from "./zoned-time.ts";

/** When AWS carries out what is scheduled. */
export type Due = "due" | "not due" | "not known";

interface Local {
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
  readonly month: number;
  /** 1 is Sunday. [K] */
  readonly weekday: number;
  readonly year: number;
}

const MINUTE_MS = 60_000;
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const MONTH_NAMES = MONTHS.map((name) => name.toUpperCase());

/**
 * Whether `at(…)`, `rate(…)` or `cron(…)` of AWS comes up from `from` to `until` (epoch ms, a day at most apart). The
 * time zone is UTC where none is set. A rate counts from a moment that AWS does not show, and what is not understood is
 * not known either. [D: ScheduledAction, Schedule]
 */
export function dueWithin(schedule: string, zone: string | undefined, from: number, until: number): Due {
  const [, kind = "", text = ""] = /^(at|rate|cron)\((.*)\)$/.exec(schedule.trim()) ?? [];
  const clock = zonedClock(zone ?? "UTC");
  const fits = kind === "at" ? atMoment(text) : kind === "cron" ? cronFits(text) : undefined;
  if (fits === undefined || clock === undefined) return "not known";
  for (let at = Math.ceil(from / MINUTE_MS) * MINUTE_MS; at <= until; at += MINUTE_MS)
    if (fits(clock(at))) return "due";
  return "not due";
}

type Fits = (local: Local) => boolean;

function zonedClock(timeZone: string): ((at: number) => Local) | undefined {
  try {
    const numeric = "numeric";
    const parts = { minute: numeric, hour: numeric, day: numeric, month: numeric, year: numeric } as const;
    const format = new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", weekday: "short", ...parts });
    return (at) => {
      const found = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
      const number = (name: string) => Number(found[name]);
      const weekday = DAYS.indexOf((found.weekday ?? "").toUpperCase()) + 1;
      const [minute, hour, day, month, year] = ["minute", "hour", "day", "month", "year"].map(number) as [
        number,
        number,
        number,
        number,
        number,
      ];
      return { minute, hour, day, month, year, weekday };
    };
  } catch {
    return undefined;
  }
}

function atMoment(text: string): Fits | undefined {
  const [, ...parts] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):\d\d$/.exec(text) ?? [];
  if (parts.length === 0) return undefined;
  const [year, month, day, hour, minute] = parts.map(Number);
  return (local) =>
    local.year === year && local.month === month && local.day === day && local.hour === hour && local.minute === minute;
}

/** Minute, hour, day of the month, month, day of the week, year; a day field of `?` says nothing. */
function cronFits(text: string): Fits | undefined {
  const fields = text.trim().split(/\s+/);
  if (fields.length < 5 || fields.length > 6) return undefined;
  const [minute, hour, day, month, weekday, year = "*"] = fields as [string, string, string, string, string, string?];
  const checks = [
    field(minute, 0, 59),
    field(hour, 0, 23),
    field(day, 1, 31),
    field(month, 1, 12, MONTH_NAMES),
    field(weekday, 1, 7, DAYS),
    field(year, 1970, 2199),
  ];
  if (checks.includes(undefined)) return undefined;
  const names = ["minute", "hour", "day", "month", "weekday", "year"] as const;
  return (local) => names.every((name, index) => checks[index]?.(local[name]));
}

type Matches = (value: number) => boolean;

/** `*`, `?`, `5`, `MON-FRI`, `0/15`, and lists of them. Undefined for what is not understood (L, W, #). */
function field(text: string, least: number, most: number, names: readonly string[] = []): Matches | undefined {
  const parts = text.split(",").map((part) => range(part, least, most, names));
  if (parts.includes(undefined)) return undefined;
  return (value) => parts.some((part) => part?.(value));
}

function range(text: string, least: number, most: number, names: readonly string[]): Matches | undefined {
  const [span = "", step = "1", ...rest] = text.split("/");
  if (rest.length > 0 || !/^[1-9]\d*$/.test(step)) return undefined;
  const [first = "", last, ...more] = span.split("-");
  if (more.length > 0) return undefined;
  const isAll = first === "*" || first === "?";
  const from = isAll ? least : numberOf(first, names, least);
  const to = last !== undefined ? numberOf(last, names, least) : isAll || text.includes("/") ? most : from;
  if (from === undefined || to === undefined || (isAll && last !== undefined)) return undefined;
  const isWithin =
    from <= to ? (value: number) => value >= from && value <= to : (value: number) => value >= from || value <= to;
  return (value) => isWithin(value) && (value - from) % Number(step) === 0;
}

function numberOf(text: string, names: readonly string[], least: number): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const index = names.indexOf(text.toUpperCase());
  return index < 0 ? undefined : index + least;
}
