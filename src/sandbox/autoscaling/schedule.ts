import { AwsError } from "../http/aws-error.ts";

const MINUTE = 60_000;
const UNITS: Readonly<Record<string, number>> = { minute: MINUTE, hour: 60 * MINUTE, day: 24 * 60 * MINUTE };
const MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const DAYS = "SUN MON TUE WED THU FRI SAT".split(" ");

/** The next instant after `now` at which a scheduled action runs; undefined when it never does again. */
export type NextRun = (now: number) => number | undefined;

const invalid = (schedule: string): AwsError =>
  new AwsError("ValidationException", `Invalid schedule expression. Details: ${schedule}.`);

/** Reads `at(2026-05-10T14:00:00)`, `rate(2 hours)` or `cron(0 22 * * ? *)`, in UTC. `from` is where a rate begins. [D] */
export function readSchedule(schedule: string, from: number): NextRun {
  const [, kind, body = ""] = /^(at|rate|cron)\((.*)\)$/.exec(schedule) ?? [];
  if (kind === "at") return once(body, schedule);
  if (kind === "rate") return repeated(body, schedule, from);
  if (kind === "cron") return byCalendar(body, schedule);
  throw invalid(schedule);
}

function once(body: string, schedule: string): NextRun {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body) ? Date.parse(`${body}Z`) : Number.NaN;
  if (Number.isNaN(at)) throw invalid(schedule);
  return (now) => (at > now ? at : undefined);
}

function repeated(body: string, schedule: string, from: number): NextRun {
  const [, count = "", unit = ""] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(body) ?? [];
  const period = Number(count) * (UNITS[unit] ?? 0);
  if (period === 0) throw invalid(schedule);
  return (now) => from + (Math.floor((now - from) / period) + 1) * period;
}

/** A year ahead is as far as the calendar is searched. */
const HORIZON = 366 * 24 * 60;

/** Minutes, hours, day of month, month, day of week, year; one of the two days is `?`. [D] */
function byCalendar(body: string, schedule: string): NextRun {
  const fields = body.split(" ");
  if (fields.length !== 6) throw invalid(schedule);
  const read = (
    index: number,
    low: number,
    high: number,
    names: readonly string[] = [],
    first = 0,
  ): ((n: number) => boolean) => readField(fields[index] ?? "", { low, high, names, first, schedule });
  const tests = [
    read(0, 0, 59),
    read(1, 0, 23),
    read(2, 1, 31),
    read(3, 1, 12, MONTHS, 1),
    read(4, 1, 7, DAYS, 1),
    read(5, 1970, 2199),
  ];
  return (now) => {
    const start = (Math.floor(now / MINUTE) + 1) * MINUTE;
    for (let minute = 0; minute < HORIZON; minute++) {
      const at = start + minute * MINUTE;
      if (fits(tests, new Date(at))) return at;
    }
    return undefined;
  };
}

const fits = (tests: readonly ((n: number) => boolean)[], date: Date): boolean =>
  [
    date.getUTCMinutes(),
    date.getUTCHours(),
    date.getUTCDate(),
    date.getUTCMonth() + 1,
    date.getUTCDay() + 1,
    date.getUTCFullYear(),
  ].every((value, index) => tests[index]?.(value) === true);

interface Field {
  readonly low: number;
  readonly high: number;
  readonly names: readonly string[];
  /** The number of the first name. */
  readonly first: number;
  readonly schedule: string;
}

/** `*`, `?`, numbers or names, ranges, lists and steps. `L`, `W` and `#` are not simulated. */
function readField(text: string, field: Field): (value: number) => boolean {
  if (text.split(/[,/-]/).some((word) => /^(L|W|LW|\d+[LW]|\d#\d)$/.test(word))) {
    throw new AwsError("NotImplemented", "The sandbox does not simulate schedules with L, W or #.", 501);
  }
  const parts = text.split(",").map((part) => {
    const [range = "", step] = part.split("/");
    const [low, high] = range === "*" || range === "?" ? [field.low, field.high] : bounds(range, step, field);
    const every = step === undefined ? 1 : Number(step);
    if (!Number.isInteger(every) || every < 1) throw invalid(field.schedule);
    return (value: number): boolean => value >= low && value <= high && (value - low) % every === 0;
  });
  return (value) => parts.some((matches) => matches(value));
}

function bounds(
  range: string,
  step: string | undefined,
  { low, high, names, first, schedule }: Field,
): [number, number] {
  const numbers = range.split("-").map((word) => {
    const named = names.indexOf(word.toUpperCase());
    return named >= 0 ? named + first : /^\d+$/.test(word) ? Number(word) : Number.NaN;
  });
  const [from = Number.NaN, to = step === undefined ? from : high] = numbers;
  if (numbers.length > 2 || !(from >= low && to <= high && from <= to)) throw invalid(schedule);
  return [from, to];
}
