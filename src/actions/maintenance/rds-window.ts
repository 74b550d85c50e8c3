import { MINUTE } from "../../domain/watch/series.ts";
import type { Window } from "./window.ts";

const DAY = 24 * 60;
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const POINT = /^(?:([a-z]{3}):)?(\d\d):(\d\d)$/i;

/** Does RDS's window overlap with ours? `sun:03:00-sun:03:30`, or `02:00-02:30` of each day, in UTC. */
export function overlaps(span: string, { opens, closes }: Window): boolean {
  const [from, to] = span.split("-").map(minuteOf);
  if (from === undefined || to === undefined) return false;
  const period = /[a-z]/i.test(span) ? 7 * DAY : DAY;
  const length = (to - from + period) % period;
  const begin = minutesOfWeek(opens);
  const end = begin + (Date.parse(closes) - Date.parse(opens)) / MINUTE;
  // RDS's previous window may still last. Our window is a day long at most.
  const first = Math.floor((begin - from) / period) * period + from;
  return [first, first + period].some((at) => at < end && at + length > begin);
}

/** Minutes since Sunday 00:00, or since midnight where no day is named. */
function minuteOf(point: string): number | undefined {
  const [, day, hours, minutes] = POINT.exec(point.trim()) ?? [];
  if (hours === undefined || minutes === undefined) return undefined;
  const index = day === undefined ? 0 : DAYS.indexOf(day.toLowerCase());
  return index < 0 ? undefined : index * DAY + Number(hours) * 60 + Number(minutes);
}

function minutesOfWeek(instant: string): number {
  const at = new Date(instant);
  return at.getUTCDay() * DAY + at.getUTCHours() * 60 + at.getUTCMinutes();
}
