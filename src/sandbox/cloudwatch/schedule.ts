import { AwsError } from "../http/aws-error.ts";
import { MINUTE } from "./store.ts";

const DAY = 24 * 60 * MINUTE;

/** When a mute rule is in force. */
export interface Schedule {
  readonly expression: string;
  readonly durationText: string;
  readonly timezone: string;
  /** ms */
  readonly duration: number;
  /** The instant of `at(…)`; undefined for `cron(…)`. */
  readonly once: number | undefined;
  /** Minute, hour, day of month, month, day of week. */
  readonly fields: readonly ((value: number) => boolean)[];
}

const refuse = (message: string): never => {
  throw new AwsError("ValidationException", message);
};

/** Reads `at(2026-05-10T14:00)` or `cron(0 2 * * SUN)` with an ISO 8601 duration of 1 minute to 15 days. [D] */
export function readSchedule(expression: string, durationText: string, timezone = "UTC"): Schedule {
  if (timezone !== "UTC") {
    throw new AwsError("NotImplemented", "The sandbox does not simulate mute rules in time zones but UTC.", 501);
  }
  const duration = readDuration(durationText);
  const base = { expression, durationText, timezone, duration };
  const at = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d)\)$/.exec(expression)?.[1];
  if (at !== undefined) return { ...base, once: Date.parse(`${at}:00Z`), fields: [] };
  const fields = /^cron\((\S+ \S+ \S+ \S+ \S+)\)$/.exec(expression)?.[1]?.split(" ");
  if (fields === undefined) return refuse(`Invalid schedule expression: ${expression}`);
  return { ...base, once: undefined, fields: fields.map(readField) };
}

function readDuration(text: string): number {
  const [, days, hours, minutes] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(text) ?? [];
  const duration = Number(days ?? 0) * DAY + Number(hours ?? 0) * 60 * MINUTE + Number(minutes ?? 0) * MINUTE;
  return duration >= MINUTE && duration <= 15 * DAY ? duration : refuse(`Invalid duration: ${text}`);
}

const NAMES = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const WEEKDAYS = "SUN MON TUE WED THU FRI SAT".split(" ");

function readField(field: string): (value: number) => boolean {
  const number = (word: string): number => {
    const month = NAMES.indexOf(word) + 1;
    const weekday = WEEKDAYS.indexOf(word);
    const value = month > 0 ? month : weekday >= 0 ? weekday : Number(word);
    return Number.isInteger(value) ? value : refuse(`Invalid schedule field: ${field}`);
  };
  const parts = field.split(",").map((part) => (part === "*" ? undefined : part.split("-").map(number)));
  return (value) =>
    parts.some((part) => {
      const [low = 0, high = low] = part ?? [value];
      return value >= low && value <= high;
    });
}

/** Whether a window of the schedule is open at `now`. */
export function isDue(schedule: Schedule, now: number): boolean {
  const { once, duration } = schedule;
  if (once !== undefined) return now >= once && now < once + duration;
  for (let at = Math.floor(now / MINUTE) * MINUTE; at > now - duration; at -= MINUTE)
    if (fits(schedule, at)) return true;
  return false;
}

function fits({ fields }: Schedule, at: number): boolean {
  const date = new Date(at);
  const values = [
    date.getUTCMinutes(),
    date.getUTCHours(),
    date.getUTCDate(),
    date.getUTCMonth() + 1,
    date.getUTCDay(),
  ];
  return fields.every((field, index) => field(values[index] ?? 0));
}
